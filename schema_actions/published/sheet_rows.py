"""Sheets with their evaluation as pages show them, by axis and objective."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.core.periods.period import Period
from portal.core.text.markdown import to_plain
from schema_actions.enums import LevelStatus, Pace
from schema_actions.models import ActionSheet, Axis, Evaluation, Objective
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
    """A sheet and its evaluation in the campaign of the page, or None."""

    sheet: ActionSheet
    evaluation: Evaluation | None

    @property
    def level(self) -> int | None:
        return self.evaluation.level if self.evaluation else None

    @property
    def status(self) -> str:
        return self.evaluation.level_status if self.evaluation else LevelStatus.MISSING.value

    @property
    def pace(self) -> Pace | None:
        return self.evaluation.pace if self.evaluation else None

    @property
    def pace_label(self) -> str:
        return self.evaluation.pace_label if self.evaluation else ""

    @property
    def level_label(self) -> str:
        evaluation = self.evaluation or Evaluation(level_status=self.status)
        return evaluation.level_label

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


def sheet_rows(sheets: Iterable[ActionSheet]) -> list[SheetRow]:
    """Return the rows of sheets read with `for_list`."""
    return [
        SheetRow(sheet, next(iter(sheet.campaign_evaluations), None))  # type: ignore[attr-defined]
        for sheet in sheets
    ]


def by_axis(rows: Sequence[SheetRow]) -> list[AxisRows]:
    """Group the rows by axis and objective, in the order of the plan."""
    axes: dict[int, tuple[Axis, dict[int, ObjectiveRows]]] = {}
    for row in rows:
        objective = row.sheet.objective
        _axis, objectives = axes.setdefault(objective.axis_id, (objective.axis, {}))
        objectives.setdefault(objective.pk, ObjectiveRows(objective, [])).rows.append(row)
    return [AxisRows(axis, list(objectives.values())) for axis, objectives in axes.values()]


def search_result(row: SheetRow, query: str) -> SearchResult:
    """Return the matches of the query in the title and in the texts, two passages at most."""
    texts = [row.sheet.summary]
    if row.evaluation:
        texts += [to_plain(getattr(row.evaluation, name)) for name in SECTIONS]
    places = [place for text in texts for place in excerpts(text, query)]
    return SearchResult(row, highlight(row.sheet.title, query), places[:2])


def year_ticks(years: range) -> list[Tick]:
    """Return the years side by side, each as wide as its days."""
    bars = [
        (year, calendar_bar(Period.of_years(year, year), years[0], years[-1])) for year in years
    ]
    return [Tick(year, bar.x, round(bar.x + bar.width / 2, 2)) for year, bar in bars if bar]


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
