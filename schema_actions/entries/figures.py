"""Figures of a sheet: typed, formatted, read and written as values of indicators."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils.text import slugify

from portal.core import clock
from portal.core.periods.period import Period
from portal.core.text.units import unit_after
from schema_actions.models import Evaluation, Indicator, IndicatorValue

# Each figure as typed: "name", "unit", "value" and "period".
Figures = Sequence[Mapping[str, str]]
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")


def format_figure(value: Decimal) -> str:
    """Return a number as people type it: "155", "7,5"."""
    is_integer = value == value.to_integral()
    return (f"{value:.0f}" if is_integer else f"{value.normalize():f}").replace(".", ",")


def parse_figure(text: str) -> Decimal:
    """Return the number typed, as "13 500" or "7,5". Raises ValueError."""
    number = "".join(text.split()).replace(",", ".")
    if not _NUMBER.fullmatch(number):
        raise ValueError(text)
    return Decimal(number)


def evaluation_figures(evaluation: Evaluation) -> list[dict[str, str]]:
    """Return the figures of the sheet in the campaign, in one query."""
    values = IndicatorValue.objects.filter(
        campaign=evaluation.campaign_id, indicator__sheet=evaluation.sheet_id
    )
    return [
        {
            "name": value.indicator.name,
            "unit": value.indicator.unit,
            "value": format_figure(value.value),
            "period": value.period_text,
        }
        for value in values.select_related("indicator").order_by("indicator__position", "rank")
    ]


def previous_figures(evaluation: Evaluation) -> dict[str, tuple[str, str]]:
    """Return the unit and the last earlier value, in words, of each indicator by its name.

    A fictitious campaign is compared with fictitious ones only. One query.
    """
    campaign = evaluation.campaign
    values = (
        IndicatorValue.objects.filter(indicator__sheet=evaluation.sheet_id)
        .exclude(campaign=campaign)
        .exclude(campaign__is_fictitious=not campaign.is_fictitious)
        .exclude(campaign__period_earliest__gt=campaign.period_earliest or date.max)
        .select_related("indicator", "campaign")
        .order_by("indicator__position", "campaign__period_earliest", "rank")
    )
    figures: dict[str, tuple[str, str]] = {}
    for value in values:
        unit = value.indicator.unit
        label = f"{format_figure(value.value)} {unit_after(value.value, unit)}".strip()
        period = value.period_text or value.campaign.title
        figures[value.indicator.name] = unit, f"{label}, {period}"
    return figures


def write_figures(evaluation: Evaluation, figures: Figures) -> None:
    """Replace the figures of the sheet in the campaign; an indicator without value is deleted."""
    sheet, campaign = evaluation.sheet_id, evaluation.campaign_id
    IndicatorValue.objects.filter(campaign=campaign, indicator__sheet=sheet).delete()
    ranks: Counter[int] = Counter()
    for figure in figures:
        indicator, _created = Indicator.objects.get_or_create(
            sheet_id=sheet,
            slug=slugify(figure["name"])[:80],
            defaults={
                "name": figure["name"],
                "unit": figure["unit"],
                "position": _last_position(sheet) + 1,
            },
        )
        ranks[indicator.pk] += 1
        value = IndicatorValue(
            indicator=indicator,
            campaign_id=campaign,
            rank=ranks[indicator.pk],
            value=parse_figure(figure["value"]),
            as_printed=figure["value"],
            edited_at=evaluation.edited_at,
        )
        value.period = Period.parse(figure["period"], source_date=clock.today())
        value.save()
    Indicator.objects.filter(sheet=sheet, values__isnull=True).delete()


def _last_position(sheet: int) -> int:
    last = Indicator.objects.filter(sheet=sheet).aggregate(last=Max("position"))["last"]
    return int(last or 0)
