"""Monthly statistics of the reception, also per working day.

A month without data is None, never zero.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, Sum

from accueil.enums import Channel
from accueil.models import Activity, Figure, Referrals
from accueil.models.activity import department_referrals, month_start
from portal.core.opening_hours.hours import Hours
from portal.core.periods.period import format_month

MONTHS_SHOWN = 12
OFFICE_HOURS = "Mo-Fr 09:00-10:00; PH off"  # open on working days only
_WHOLE_NUMBER = re.compile(r"\d{1,3}([ \u00a0\u202f]\d{3})*|\d+")


def add_months(month: date, count: int) -> date:
    """Return the month `count` months later, earlier if negative."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def last_months(last: date, count: int = MONTHS_SHOWN) -> list[date]:
    """Return the last `count` months up to that of `last`, newest first."""
    return [add_months(month_start(last), -at) for at in range(count)]


@lru_cache(maxsize=512)
def working_days(month: date) -> int:
    """Return the number of working days: Monday to Friday but public holidays."""
    days = Hours.parse(OFFICE_HOURS).days(month, (add_months(month, 1) - month).days)
    return sum(bool(day.spans) for day in days)


def is_over(month: date, today: date) -> bool:
    return today >= add_months(month, 1)


@dataclass(frozen=True)
class Share:
    """A part of the requests: `count` of `total`; None if no row counted it."""

    count: int | None
    total: int

    @property
    def percent(self) -> float | None:
        return (
            round(100 * self.count / self.total, 1)
            if self.count is not None and self.total
            else None
        )


@dataclass(frozen=True)
class MonthTotals:
    """Totals of a month; `channels` has only the channels counted, `places` is how many counted."""

    requests: int
    channels: dict[str, int]
    answered: Share
    referred: Share
    places: int

    @property
    def by_channel(self) -> list[int | None]:
        """Requests by channel, in the order of `Channel`, None for one not counted."""
        return [self.channels.get(channel) for channel in Channel.values]


@dataclass(frozen=True)
class MonthRow:
    """A row of the table. `bar_percent` is the length of its bar, relative to the fullest month."""

    month: date
    totals: MonthTotals | None
    working_days: int
    is_over: bool
    bar_percent: float = 0

    @property
    def name(self) -> str:
        return format_month(self.month)

    @property
    def per_day(self) -> float | None:
        if self.totals is None or not self.is_over:
            return None
        return round(self.totals.requests / self.working_days, 1)


def activity_rows(department: str, shown: Sequence[date], today: date) -> list[MonthRow]:
    """Return the rows of these months of a département. Two queries."""
    totals = _month_totals(department, shown)
    fullest = max((month_totals.requests for month_totals in totals.values()), default=0) or 1
    return [
        MonthRow(
            month,
            totals.get(month),
            working_days(month),
            is_over(month, today),
            round(100 * totals[month].requests / fullest, 1) if month in totals else 0,
        )
        for month in shown
    ]


def _month_totals(department: str, shown: Sequence[date]) -> dict[date, MonthTotals]:
    rows = Activity.objects.of_department(department).filter(month__in=shown).order_by()
    places = {
        month: points + lines
        for month, points, lines in rows.values_list("month").annotate(
            Count("point", distinct=True), Count("phone_line", distinct=True)
        )
    }
    sums = rows.values("month", "channel").annotate(
        all=Sum("requests"),
        answered_total=Sum("answered"),
        answered_of=Sum("requests", filter=Q(answered__isnull=False)),
        referred_total=Sum("referred"),
        referred_of=Sum("requests", filter=Q(referred__isnull=False)),
    )
    by_month: dict[date, list[Any]] = {}
    for row in sums:
        by_month.setdefault(row["month"], []).append(row)
    return {
        month: MonthTotals(
            requests=sum(row["all"] for row in parts),
            channels={row["channel"]: row["all"] for row in parts},
            answered=_share(parts, "answered"),
            referred=_share(parts, "referred"),
            places=places[month],
        )
        for month, parts in by_month.items()
    }


def _share(rows: Iterable[Any], name: str) -> Share:
    counted = [row for row in rows if row[f"{name}_total"] is not None]
    if not counted:
        return Share(None, 0)
    return Share(
        sum(row[f"{name}_total"] for row in counted), sum(row[f"{name}_of"] for row in counted)
    )


@dataclass(frozen=True)
class ReferralsRow:
    """The « informations préoccupantes » of a month.

    The département's own count is used alone where it exists; else the counts of its agencies are
    added, `missing` of which did not report. `reported_by` names who counted.
    """

    month: date
    received: int = 0
    in_time: int = 0
    late: int = 0
    mean_days: float | None = None
    reported_by: tuple[str, ...] = ()
    missing: int = 0

    @property
    def name(self) -> str:
        return format_month(self.month)

    @property
    def is_filled(self) -> bool:
        return bool(self.reported_by)

    @property
    def percent(self) -> float | None:
        """The share evaluated in time, of those evaluated."""
        ended = self.in_time + self.late
        return round(100 * self.in_time / ended, 1) if ended else None


def referrals_rows(
    department: str, name: str, shown: Sequence[date], agencies: int
) -> list[ReferralsRow]:
    """Return the rows of these months of a département. One query.

    `name` is that of the département, `agencies` the number of its agencies.
    """
    by_month: dict[date, list[Referrals]] = {}
    for row in department_referrals(department).filter(month__in=shown):
        by_month.setdefault(row.month, []).append(row)
    return [_sum_referrals(month, by_month.get(month, []), name, agencies) for month in shown]


def _sum_referrals(month: date, rows: list[Referrals], name: str, agencies: int) -> ReferralsRow:
    if not rows:
        return ReferralsRow(month)
    whole = [row for row in rows if row.agency is None]
    counted = whole or rows
    ended = sum(row.ended for row in counted)
    days = sum(row.ended * row.mean_days for row in counted if row.mean_days is not None)
    return ReferralsRow(
        month,
        received=sum(row.received for row in counted),
        in_time=sum(row.in_time for row in counted),
        late=sum(row.late for row in counted),
        mean_days=round(days / ended, 1) if ended else None,
        reported_by=tuple(row.agency.name if row.agency else name for row in counted),
        missing=0 if whole else agencies - len(rows),
    )


@dataclass(frozen=True)
class YearlyFigure:
    """A published figure of a whole year, divided by its months and its working days."""

    figure: Figure
    per_month: float | None
    per_day: float | None


def yearly_figure(figure: Figure) -> YearlyFigure:
    """Return the figure with None averages unless it is an integer for a whole year."""
    period, number = figure.period, _WHOLE_NUMBER.fullmatch(figure.value)
    first, last = period.earliest, period.latest
    is_year = first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    if not (number and is_year and first):
        return YearlyFigure(figure, None, None)
    whole = int(re.sub(r"\D", "", number[0]))
    days = sum(working_days(date(first.year, at, 1)) for at in range(1, 13))
    return YearlyFigure(figure, round(whole / 12, 1), round(whole / days, 1))
