"""Who may write which kind of row: the answers of the rules for real rows and each of these people.

`KINDS` creates one row of each kind, in an agency of a département; `row_permissions` checks every
permission of the rules on it. Models without a rule are in `WITHOUT_RULE`, by who writes them. After a
change of the rules: python -m tests.rights.page > docs/rights.md
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import rules.permissions
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accueil.models import Activity, Figure, Principle, Referrals, Report, StopChange
from portal.accounts.models import Role, User
from portal.territory.models import Department, DepartmentProfile
from schema_actions.models import Entry, Evaluation, Pilot, Writer
from teams.models import Agency, Membership, Sector
from tests.factories import (
    AgencyFactory,
    BusFactory,
    CommuneFactory,
    DepartmentFactory,
    PhoneLineFactory,
    ReceptionPointFactory,
    RelocationFactory,
    SiteFactory,
    SpecialHoursFactory,
    StopFactory,
    TeamFactory,
    UserFactory,
)
from tests.schema_actions.factories import CampaignFactory, SheetFactory

MONTH, DAY = date(2026, 3, 1), date(2026, 12, 1)

# Models without a rule, by who writes them.
WITHOUT_RULE: dict[str, str] = {
    "loaded from published files, by commands only": (
        "core.Source territory.Department territory.Commune territory.FormerCommune"
        " territory.PostalCode territory.CommuneContour teams.FormerAgency"
        " teams.TeamName teams.Statement schema_actions.Axis schema_actions.Objective"
        " schema_actions.CalendarPeriod schema_actions.Remark accueil.Meeting"
    ),
    "written through another row, under the rule of that row": (
        "schema_actions.Pilot schema_actions.Writer schema_actions.SignedVersion"
        " schema_actions.Indicator schema_actions.IndicatorValue"
    ),
    "rights, granted and revoked at `/espace/personnes/` only: see `manage_people`": (
        "accounts.Role teams.Membership accounts.RightChange"
    ),
    "written by readers without an account": "relocations.Subscription",
    "written by each person about their own account": ("accounts.Session mfa.Authenticator"),
    "written by the portal itself": (
        "accounts.SignIn socialaccount.SocialAccount notices.Notice documents.Job health.Heartbeat core.DataVersion core.LoadedData"
        " admin.LogEntry relocations.HistoricalRelocation teams.HistoricalTeam"
        " teams.HistoricalSite teams.HistoricalSector"
    ),
    "from libraries, never written by hand": (
        "auth.Group auth.Permission contenttypes.ContentType sessions.Session"
        " account.EmailAddress account.EmailConfirmation"
        " socialaccount.SocialApp socialaccount.SocialToken"
    ),
}


class World:
    """Two agencies, `ours` and `theirs`, of one département, an agency of another département, and the
    people of the table.
    """

    def __init__(self) -> None:
        self.here, self.far = DepartmentFactory(code="98"), DepartmentFactory(code="99")
        self.ours, self.theirs = (AgencyFactory(department=self.here) for _ in range(2))
        self.elsewhere = AgencyFactory(department=self.far)
        self.people: dict[str, Any] = {
            "anonymous": AnonymousUser(),
            "agent": self._agent(self.ours),
            "agent_elsewhere": self._agent(self.theirs),
            "pilot": self._with("pilot", self.here),
            "reviewer": self._with("reviewer", self.here),
            "manager": self._with("manager", self.here),
            "manager_elsewhere": self._with("manager", self.far),
            "administrator": UserFactory(is_superuser=True),
        }

    def _agent(self, agency: Agency) -> User:
        user = UserFactory()
        Membership.objects.create(user=user, agency=agency)
        return user

    def _with(self, kind: str, department: Department) -> User:
        user = UserFactory()
        Role.objects.create(user=user, department=department, kind=kind)
        return user

    def team(self, agency: Agency | None = None) -> Any:
        return TeamFactory(agency=agency or self.ours, site=self.site())

    def site(self) -> Any:
        return SiteFactory(department=self.here)

    def commune(self) -> Any:
        return CommuneFactory(department=self.here)

    def shared_site(self) -> Any:
        team = self.team()
        RelocationFactory(team=self.team(self.theirs), destination=team.site)
        return team.site

    def point(self, **fields: Any) -> Any:
        return ReceptionPointFactory(department=self.here, site=self.site(), **fields)

    def stop(self) -> Any:
        bus = BusFactory(department=self.here, agency=self.ours)
        return StopFactory(point=bus, site=self.site())

    def special(self, **fields: Any) -> Any:
        days = {"first_day": DAY, "last_day": DAY}
        return SpecialHoursFactory(department=self.here, **days, **fields)

    def report(self, **fields: Any) -> Report:
        return Report.objects.create(page="/", message="Faux", **fields)

    def sheet(self) -> Any:
        return SheetFactory(objective__axis__plan__department=self.here)

    def evaluation(self) -> Any:
        sheet = self.sheet()
        campaign = CampaignFactory(plan=sheet.plan, is_hosted=True, due_on=DAY, status="open")
        return Evaluation.objects.create(campaign=campaign, sheet=sheet, level_status="missing")

    def entry(self, author: str = "pilot", pilots: bool = True) -> Entry:
        entry = Entry.objects.create(evaluation=self.evaluation())
        kind = Pilot if pilots else Writer
        kind.objects.create(entry=entry, user=self.people[author])
        return Entry.objects.for_page().get(pk=entry.pk)


@dataclass(frozen=True)
class Kind:
    """A kind of row: its model, what distinguishes it from other rows of the model, and its factory."""

    model: str
    detail: str
    make: Callable[[World], Any]


KINDS = [
    Kind("territory.DepartmentProfile", "", lambda world: DepartmentProfile(department=world.here)),
    Kind("accounts.User", "", lambda world: None),
    Kind("teams.Agency", "", lambda world: world.ours),
    Kind("teams.Team", "", World.team),
    Kind("teams.Site", "where a team is", lambda world: world.team().site),
    Kind("teams.Site", "where several agencies are", World.shared_site),
    Kind("teams.Site", "where none is", World.site),
    Kind("teams.Sector", "", lambda world: Sector(team=world.team(), commune=world.commune())),
    Kind("relocations.Relocation", "", lambda world: RelocationFactory(team=world.team())),
    Kind("accueil.ReceptionPoint", "of an agency", lambda world: world.point(agency=world.ours)),
    Kind("accueil.ReceptionPoint", "of no agency", World.point),
    Kind("accueil.PhoneLine", "", lambda world: PhoneLineFactory(department=world.here)),
    Kind("accueil.Stop", "", World.stop),
    Kind("accueil.StopChange", "", lambda world: StopChange(stop=world.stop(), day=DAY)),
    Kind(
        "accueil.SpecialHours", "of an agency", lambda world: world.special(agencies=[world.ours])
    ),
    Kind(
        "accueil.SpecialHours",
        "of two agencies",
        lambda world: world.special(agencies=[world.ours, world.theirs]),
    ),
    Kind(
        "accueil.SpecialHours",
        "of all the Département",
        lambda world: world.special(whole_department=True),
    ),
    Kind("accueil.Report", "about an agency", lambda world: world.report(agency=world.ours)),
    Kind("accueil.Report", "about no agency", lambda world: world.report(department=world.here)),
    Kind("accueil.Report", "about no département", World.report),
    Kind("accueil.Figure", "", lambda world: Figure(department=world.here)),
    Kind("accueil.Principle", "", lambda world: Principle(department=world.here)),
    Kind(
        "accueil.Activity",
        "",
        lambda world: Activity(month=MONTH, point=world.point(agency=world.ours)),
    ),
    Kind(
        "accueil.Referrals",
        "of an agency",
        lambda world: Referrals(month=MONTH, department=world.here, agency=world.ours),
    ),
    Kind(
        "accueil.Referrals",
        "of the Département",
        lambda world: Referrals(month=MONTH, department=world.here),
    ),
    Kind("schema_actions.Plan", "", lambda world: world.sheet().plan),
    Kind("schema_actions.ActionSheet", "", World.sheet),
    Kind("schema_actions.Campaign", "", lambda world: world.evaluation().campaign),
    Kind("schema_actions.Evaluation", "", lambda world: world.entry().evaluation),
    Kind(
        "schema_actions.Evaluation",
        "written by the manager",
        lambda world: world.entry("manager").evaluation,
    ),
    Kind("schema_actions.Entry", "of the pilot", World.entry),
    Kind("schema_actions.Entry", "of the manager", lambda world: world.entry("manager")),
    Kind(
        "schema_actions.Entry",
        "that the reviewer wrote once",
        lambda world: world.entry("reviewer", pilots=False),
    ),
]

# Permissions not named after their model, or checked on a row of another model.
PERMISSION_MODELS: dict[str, str] = {
    "accueil.enter_activity": "accueil.Activity",
    "accueil.enter_referrals": "accueil.Referrals",
    "accounts.manage_people": "accounts.User",
    "accounts.grant_administrator": "accounts.User",
    "accounts.reset_code": "accounts.User",
    "schema_actions.add_campaign": "schema_actions.Plan",
}
READ_ACTIONS = {"view", "read"}  # Permissions with these prefixes are not for writing.
ACTIONS = ("add", "change", "delete")


def write_permissions() -> dict[str, str]:
    """Return every write permission of the rules, with the lower-case label of its model."""
    models = {}
    for name in rules.permissions.permissions:
        app, _dot, codename = name.partition(".")
        action, _underscore, model = codename.partition("_")
        if codename and action not in READ_ACTIONS:
            models[name] = PERMISSION_MODELS.get(name, f"{app}.{model}").lower()
    return models


@dataclass(frozen=True)
class RowPermission:
    """Which people may do `action` on a kind of row."""

    kind: Kind
    action: str
    allowed: frozenset[str]

    def __str__(self) -> str:
        """Return the kind of row and the action: "`teams.Site` where none is: change"."""
        detail = f" {self.kind.detail}" if self.kind.detail else ""
        suffix = "_" + self.kind.model.partition(".")[2].lower()
        action = self.action.removesuffix(suffix).replace("_", " ")
        return f"`{self.kind.model}`{detail}: {action}"


def row_permissions() -> Iterator[RowPermission]:
    """Check each permission on each kind of row, in a transaction that is rolled back.

    An administrator has every permission that a rule defines.
    """
    by_model: dict[str, list[str]] = {}
    for name, model in sorted(write_permissions().items(), key=_order):
        by_model.setdefault(model, []).append(name)
    for kind in KINDS:
        for name in by_model.get(kind.model.lower(), []):
            with transaction.atomic():
                world = World()
                row = kind.make(world)
                people = world.people.items()
                allowed = {person for person, user in people if user.has_perm(name, row)}
                transaction.set_rollback(True)
            yield RowPermission(kind, name.partition(".")[2], frozenset(allowed))


def _order(item: tuple[str, str]) -> tuple[str, int, str]:
    name, model = item
    action = name.partition(".")[2].partition("_")[0]
    return model, ACTIONS.index(action) if action in ACTIONS else len(ACTIONS), name


def listed_models() -> set[str]:
    """Return every model of the table, with or without a rule."""
    without_rule = {label for labels in WITHOUT_RULE.values() for label in labels.split()}
    return without_rule | {kind.model for kind in KINDS}
