"""The fictitious campaign of a demonstration."""

from pathlib import Path

from django.db import transaction

from portal.registries import demo
from portal.registries.loaders import Load, LoadRefused
from schema_actions.enums import LevelStatus
from schema_actions.loaders import find_in_plan, load_indicators, without_columns
from schema_actions.models import ActionSheet, Campaign, Evaluation, Plan
from schema_actions.services import create_evaluations

FOLDER = Path(__file__).parent / "data" / "example"


@demo.register
@transaction.atomic
def make_campaign() -> None:
    """Load invented levels, texts and figures into a plan that is loaded."""
    if not Plan.objects.exists():
        return
    load = Load("", FOLDER)
    for row in load.rows("campaigns.csv", "plan slug title status is_fictitious period"):
        if campaign := row.save(Campaign, key_fields=["plan", "slug"]):
            create_evaluations(campaign, status=LevelStatus.MISSING)
    for row in load.rows("evaluations.csv", "plan campaign sheet level done planned vigilance"):
        sheet = find_in_plan(row, ActionSheet, "sheet", key=row["sheet"])
        campaign = find_in_plan(row, Campaign, "campaign", slug=row["campaign"])
        without_columns(row, "plan", "campaign", "sheet").save(
            Evaluation,
            key_fields=["campaign", "sheet"],
            campaign=campaign,
            sheet=sheet,
            level_status=LevelStatus.EVALUATED if row["level"] else LevelStatus.NOT_CONCERNED,
        )
    load_indicators(load)
    if load.faults:
        raise LoadRefused(load.faults)
