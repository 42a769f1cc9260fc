"""Helpers that prepare, open and fill a campaign hosted in the portal."""

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
CAMPAIGN_URL = f"/espace/schemas/{PLAN}/campagnes/{SLUG}/"


def prepare_campaign(**fields) -> Campaign:
    """Create a campaign of the real plan, due on 30 June 2027."""
    arguments = {"slug": SLUG, "title": "Évaluation de juin 2027", "due_on": date(2027, 6, 30)}
    plan = Plan.objects.get(slug=PLAN)
    return campaign_services.prepare(
        plan=plan, period=Period.parse(PERIOD), **{**arguments, **fields}
    )


def get_entry(campaign: Campaign, key: str) -> Entry:
    return Entry.objects.for_page().get(evaluation__campaign=campaign, evaluation__sheet__key=key)


def assign(campaign: Campaign, user, *keys: str) -> None:
    entries = Entry.objects.filter(evaluation__campaign=campaign, evaluation__sheet__key__in=keys)
    campaign_services.assign(
        campaign=campaign, user=user, entries=entries.values_list("pk", flat=True)
    )


def open_campaign(user, *keys: str, **fields) -> Campaign:
    """Open a campaign where this pilot has these sheets to write."""
    campaign = prepare_campaign(**fields)
    assign(campaign, user, *keys)
    campaign_services.open_to_pilots(campaign=campaign)
    return campaign


def entry_content(level: int | None = 5, done: str = "Trois ateliers.", figures=()) -> EntryContent:
    status = LevelStatus.EVALUATED if level else LevelStatus.NOT_CONCERNED
    return EntryContent(
        status, level, {"done": done, "results": "", "planned": "", "vigilance": ""}, figures
    )


def submit_entry(campaign: Campaign, key: str, by, **content) -> Entry:
    entry = get_entry(campaign, key)
    return entry_services.submit(
        entry=entry, version=entry.version, content=entry_content(**content), by=by
    )


def validate_entry(campaign: Campaign, key: str, by, reviewer, manager, **content) -> Entry:
    entry = submit_entry(campaign, key, by, **content)
    entry = entry_services.agree(entry=entry, version=entry.version, by=reviewer)
    return entry_services.validate(entry=entry, version=entry.version, by=manager)


def post_data(entry: Entry, **fields) -> dict[str, str]:
    """Return the data of the sheet's form as displayed, with these fields replaced."""
    figures = {
        "figures-TOTAL_FORMS": "0",
        "figures-INITIAL_FORMS": "0",
        "figures-MIN_NUM_FORMS": "0",
        "figures-MAX_NUM_FORMS": "40",
    }
    shown = {"acte": "brouillon", "version": str(entry.version), "level": "", **entry.sections}
    return {**shown, **figures, **fields}
