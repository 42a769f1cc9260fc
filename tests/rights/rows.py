"""The rows named by the addresses of the table, all of the agency of Orléans, in the Loiret.

A row is created when an address needs it; its factory returns what stands for it in the address.
"""

from collections.abc import Callable
from datetime import date, time
from string import Formatter

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import int_to_base36

from accueil.models import (
    Activity,
    Figure,
    PhoneLine,
    Principle,
    ReceptionPoint,
    Referrals,
    Report,
    SpecialHours,
    Stop,
    StopChange,
)
from portal.accounts import invitations
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.notices.services import queue
from portal.territory.models import DepartmentProfile
from relocations.models import Relocation, Subscription
from schema_actions.campaigns import services
from schema_actions.models import ActionSheet, Campaign, Evaluation
from teams.models import Agency, Sector, Team
from tests.factories import UserFactory, administrator, agent, manager, pilot
from tests.schema_actions.campaigns import open_campaign

ORLEANS, ELSEWHERE = "ads-orleans-metropole", "ads-nord-loiret"


def _with_recovery_codes(user: User) -> User:
    RecoveryCodes.activate(user)
    return user


USER_FACTORIES: dict[str, Callable[[], User]] = {
    "agent": lambda: _with_recovery_codes(agent(ORLEANS, code=True)),
    "agent_elsewhere": lambda: agent(ELSEWHERE),
    "pilot": pilot,
    "reviewer": lambda: pilot(kind="reviewer"),
    "manager": lambda: _with_recovery_codes(manager()),
    "manager_elsewhere": lambda: _with_recovery_codes(manager("41")),
    "administrator": lambda: _with_recovery_codes(administrator()),
}


def _team() -> Team:
    return Team.objects.get(slug="olivetaine")


def _point() -> ReceptionPoint:
    return ReceptionPoint.objects.filter(team__agency__slug=ORLEANS).first()


def _invited_user() -> User:
    return invitations.get_or_create_user("invitee@loiret.test")


def _reset() -> str:
    user = UserFactory()
    return f"{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}"


def _subscription() -> str:
    wanted = {"team": _team(), "email": "lectrice@loiret.test"}
    return Subscription.objects.get_or_create(**wanted)[0].token


def _notice() -> int:
    queue(key="essai", recipient="lectrice@loiret.test", subject="Essai", body="Essai")
    return Notice.objects.get(key="essai").pk


def _report() -> int:
    agency = Agency.objects.get(slug=ORLEANS)
    return Report.objects.create(page="/", message="Faux", agency=agency).pk


def _activity() -> int:
    where = {"point": _point(), "channel": "door"}
    return Activity.objects.create(month=date(2026, 3, 1), requests=1, **where).pk


def _referrals() -> int:
    counts = {"received": 1, "in_time": 0, "late": 0}
    return Referrals.objects.create(month=date(2026, 3, 1), department_id="45", **counts).pk


def _campaign(slug: str, is_frozen: bool = False) -> str:
    """Return the slug of a hosted campaign, created the first time."""
    if not Campaign.objects.filter(slug=slug).exists():
        campaign = open_campaign(pilot(), "1.1.1", slug=slug)
        if is_frozen:
            services.freeze(campaign=campaign, by=manager(), leaves_out=True)
    return slug


def _bus() -> ReceptionPoint:
    bus = ReceptionPoint.objects.filter(kind="itinerant").first()
    bus.agency = Agency.objects.get(slug=ORLEANS)
    bus.save()
    return bus


def _stop() -> Stop:
    """A stop each Tuesday."""
    stop = _bus().stops.first()
    stop.weekday, stop.starts_at, stop.ends_at = 1, time(9), time(12)
    stop.save()
    return stop


def _change() -> int:
    return StopChange.objects.create(stop=_stop(), day=date(2026, 11, 24)).pk


def _special() -> int:
    days = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 2)}
    special = SpecialHours.objects.create(department_id="45", effect="closed", **days)
    special.points.add(_point())
    return special.pk


ROW_FACTORIES: dict[str, Callable[[], object]] = {
    "activity": _activity,
    "bus": lambda: _bus().pk,
    "orleans_stop": lambda: Stop.objects.filter(point__slug="bus-france-services-dorleans")[0].pk,
    "change": _change,
    "special": _special,
    "stop": lambda: _stop().pk,
    "agency": lambda: Agency.objects.get(slug=ORLEANS).pk,
    "evaluation": lambda: Evaluation.objects.public().first().pk,
    "figure": lambda: Figure.objects.filter(department="45").first().pk,
    "frozen": lambda: _campaign("figee", is_frozen=True),
    "hosted": lambda: _campaign("ouverte"),
    "invitation": lambda: invitations._token(_invited_user()),
    "line": lambda: PhoneLine.objects.get().pk,
    "move": lambda: Relocation.objects.filter(team__agency__slug=ORLEANS).first().pk,
    "notice": _notice,
    "person": lambda: pilot().pk,
    "point": lambda: _point().pk,
    "point_slug": lambda: _point().slug,
    "principle": lambda: Principle.objects.filter(department="45").first().pk,
    "profile": lambda: DepartmentProfile.objects.get(department="45").pk,
    "referrals": _referrals,
    "report": _report,
    "reset": _reset,
    "sector": lambda: Sector.objects.filter(team=_team()).first().pk,
    "sector_slug": lambda: Sector.objects.filter(team=_team()).first().slug,
    "sheet": lambda: ActionSheet.objects.get(key="1.1.1").pk,
    "site": lambda: _team().site_id,
    "subscription": _subscription,
    "team": lambda: _team().pk,
}


def address_of(template: str) -> str:
    """Return the address with a created row in place of each `{row}`."""
    names = [name for _text, name, _spec, _conversion in Formatter().parse(template) if name]
    return template.format(**{name: ROW_FACTORIES[name]() for name in names})
