"""Exceptions to the usual hours: closed, closed for some hours, or open at others.

They become rules added to the OpenStreetMap expression, so that one parser evaluates both.

>>> summer = SpecialDays(date(2026, 8, 3), date(2026, 8, 14), Effect.CLOSED)
>>> apply_special_days("Mo-Fr 09:00-12:00", [summer])
'Mo-Fr 09:00-12:00; 2026 Aug 03-2026 Aug 14 off'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from portal.core.opening_hours import hours
from portal.core.opening_hours.calendars import MAINLAND, LegalCalendar
from portal.core.opening_hours.hours import (
    HORIZON,
    UNKNOWN,
    Day,
    Hours,
    OpeningState,
    close_on_holidays,
)
from portal.core.opening_hours.syntax import MONTHS, HoursError, parse

_HOLIDAYS_OFF = "PH off"


class Effect(StrEnum):
    CLOSED = "closed"
    CLOSED_BETWEEN = "closed_between"
    OPEN_ONLY = "open_only"


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Exception from the `first` to the `last` day, both included.

    `spans` are OpenStreetMap times ("14:00-17:00,18:00-19:00") of closing or opening, "" for
    `CLOSED`. `weekdays` ("Mo-Fr") limits it to some days; "" means all.
    """

    first: date
    last: date
    effect: Effect
    spans: str = ""
    weekdays: str = ""

    @property
    def rule(self) -> str:
        """Return the OpenStreetMap rule of this exception."""
        when = f"{_osm_date(self.first)}-{_osm_date(self.last)}"
        off = "" if self.effect is Effect.OPEN_ONLY else "off"
        rule = " ".join(part for part in (when, self.weekdays, self.spans, off) if part)
        # Special hours over weeks do not open public holidays; those of one day may.
        is_long = self.effect is Effect.OPEN_ONLY and self.first != self.last
        return f"{rule}; {_HOLIDAYS_OFF}" if is_long else rule

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def closed_from(first: date) -> SpecialDays:
    """Return a closure without end."""
    return SpecialDays(first, date.max, Effect.CLOSED)


def apply_special_days(expression: str, specials: Iterable[SpecialDays]) -> str:
    """Return the expression with the exceptions, in increasing precedence.

    A shorter one takes precedence over a longer, a closure over an opening of the same length, and
    a permanent closure over everything.
    """
    ordered = sorted(
        specials,
        key=lambda special: (
            *(special.last == date.max, special.first - special.last),
            special.effect is not Effect.OPEN_ONLY,
        ),
    )
    opens_on_holidays = not parse(expression).is_closed_on_holidays
    rules = [
        special.rule.removesuffix(f"; {_HOLIDAYS_OFF}") if opens_on_holidays else special.rule
        for special in ordered
    ]
    return "; ".join([expression, *rules]) if rules else expression


def state(
    expression: str,
    specials: Sequence[SpecialDays],
    minute: datetime,
    calendar: LegalCalendar = MAINLAND,
) -> OpeningState:
    """Return the state in that minute, closed on the public holidays of the calendar.

    Unknown ("") or invalid usual hours are unknown, unless a special day decides; then the change
    is only given where it is known. `UNKNOWN` too where there are too many rules to evaluate.
    """
    try:
        return _state(_understood(expression), specials, minute, calendar)
    except HoursError:
        return UNKNOWN


def _state(
    expression: str, specials: Sequence[SpecialDays], minute: datetime, calendar: LegalCalendar
) -> OpeningState:
    """Do the same for hours that are unknown or valid. Raises HoursError."""
    if not specials:
        return hours.state(expression, minute, calendar) if expression else UNKNOWN
    day = calendar.localise(minute).date()
    ahead = _between(specials, day, HORIZON)
    if expression:
        return hours.state(apply_special_days(expression, ahead), minute, calendar)
    current = [special for special in ahead if special.covers(day)]
    if any(special.effect is Effect.OPEN_ONLY for special in current):
        found = hours.state(apply_special_days(_HOLIDAYS_OFF, ahead), minute, calendar)
        change = found.next_change
        is_covered = change is not None and all(
            special.covers(change.date()) for special in current
        )
        found = found if is_covered else found._replace(next_change=None)
    else:
        # Open where no closure decides: that is where the state is unknown.
        closures = hours.state(apply_special_days("24/7", current), minute, calendar)
        is_closed = bool(current) and not closures.is_open
        found = OpeningState(False if is_closed else None, until=closures.until)
    changes = [found.until, _next_days(ahead, day, calendar)]
    return found._replace(until=min((change for change in changes if change), default=None))


def _next_days(
    specials: Iterable[SpecialDays], day: date, calendar: LegalCalendar
) -> datetime | None:
    """Return when the special days that decide are next others: the first midnight where some
    begin or are over. None if not within the horizon.
    """
    days = [
        *(special.first for special in specials if special.first > day),
        *(special.last + timedelta(days=1) for special in specials if special.last < date.max),
    ]
    first = min((begins for begins in days if day < begins <= day + HORIZON), default=None)
    return datetime.combine(first, time(), calendar.zone) if first else None


def days(
    expression: str,
    specials: Iterable[SpecialDays],
    first: date,
    count: int,
    calendar: LegalCalendar = MAINLAND,
) -> list[Day]:
    """Return the hours of `count` days from `first`, closed on public holidays.

    Empty where the usual hours are unknown or invalid, or where there are too many rules.
    """
    usual = _understood(expression)
    if not usual:
        return []
    concerned = _between(specials, first, timedelta(days=count - 1))
    try:
        return Hours(apply_special_days(usual, concerned), calendar).days(first, count)
    except HoursError:
        return []


def _understood(expression: str) -> str:
    """Return the expression closed on public holidays, "" if invalid."""
    try:
        return close_on_holidays(expression) if expression else ""
    except HoursError:
        return ""


def _between(specials: Iterable[SpecialDays], first: date, span: timedelta) -> list[SpecialDays]:
    """Return the exceptions between `first` and the end of the span, without duplicates."""
    return [
        special
        for special in dict.fromkeys(specials)
        if special.last >= first and special.first - first <= span
    ]


def _osm_date(day: date) -> str:
    """Format "2023 Dec 04", the only date format of the expressions."""
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02d}"
