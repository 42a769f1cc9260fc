"""Days when hours are not the usual ones: closed, closed for some hours, or open at others.

They are written as more rules of the same OpenStreetMap expression, so that one reader says all.

>>> summer = Special(date(2026, 8, 3), date(2026, 8, 14), Effect.CLOSED)
>>> applied("Mo-Fr 09:00-12:00", [summer])
'Mo-Fr 09:00-12:00; 2026 Aug 03-2026 Aug 14 off'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.core.opening_hours import hours
from portal.core.opening_hours.hours import HORIZON, Day, Hours, HoursError

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOLIDAYS_OFF = "PH off"


class Effect(StrEnum):
    CLOSED = "closed"
    CLOSED_BETWEEN = "closed_between"
    OPEN_ONLY = "open_only"


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """What is different from the `first` to the `last` day, both included.

    `spans` are times as OpenStreetMap writes them ("14:00-17:00,18:00-19:00"): those of closing or
    of opening, "" for `CLOSED`. `weekdays` ("Mo-Fr") are the only ones concerned, all without.
    """

    first: date
    last: date
    effect: Effect
    spans: str = ""
    weekdays: str = ""

    @property
    def rule(self) -> str:
        """The rule that changes the usual hours on these days."""
        when = f"{_osm_date(self.first)}-{_osm_date(self.last)}"
        off = "" if self.effect is Effect.OPEN_ONLY else "off"
        rule = " ".join(part for part in (when, self.weekdays, self.spans, off) if part)
        # Other hours for some weeks do not open a public holiday; those of one day may.
        is_long = self.effect is Effect.OPEN_ONLY and self.first != self.last
        return f"{rule}; {_HOLIDAYS_OFF}" if is_long else rule

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def closed_from(first: date) -> SpecialDays:
    """What is closed from that day on, without end."""
    return SpecialDays(first, date.max, Effect.CLOSED)


def apply_special_days(expression: str, specials: Iterable[SpecialDays]) -> str:
    """The usual hours, then what changes them: the shortest last, which decides; a closure after
    an opening of the same length; and after all, what is closed for good.
    """
    ordered = sorted(
        specials,
        key=lambda special: (
            *(special.last == date.max, special.first - special.last),
            special.effect is not Effect.OPEN_ONLY,
        ),
    )
    opens_on_holidays = _HOLIDAYS_OFF not in expression
    rules = [
        special.rule.removesuffix(f"; {_HOLIDAYS_OFF}") if opens_on_holidays else special.rule
        for special in ordered
    ]
    return "; ".join([expression, *rules]) if rules else expression


def state(
    expression: str, specials: Sequence[SpecialDays], minute: datetime
) -> tuple[bool | None, datetime | None]:
    """Whether it is open in that minute, and when that next changes.

    Usual hours that are unknown (""), or not understood, say nothing, but a special day says what
    it says: then a change is told only where it is known. (None, None) too where more is announced
    than can be read.
    """
    try:
        return _state(_understood(expression), specials, minute)
    except HoursError:
        return None, None


def _state(
    expression: str, specials: Sequence[SpecialDays], minute: datetime
) -> tuple[bool | None, datetime | None]:
    """The same of hours that are unknown or understood. Raises HoursError."""
    day = hours.in_paris(minute).date()
    ahead = _between(specials, day, HORIZON)
    if expression:
        return hours.state(apply_special_days(expression, ahead), minute)
    current = [special for special in ahead if special.covers(day)]
    if any(special.effect is Effect.OPEN_ONLY for special in current):
        is_open, change = hours.state(apply_special_days("off", ahead), minute)
        is_covered = change is not None and all(
            special.covers(change.date()) for special in current
        )
        return is_open, change if is_covered else None
    is_closed = bool(current) and not hours.state(apply_special_days("24/7", current), minute)[0]
    return (False if is_closed else None), None


def days(expression: str, specials: Iterable[SpecialDays], first: date, count: int) -> list[Day]:
    """What is open on each of `count` days from the `first`; none where the usual hours are
    unknown, not understood, or more is announced than can be read.
    """
    if not _understood(expression):
        return []
    concerned = _between(specials, first, timedelta(days=count - 1))
    try:
        return Hours.parse(apply_special_days(expression, concerned)).days(first, count)
    except HoursError:
        return []


def _understood(expression: str) -> str:
    """The expression, "" for one that is not."""
    try:
        return Hours.parse(expression).expression if expression else ""
    except HoursError:
        return ""


def _between(specials: Iterable[SpecialDays], first: date, span: timedelta) -> list[SpecialDays]:
    """Those of the days from `first` until that span is over, each once."""
    return [
        special
        for special in dict.fromkeys(specials)
        if special.last >= first and special.first - first <= span
    ]


def _osm_date(day: date) -> str:
    """ "2023 Dec 04": the only way in which the expression takes a date."""
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"
