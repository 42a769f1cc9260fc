"""The content of a printed sheet, of a campaign's report and of its tables, in plain values."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal.core.periods.period import format_day
from portal.core.text.markdown import to_plain
from schema_actions.models import ActionSheetQuerySet, Campaign, Indicator, IndicatorValue
from schema_actions.published import sheet_rows

HEADER = [
    *("schema", "campagne", "fictif", "code", "variante", "axe", "titre_axe", "objectif"),
    *("titre_objectif", "titre", "resume", "calendrier", "niveau", "etat", "rythme"),
    *("fait", "resultats", "prevu", "vigilance"),
]


def get_public_campaign(subject: str) -> Campaign:
    """Return the public campaign of the subject "plan/campaign". Raises Http404."""
    plan, _slash, slug = subject.partition("/")
    campaigns = Campaign.objects.public().select_related("plan__department", "source")
    campaign = campaigns.filter(plan__slug=plan, slug=slug).first()
    if campaign is None:
        raise Http404
    return campaign


def sheet_content(subject: str) -> dict[str, Any]:
    """Return one sheet of a campaign, for the subject "plan/campaign/key". Raises Http404."""
    campaign_subject, _slash, key = subject.rpartition("/")
    campaign = get_public_campaign(campaign_subject)
    rows = sheet_rows.sheet_rows(_sheets(campaign).filter(key=key), campaign)
    if not rows:
        raise Http404
    objective = rows[0].sheet.objective
    return {
        **_heading(campaign),
        "axis": {"number": objective.axis.number, "title": objective.axis.title},
        "objective": {"number": objective.number, "title": objective.title},
        "sheet": _sheet(rows[0]),
    }


def report_content(subject: str) -> dict[str, Any]:
    """Return a whole campaign, its sheets by axis and objective. Raises Http404."""
    campaign = get_public_campaign(subject)
    rows = sheet_rows.sheet_rows(_sheets(campaign), campaign)
    return {
        **_heading(campaign),
        "synthesis": campaign.synthesis().to_dict(),
        "axes": [
            {
                "number": axis.axis.number,
                "title": axis.axis.title,
                "counts": axis.counts.to_dict(),
                "objectives": [
                    {
                        "number": group.objective.number,
                        "title": group.objective.title,
                        "sheets": [_sheet(row) for row in group.rows],
                    }
                    for group in axis.objectives
                ],
            }
            for axis in sheet_rows.by_axis(campaign.plan, rows)
        ],
    }


def table_content(subject: str) -> list[list[Any]]:
    """Return a row per sheet with the columns of HEADER. Raises Http404."""
    campaign = get_public_campaign(subject)
    rows = sheet_rows.sheet_rows(campaign.plan.sheets.for_print(campaign), campaign)
    return [_table_row(campaign, row) for row in rows]


def _table_row(campaign: Campaign, row: sheet_rows.SheetRow) -> list[Any]:
    sheet, objective = row.sheet, row.sheet.objective
    texts = map(to_plain, row.sections.values())
    return [
        *(campaign.plan.slug, campaign.slug, "oui" if campaign.is_fictitious else "non"),
        *(sheet.code, sheet.variant, objective.axis.number, objective.axis.title),
        *(objective.code, objective.title, sheet.title, sheet.summary, row.calendar_label),
        *(row.level, row.status_label, row.pace_label, *texts),
    ]


def _sheets(campaign: Campaign) -> ActionSheetQuerySet:
    values = IndicatorValue.objects.filter(campaign=campaign).order_by("rank")
    sheets = campaign.plan.sheets.for_print(campaign)
    figures = Prefetch("indicators__values", values, "campaign_values")
    return sheets.prefetch_related(figures, "campaign_evaluations__remarks")  # type: ignore[misc]


def _heading(campaign: Campaign) -> dict[str, Any]:
    plan = campaign.plan
    return {
        "plan": {
            "title": plan.title,
            "department": plan.department.name,
            "years": [plan.first_year, plan.last_year],
        },
        "campaign": {
            "title": campaign.title,
            "period": str(campaign.period) if campaign.period.is_bounded else "",
            "is_fictitious": campaign.is_fictitious,
            "statement": campaign.statement,
            "method": campaign.method,
            "source": _source(campaign),
        },
    }


def _source(campaign: Campaign) -> str:
    """Return the source of its texts, "" for a fictitious campaign."""
    if campaign.is_hosted and campaign.validated_at:
        label = _("les pilotes du département, campagne validée dans le portail le %s")
        return label % format_day(localdate(campaign.validated_at))
    source = campaign.source
    return f"{source.title}, {source.publisher}" if source else ""


def _sheet(row: sheet_rows.SheetRow) -> dict[str, Any]:
    sheet = row.sheet
    return {
        "key": sheet.key,
        "title": sheet.title,
        "summary": sheet.summary,
        "pilot": sheet.pilot,
        "calendar": row.calendar_label,
        "years": _year_cells(row),
        "level": row.level,
        "words": row.level_label,
        "pace": str(row.pace or ""),
        "status": row.status,
        "sections": row.sections,
        "is_written": any(row.sections.values()),
        "remarks": [[remark.message, remark.line] for remark in row.remarks],
        "indicators": [
            _indicator(indicator, values)
            for indicator in sheet.indicators.all()
            if (values := indicator.campaign_values)  # type: ignore[attr-defined]
        ],
    }


def _indicator(indicator: Indicator, values: list[IndicatorValue]) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "values": [[float(row.value), row.period_text] for row in values],
    }


def _year_cells(row: sheet_rows.SheetRow) -> list[list[Any]]:
    """Return (year, state) pairs: "on" if the calendar covers the year, "part" if partly, or ""."""
    periods = [period.period for period in row.sheet.periods.all()]
    cells = []
    for year in row.sheet.plan.years:
        widths = [
            bar.width for period in periods if (bar := sheet_rows.calendar_bar(period, year, year))
        ]
        cells.append([year, "on" if max(widths, default=0) >= 100 else "part" if widths else ""])
    return cells
