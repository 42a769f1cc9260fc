"""Sheets with their evaluation as pages show them, by axis and objective."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.periods.period import Period
from portal.core.text.markdown import to_plain
from schema_actions.enums import LevelStatus, Pace
from schema_actions.levels import level_or_status_label, pace_of
from schema_actions.models import (
    ActionSheet,
    Axis,
    Campaign,
    Evaluation,
    Objective,
    Plan,
    Remark,
)
from schema_actions.published.excerpts import Piece, excerpts, highlight
from schema_actions.sheets import SECTIONS
from schema_actions.synthesis import ComputedCounts, compute_counts


@dataclass(frozen=True)
class Bar:
    """A period of a calendar, in percents of its years; `is_open` if one end has no date."""

    x: float
    width: float
    is_open: bool


@dataclass(frozen=True)
class Tick:
    """A year of a calendar: its start and its middle, in percents."""

    year: int
    x: float
    middle: float


@dataclass(frozen=True)
class SheetRow:
    """A sheet and its level in a campaign; addresses name the campaign if it is fictitious."""

    sheet: ActionSheet
    level: int | None
    status: str
    campaign: Campaign | None

    @property
    def url(self) -> str:
        url = self.sheet.get_absolute_url()
        if self.campaign and self.campaign.is_fictitious:
            return f"{url}?campaign={self.campaign.slug}"
        return url

    @property
    def texts(self) -> dict[str, str]:
        """What a list shows of it, for `fast_for`."""
        return {
            "key": self.sheet.key,
            "url": self.url,
            "title": self.sheet.title,
            "summary": self.sheet.summary,
            "step": self.step,
            "step_class": self.step_class,
            "level_label": self.level_label,
        }

    @property
    def pace(self) -> Pace | None:
        return pace_of(self.level) if self.level else None

    @property
    def pace_label(self) -> str:
        return str(self.pace.label) if self.pace else ""

    @property
    def level_label(self) -> str:
        return level_or_status_label(self.level, self.status)

    @property
    def status_label(self) -> str:
        return str(LevelStatus(self.status).label)

    @property
    def step(self) -> str:
        """Its level as a sign: a digit, "–" for a sheet not concerned, "?" for an unknown one."""
        if self.level:
            return str(self.level)
        return "–" if self.status == LevelStatus.NOT_CONCERNED else "?"

    @property
    def step_class(self) -> str:
        return f"lv-{self.level}" if self.level else "is-unknown"

    @property
    def sections(self) -> dict[str, str]:
        """Its texts in the campaign, of a sheet read with `with_texts`; "" without evaluation."""
        evaluation = self._evaluation
        return evaluation.sections if evaluation else dict.fromkeys(SECTIONS, "")

    @property
    def remarks(self) -> list[Remark]:
        """The warnings on its texts, of a sheet read with `with_texts`."""
        return list(self._evaluation.remarks.all()) if self._evaluation else []

    @property
    def _evaluation(self) -> Evaluation | None:
        return next(iter(self.sheet.campaign_evaluations), None)  # type: ignore[attr-defined]

    def calendar(self, ticks: SafeString) -> dict[str, str]:
        """What `_calendar.html` draws: its bars over these ticks, and its text as printed."""
        bars = format_html_join(
            "",
            '<rect class="on{}" x="{}%" width="{}%" height="14" rx="3" />',
            ((" open" if bar.is_open else "", bar.x, bar.width) for bar in self.bars),
        )
        text = linebreaksbr(self.sheet.calendar_text, autoescape=True)
        return {"ticks": ticks, "bars": bars, "text": text, "years": self.calendar_label}

    @property
    def bars(self) -> list[Bar]:
        """The bars of its calendar over the years of the plan."""
        years = self.sheet.plan.years
        periods = [row.period for row in self.sheet.periods.all()]
        return [bar for period in periods if (bar := calendar_bar(period, years[0], years[-1]))]

    @property
    def calendar_label(self) -> str:
        """Its calendar in words: the years of a grid, or the text as printed."""
        if self.sheet.calendar_text:
            return self.sheet.calendar_text
        periods = [str(row.period) for row in self.sheet.periods.all()]
        return ", ".join(periods) or str(_("sans date"))


@dataclass(frozen=True)
class ObjectiveRows:
    objective: Objective
    rows: list[SheetRow]

    @property
    def texts(self) -> list[dict[str, str]]:
        return [row.texts for row in self.rows]


@dataclass(frozen=True)
class AxisRows:
    axis: Axis
    objectives: list[ObjectiveRows]

    @property
    def rows(self) -> list[SheetRow]:
        return [row for objective in self.objectives for row in objective.rows]

    @property
    def counts(self) -> ComputedCounts:
        return compute_counts((row.status, row.level) for row in self.rows)


@dataclass(frozen=True)
class SearchResult:
    """A sheet that a search found, with the passages that match."""

    row: SheetRow
    title: list[Piece]
    excerpts: list[list[Piece]]


def sheet_rows(sheets: Iterable[Any], campaign: Campaign | None) -> list[SheetRow]:
    """Return the rows of sheets read with `with_levels(campaign)`."""
    return [
        SheetRow(sheet, sheet.level, sheet.level_status or LevelStatus.MISSING, campaign)
        for sheet in sheets
    ]


def sheet_row(sheet: ActionSheet, evaluation: Evaluation | None) -> SheetRow:
    """Return the row of a sheet and one of its evaluations, None where it has none."""
    if evaluation is None:
        return SheetRow(sheet, None, LevelStatus.MISSING, None)
    return SheetRow(sheet, evaluation.level, evaluation.level_status, evaluation.campaign)


def by_axis(plan: Plan, rows: Iterable[SheetRow]) -> list[AxisRows]:
    """Group the rows by axis and objective, in the order of the plan, without the empty ones."""
    by_objective: dict[int, list[SheetRow]] = defaultdict(list)
    for row in rows:
        by_objective[row.sheet.objective_id].append(row)
    axes = [
        AxisRows(
            axis,
            [
                ObjectiveRows(objective, by_objective[objective.pk])
                for objective in axis.objectives.all()
                if objective.pk in by_objective
            ],
        )
        for axis in plan.structure
    ]
    return [axis for axis in axes if axis.objectives]


def search_result(row: SheetRow, query: str) -> SearchResult:
    """Return the matches of the query in the title and in the texts, two passages at most."""
    texts = [row.sheet.summary, *map(to_plain, row.sections.values())]
    places = [place for text in texts for place in excerpts(text, query)]
    return SearchResult(row, highlight(row.sheet.title, query), places[:2])


def year_ticks(years: range) -> list[Tick]:
    """Return the years side by side, each as wide as its days."""
    bars = [
        (year, calendar_bar(Period.of_years(year, year), years[0], years[-1])) for year in years
    ]
    return [Tick(year, bar.x, round(bar.x + bar.width / 2, 2)) for year, bar in bars if bar]


def draw_ticks(years: range) -> SafeString:
    """Return the years below the bars, as SVG."""
    html = render_to_string("schema_actions/_calendar_ticks.html", {"ticks": year_ticks(years)})
    return SafeString(html)


def calendar_bar(period: Period, first_year: int, last_year: int) -> Bar | None:
    """Return the bar of a period, None without a date or outside the years."""
    start, end = date(first_year, 1, 1), date(last_year, 12, 31)
    if not period.is_bounded:
        return None
    earliest = max(period.earliest or start, start)
    latest = min(period.latest or end, end)
    if earliest > latest:
        return None
    total_days = (end - start).days + 1
    x = round(100 * (earliest - start).days / total_days, 2)
    width = round(100 * ((latest - earliest).days + 1) / total_days, 2)
    return Bar(x, width, period.earliest is None or period.latest is None)
