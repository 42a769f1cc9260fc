"""The picture of the schedule. Pure geometry: percents across, pixels down.

Exact days are a solid mark, a vague period a hatched bar as long as the doubt, and a move
without a date a dashed line. A done move is drawn on its actual day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from django.utils.dates import MONTHS_3

from portal.core.periods.period import Period, Precision
from relocations.models import Relocation

ROW_HEIGHT = 46  # pixels between rows; LINE_HEIGHT more for each further line of a label
LINE_HEIGHT = 18
LABEL_WIDTH = 34  # characters that fit the width of a telephone
AXIS_HEIGHT = 44  # pixels
TICK_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600)  # months between two ticks
MAX_TICKS = 5


@dataclass(frozen=True)
class Bar:
    """A move: `kind` is "days", "span", "open" or "none"; `x` and `width` are percents.

    `lines` are those of its label, each with the pixel of its baseline; `y` is the top of the bar.
    """

    lines: list[tuple[int, str]]
    kind: str
    y: int
    x: float
    width: float

    @property
    def middle_y(self) -> int:
        return self.y + 7

    @property
    def middle_x(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Tick:
    x: float
    month: str
    year: int | None


@dataclass(frozen=True)
class Timeline:
    """The drawing; `today` is the percent of the portal's day, None outside."""

    first: date
    last: date
    bars: list[Bar]
    ticks: list[Tick]
    today: float | None

    @property
    def height(self) -> int:
        return self.bars[-1].y + ROW_HEIGHT - LINE_HEIGHT


def timeline(moves: Iterable[Relocation], today: date) -> Timeline | None:
    """Return the drawing of the moves in their order; None if no move has a date."""
    moves = list(moves)
    periods = [_drawn_period(move, today) for move in moves]
    days = [day for period in periods for day in (period.earliest, period.latest) if day]
    if not days:
        return None
    first = min(days).replace(day=1)
    last = _month_after(max(days)) - timedelta(days=1)
    scale = _Scale(first, last)
    bars: list[Bar] = []
    top = AXIS_HEIGHT
    for move, period in zip(moves, periods, strict=True):
        bars.append(_bar(move, period, top, scale))
        top = bars[-1].y + ROW_HEIGHT - LINE_HEIGHT
    now = scale.percent(today) if first <= today <= last else None
    return Timeline(first, last, bars, list(_ticks(scale)), now)


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date

    def percent(self, day: date) -> float:
        whole = (self.last - self.first).days + 1
        return round(100 * (day - self.first).days / whole, 2)

    def span(self, period: Period) -> tuple[float, float]:
        start = self.percent(period.earliest) if period.earliest else 0.0
        end = self.percent(period.latest + timedelta(days=1)) if period.latest else 100.0
        return start, round(end - start, 2)


def _drawn_period(move: Relocation, today: date) -> Period:
    """Return the actual day, if it is past, else the period as announced."""
    day = move.actual_date
    if day is None or day > today:
        return move.period
    return Period(move.period.text, day, day, Precision.DAY)


def _bar(move: Relocation, period: Period, top: int, scale: _Scale) -> Bar:
    x, width = scale.span(period)
    label_lines = wrap(move.team.name, LABEL_WIDTH)
    lines = [(top + 14 + LINE_HEIGHT * number, line) for number, line in enumerate(label_lines)]
    kind = _kind(period, is_day_known=not move.is_done_without_a_day)
    return Bar(lines, kind, lines[-1][0] + 8, x, width)


def _kind(period: Period, *, is_day_known: bool) -> str:
    if not period.is_bounded:
        return "none"
    if period.earliest is None or period.latest is None:
        return "open"
    return "days" if period.precision is Precision.DAY and is_day_known else "span"


def _ticks(scale: _Scale) -> Iterator[Tick]:
    """Yield at most MAX_TICKS round months; the year is on the first one and on each January."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month + 1
    step = next((step for step in TICK_STEPS if months / step <= MAX_TICKS), TICK_STEPS[-1])
    labelled_year = None
    day = scale.first
    while day <= scale.last:
        x = scale.percent(day)
        if (day.year * 12 + day.month - 1) % step == 0 and x <= 92:
            year = day.year if day.year != labelled_year else None
            yield Tick(x, str(MONTHS_3[day.month]), year)
            labelled_year = day.year
        day = _month_after(day)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
