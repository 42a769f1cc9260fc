"""The demonstration accounts: one for each role, with the same public password."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.accounts.enums import RoleKind
from portal.accounts.models import DEMO_PASSWORD, User
from portal.accounts.services import grant_administrator, grant_role
from portal.registries import demo
from portal.territory.models import Department
from teams.models import Agency
from teams.people.services import grant_membership


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    agency: str = ""
    role: str = ""
    department: str = ""
    administrator: bool = False


ACCOUNTS = [
    DemoAccount("agent@example.org", "Agent d'Orléans", agency="ads-orleans-metropole"),
    DemoAccount("collegue@example.org", "Collègue du Nord Loiret", agency="ads-nord-loiret"),
    DemoAccount("pilote@example.org", "Pilote", role=RoleKind.PILOT, department="45"),
    DemoAccount("relecteur@example.org", "Relecteur", role=RoleKind.REVIEWER, department="45"),
    DemoAccount("gestionnaire@example.org", "Gestionnaire", role=RoleKind.MANAGER, department="45"),
    DemoAccount(
        "gestionnaire41@example.org",
        "Gestionnaire du Loir-et-Cher",
        role=RoleKind.MANAGER,
        department="41",
    ),
    DemoAccount("admin@example.org", "Administration", administrator=True),
]


@demo.register
@transaction.atomic
def create_demo_accounts() -> None:
    """Create the missing accounts with their rights. The password is hashed once."""
    existing = set(User.objects.values_list("email", flat=True))
    missing = [account for account in ACCOUNTS if account.email not in existing]
    if not missing:
        return
    password = make_password(DEMO_PASSWORD)
    for account in missing:
        user = User.objects.create(email=account.email, name=account.name, password=password)
        _grant_rights(user, account)


def _grant_rights(user: User, account: DemoAccount) -> None:
    """Grant the rights of the account, but those in a département or agency that is not loaded."""
    if account.administrator:
        grant_administrator(by=None, user=user)
    for agency in Agency.objects.filter(slug=account.agency).select_related("department"):
        grant_membership(by=None, user=user, agency=agency)
    for department in Department.objects.filter(code=account.department):
        grant_role(by=None, user=user, department=department, kind=account.role)
