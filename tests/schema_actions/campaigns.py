"""A campaign held in the portal, and the people who make it, for the tests."""

from datetime import date

from portal.core.periods.period import Period
from schema_actions.campaigns import services as campaign_services
from schema_actions.entries import services as entry_services
from schema_actions.entries.services import EntryContent
from schema_actions.enums import LevelStatus
from schema_actions.models import Campaign, Entry, Plan
from tests.schema_actions.conftest import PLAN

PERIOD = "juin 2027"
SLUG = "2027-06"
HELD = f"/espace/schemas/{PLAN}/campagnes/{SLUG}/"


def prepared(**fields) -> Campaign:
    """One of the real plan, due on 30 June 2027."""
    given = {"slug": SLUG, "title": "Évaluation de juin 2027", "due_on": date(2027, 6, 30)}
    plan = Plan.objects.get(slug=PLAN)
    return campaign_services.prepare(plan=plan, period=Period.parse(PERIOD), **{**given, **fields})


def entry_of(campaign: Campaign, key: str) -> Entry:
    return Entry.objects.for_page().get(evaluation__campaign=campaign, evaluation__sheet__key=key)


def assign(campaign: Campaign, user, *keys: str) -> None:
    entries = Entry.objects.filter(evaluation__campaign=campaign, evaluation__sheet__key__in=keys)
    campaign_services.assign(
        campaign=campaign, user=user, entries=entries.values_list("pk", flat=True)
    )


def opened(user, *keys: str, **fields) -> Campaign:
    """One where this pilot has these sheets to write."""
    campaign = prepared(**fields)
    assign(campaign, user, *keys)
    campaign_services.open_to_pilots(campaign=campaign)
    return campaign


def written(level: int | None = 5, done: str = "Trois ateliers.", figures=()) -> EntryContent:
    status = LevelStatus.EVALUATED if level else LevelStatus.NOT_CONCERNED
    return EntryContent(
        status, level, {"done": done, "results": "", "planned": "", "vigilance": ""}, figures
    )


def handed_in(campaign: Campaign, key: str, by, **content) -> Entry:
    entry = entry_of(campaign, key)
    return entry_services.submit(
        entry=entry, version=entry.version, content=written(**content), by=by
    )


def validated(campaign: Campaign, key: str, by, reviewer, manager, **content) -> Entry:
    entry = handed_in(campaign, key, by, **content)
    entry = entry_services.agree(entry=entry, version=entry.version, by=reviewer)
    return entry_services.validate(entry=entry, version=entry.version, by=manager)


def typed(entry: Entry, **fields) -> dict[str, str]:
    """What a browser sends of the sheet's form as it is shown, with these fields typed."""
    figures = {
        "figures-TOTAL_FORMS": "0",
        "figures-INITIAL_FORMS": "0",
        "figures-MIN_NUM_FORMS": "0",
        "figures-MAX_NUM_FORMS": "40",
    }
    shown = {"acte": "brouillon", "version": str(entry.version), "level": "", **entry.sections}
    return {**shown, **figures, **fields}
