"""Loading of the plans of a département: structure, published totals, figures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.registries.loaders import Load, Row, register
from schema_actions.enums import LevelStatus
from schema_actions.models import (
    ActionSheet,
    Axis,
    Campaign,
    Evaluation,
    Indicator,
    IndicatorValue,
    Objective,
    Plan,
)
from schema_actions.services import create_evaluations

M = TypeVar("M", bound=models.Model)
SHEET_COLUMNS = "plan code variant title summary_title summary calendar_years calendar_text source"


@register("schema_actions")
def load_plans(load: Load) -> None:
    """Load the plan down to its sheets, then what was published of each campaign."""
    for row in load.rows("plans.csv", "slug title first_year last_year source"):
        row.save(Plan, key_fields=["slug"], department_id=load.department)
    for row in load.rows("axes.csv", "plan number title"):
        row.save(Axis, key_fields=["plan", "number"])
    for row in load.rows("objectives.csv", "plan axis number title"):
        axis = find_in_plan(row, Axis, "axis", number=row["axis"])
        without_columns(row, "plan", "axis").save(
            Objective, key_fields=["axis", "number"], axis=axis
        )
    for rank, row in enumerate(load.rows("sheets.csv", SHEET_COLUMNS), 1):
        _load_sheet(row, rank)
    columns = "plan slug title status published_levels method period source"
    for row in load.rows("campaigns.csv", columns):
        if campaign := row.save(Campaign, key_fields=["plan", "slug"]):
            create_evaluations(campaign, status=LevelStatus.NOT_TRANSCRIBED)
    for row in load.rows("not_concerned.csv", "plan campaign sheet"):
        _load_not_concerned(row)
    load_indicators(load)


def load_indicators(load: Load) -> None:
    """Load the published figures; lines with one name for a sheet are a series over time.

    Figures of these campaigns that the file no longer has are deleted, unless a person wrote them.
    """
    columns = "plan sheet campaign name unit value period as_printed source"
    ranks: Counter[tuple[int, int]] = Counter()
    described: set[int] = set()  # indicators: their first line decides, whatever the campaigns
    sheets: dict[tuple[str, str], ActionSheet | None] = {}
    campaigns: dict[tuple[str, str], Campaign | None] = {}
    for position, row in enumerate(load.rows("indicators.csv", columns), 1):
        plan, sheet_key, campaign_slug = row["plan"], row["sheet"], row["campaign"]
        sheet = sheets.get((plan, sheet_key)) or find_in_plan(
            row, ActionSheet, "sheet", key=sheet_key
        )
        campaign = campaigns.get((plan, campaign_slug)) or find_in_plan(
            row, Campaign, "campaign", slug=campaign_slug
        )
        sheets[plan, sheet_key], campaigns[plan, campaign_slug] = sheet, campaign
        if not sheet or not campaign:
            continue
        values = {"name": row["name"], "unit": row["unit"], "position": position}
        indicator, is_created = Indicator.objects.get_or_create(
            sheet=sheet, slug=slugify(row["name"])[:80], defaults=values
        )
        ranks[indicator.pk, campaign.pk] += 1
        rank = ranks[indicator.pk, campaign.pk]
        is_first = indicator.pk not in described
        described.add(indicator.pk)
        if is_first and not is_created and not campaign.is_fictitious:
            _update_indicator(indicator, values)
        identity = {"indicator": indicator, "campaign": campaign, "rank": rank}
        figure = without_columns(row, "plan", "sheet", "campaign", "name", "unit")
        figure.save(IndicatorValue, key_fields=[*identity], **identity)
    _delete_left_out(ranks)


def _update_indicator(indicator: Indicator, values: Mapping[str, Any]) -> None:
    if any(getattr(indicator, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(indicator, name, value)
        indicator.save()


def _delete_left_out(ranks: Mapping[tuple[int, int], int]) -> None:
    """Delete the figures of the loaded campaigns beyond these numbers of values."""
    campaigns = {campaign for _indicator, campaign in ranks}
    stored = IndicatorValue.objects.filter(campaign__in=campaigns, edited_at__isnull=True)
    left_out = [
        pk
        for pk, *key, rank in stored.values_list("pk", "indicator", "campaign", "rank")
        if rank > ranks.get((key[0], key[1]), 0)
    ]
    if left_out:
        IndicatorValue.objects.filter(pk__in=left_out).delete()
        Indicator.objects.filter(sheet__plan__campaigns__in=campaigns, values__isnull=True).delete()


def without_columns(row: Row, *columns: str) -> Row:
    """Return the row without these cells, which are not fields of the model."""
    return replace(row, cells={name: row[name] for name in row.cells if name not in columns})


def find_in_plan(row: Row, model: type[M], column: str, **key: str) -> M | None:
    """Return the object of `model` in the plan that the row names, or add a fault to the row."""
    try:
        match = model._default_manager.filter(plan__slug=row["plan"], **key).first()
    except ValueError:  # not a valid number
        match = None
    if match is None:
        row.refuse(column, _("« %s » est inconnu.") % row[column])
    return match


def _load_sheet(row: Row, rank: int) -> None:
    numbers = row["code"].split(".")
    objective = None
    if len(numbers) == 3 and all(number.isdigit() for number in numbers):
        objective = Objective.objects.filter(
            axis__plan__slug=row["plan"], axis__number=numbers[0], number=numbers[1]
        ).first()
    if objective is None:
        row.refuse("code", _("« %s » n'est dans aucun objectif du schéma.") % row["code"])
        return
    key = "-".join(filter(None, (row["code"], row["variant"])))
    sheet = row.save(
        ActionSheet, key_fields=["plan", "key"], key=key, objective=objective, rank=rank
    )
    if sheet:
        sheet.write_periods(_source_date(sheet))


def _source_date(sheet: ActionSheet) -> date | None:
    return sheet.source.period.earliest if sheet.source else None


def _load_not_concerned(row: Row) -> None:
    """Mark a sheet as not concerned by the campaign, unless a level was entered since."""
    sheet = find_in_plan(row, ActionSheet, "sheet", key=row["sheet"])
    campaign = find_in_plan(row, Campaign, "campaign", slug=row["campaign"])
    if sheet and campaign:
        Evaluation.objects.filter(
            sheet=sheet, campaign=campaign, level_status=LevelStatus.NOT_TRANSCRIBED
        ).update(level_status=LevelStatus.NOT_CONCERNED)
