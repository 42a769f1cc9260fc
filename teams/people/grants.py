"""The rights that a person may grant and revoke.

An administrator may grant all, a manager those of their own départements. A right has a code:
"manager:45", "agent:ads-nord-loiret".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts import services
from portal.accounts.enums import RoleKind
from portal.accounts.models import RightChange, Role, User, UserQuerySet
from portal.accounts.rules import is_administrator
from portal.territory.models import Department
from teams.models import Agency
from teams.people.services import grant_membership, revoke_membership

ADMINISTRATOR = "administrator"
GrantFunction = Callable[..., bool]


@dataclass(frozen=True)
class Grant:
    """A right: its code, its label, and the functions that grant and revoke it (`by=`, `user=`)."""

    code: str
    label: str
    assign: GrantFunction
    revoke: GrantFunction


@dataclass(frozen=True)
class Grants:
    """The rights that a person may grant, by département."""

    groups: list[tuple[str, list[Grant]]]

    @cached_property
    def by_code(self) -> dict[str, Grant]:
        return {grant.code: grant for _title, grants in self.groups for grant in grants}

    def cover_rights_of(self, user: User) -> bool:
        """Return whether all the rights of `user` are among them.

        Only then may a link be handed over, since it opens the whole account.
        """
        return all(code in self.by_code for code, _label in current_rights(user))

    @property
    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (title, [(grant.code, grant.label) for grant in grants])
            for title, grants in self.groups
        ]


def available_grants(giver: User) -> Grants:
    """Return what `giver` may grant and revoke. Three queries at most."""
    departments = (
        manageable_departments(giver).select_related("profile").prefetch_related("agencies")
    )
    groups = [(str(department), list(_department_grants(department))) for department in departments]
    if is_administrator(giver):
        groups.append((_("Tout le portail"), [_administrator_grant()]))
    return Grants(groups)


def manageable_departments(giver: User) -> QuerySet[Department]:
    """Return the départements where `giver` grants rights; for an administrator, those in use."""
    if is_administrator(giver):
        in_use = Q(profile__isnull=False) | Q(agencies__isnull=False) | Q(roles__isnull=False)
        return Department.objects.filter(in_use).distinct()
    return Department.objects.filter(code__in=giver.managed_departments)


def manageable_people(giver: User) -> UserQuerySet:
    """Return the people whose rights `giver` sees; for a manager, those who have one there."""
    users = UserQuerySet(User)
    if is_administrator(giver):
        return users
    managed = giver.managed_departments
    roles = Role.objects.filter(department__in=managed)
    agencies = Agency.objects.filter(department__in=managed)
    return users.filter(
        Q(pk__in=roles.values("user")) | Q(pk__in=agencies.values("memberships__user"))
    )


def current_rights(user: User) -> list[tuple[str, str]]:
    """Return the rights of a user: codes and labels."""
    first = [(ADMINISTRATOR, _("administrateur du portail"))] if user.is_superuser else []
    roles = [(f"{role.kind}:{role.department_id}", role.label) for role in user.roles.all()]
    agencies = [(f"agent:{member.agency.slug}", member.label) for member in user.memberships.all()]
    return [*first, *roles, *agencies]


def right_given_at(user: User, code: str) -> datetime | None:
    """Return when that right of a user was last granted; None if the log does not say."""
    with translation.override(settings.LANGUAGE_CODE):  # as in the log
        right = dict(current_rights(user))[code]
    given = RightChange.objects.filter(user=user, granted=True, right=right)
    return given.values_list("changed_at", flat=True).first()


def _department_grants(department: Department) -> Iterable[Grant]:
    for kind in RoleKind:
        yield _role_grant(department, kind)
    for agency in department.agencies.all():
        agency.department = department
        yield _membership_grant(agency)


def _role_grant(department: Department, kind: RoleKind) -> Grant:
    def assign(*, by: User, user: User) -> bool:
        return services.grant_role(by=by, user=user, department=department, kind=kind)

    def revoke(*, by: User, user: User) -> bool:
        return services.revoke_role(by=by, user=user, department=department, kind=kind)

    return Grant(f"{kind.value}:{department.code}", str(kind.label), assign, revoke)


def _membership_grant(agency: Agency) -> Grant:
    def assign(*, by: User, user: User) -> bool:
        return grant_membership(by=by, user=user, agency=agency)

    def revoke(*, by: User, user: User) -> bool:
        return revoke_membership(by=by, user=user, agency=agency)

    label = _("agent, %s") % agency.name
    return Grant(f"agent:{agency.slug}", label, assign, revoke)


def _administrator_grant() -> Grant:
    label = _("administrateur du portail")
    return Grant(ADMINISTRATOR, label, services.grant_administrator, services.revoke_administrator)
