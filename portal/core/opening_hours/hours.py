"""Opening hours of a place: open, closed or unknown at a moment, and when that changes.

>>> Hours.parse("Mo-Fr 08:30-12:00,13:30-17:00").is_open(datetime(2026, 11, 20, 12, 0))
False
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple, Self

from django.utils.translation import gettext as _
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from portal.core.opening_hours.calendars import MAINLAND, LegalCalendar
from portal.core.opening_hours.descriptions import describe_notes, describe_spans
from portal.core.opening_hours.syntax import (
    MONTHS,
    HoursError,
    count_rules,
    parse,
    read,
)

HORIZON = timedelta(days=366)
NEAR = timedelta(days=21)  # within which nearly all hours change: few holidays to evaluate

# Limits of an expression that is saved. Evaluating a year of it takes 3 ms of processor per
# thousand characters.
MAX_LENGTH = 250
MAX_RULES = 24

# Notes of the portal's own; see `describe_note`.
HOLIDAY_NOTE = "PH"  # closed by a public holiday
APPOINTMENT_NOTE = "rdv"  # only by appointment at that moment
TO_CONFIRM_NOTE = "unknown"  # said to be unknown, without a comment
_STATES = {State.OPEN: True, State.CLOSED: False, State.UNKNOWN: None}


class OpeningState(NamedTuple):
    """Whether it is open (None when unknown), and when it next opens or closes.

    `note` says why or how: "sur rendez-vous", or `HOLIDAY_NOTE`; "" most often. `until` is when any
    of these may be another; None if not within 366 days.
    """

    is_open: bool | None = None
    next_change: datetime | None = None
    note: str = ""
    until: datetime | None = None


UNKNOWN = OpeningState()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a reception point or a phone line is open, to the minute.

    A datetime without an offset is in the zone of the calendar. In the hour that repeats in
    October, a change of state is reported once, at its second occurrence.
    """

    expression: str
    calendar: LegalCalendar = MAINLAND

    @classmethod
    def parse(cls, expression: str, calendar: LegalCalendar = MAINLAND) -> Self:
        """Return the hours of an expression that somebody wrote. Raises HoursError."""
        read(expression)
        return cls(expression, calendar)

    def __str__(self) -> str:
        return self.expression

    def is_open(self, at: datetime) -> bool:
        return self.state(at).is_open is True

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes, in its zone; None if not within 366 days."""
        return self.state(at).next_change

    def state(self, at: datetime) -> OpeningState:
        """Return the state at that moment."""
        start = self.calendar.localise(at)
        state = self._state(start, NEAR)
        return state if state.next_change else self._state(start, HORIZON)

    def _state(self, start: datetime, span: timedelta) -> OpeningState:
        """Return the state, with changes before the end of the span."""
        end = _later(start, span)
        intervals = self.intervals(start, end)
        _begins, ends, first_state, *comments = next(intervals, (start, end, State.CLOSED))
        until = ends if ends < end else None
        is_open = first_state == State.OPEN
        changes = (
            begins
            for begins, _ends, state, *_comment in intervals
            if (state == State.OPEN) != is_open
        )
        change = next(changes, None) if until else None
        note = comments[0] if comments else ""
        if first_state == State.UNKNOWN:
            note = note or TO_CONFIRM_NOTE
        return OpeningState(_STATES[first_state], change, note, until)

    def days(self, first: date, count: int) -> list["Day"]:
        """Return the spans of `count` days from `first`, in its zone."""
        zone = self.calendar.zone
        start = datetime.combine(first, time(), zone)
        end = _end_of(first + timedelta(days=count - 1), zone)
        days = [
            Day(day, [], holiday=self.calendar.holiday_name(day))
            for day in (first + timedelta(days=at) for at in range(count))
        ]
        for opens, closes, state, comment in self.intervals(start, end):
            if state == State.CLOSED and comment != HOLIDAY_NOTE:
                continue
            while opens < closes:
                midnight = _end_of(opens.date(), zone)
                day = days[(opens.date() - first).days]
                day.add(opens, min(closes, midnight), state, comment)
                opens = midnight
        return days

    def intervals(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, State, str]]:
        """Return the intervals of one state and note, in order: (start, end, state, note)."""
        # The hours of the day before may last past midnight.
        first, last = start.date(), end.date()
        first -= timedelta(days=1) if first > date.min else timedelta()
        holidays = self.calendar.between(first, last)
        rules = _compile(self.expression, self.calendar, holidays)
        return rules.intervals(start, end)


@dataclass(slots=True)
class Day:
    """A day and its open spans; none when closed.

    `notes` are the spans that are not plainly open, or come with a comment: (start, end, comment).
    `holiday` is the name of the public holiday, `is_closed_for_holiday` whether it closes.
    """

    day: date
    spans: list[tuple[datetime, datetime]]
    notes: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    holiday: str = ""
    is_closed_for_holiday: bool = False

    def add(self, start: datetime, end: datetime, state: State, comment: str = "") -> None:
        """Add a span, merged with the last one where they touch."""
        if state == State.CLOSED:
            self.is_closed_for_holiday = True
            return
        if comment or state != State.OPEN:
            self.notes.append((start, end, comment))
        if state != State.OPEN:
            return
        if self.spans and self.spans[-1][1] == start:
            start, _end = self.spans.pop()
        self.spans.append((start, end))

    @property
    def is_holiday(self) -> bool:
        return bool(self.holiday) or self.is_closed_for_holiday

    @property
    def in_words(self) -> str:
        """Describe the day: "de 8 h 30 à 12 h et de 13 h 30 à 17 h", "fermé, jour férié"."""
        spans = describe_spans((f"{a:%H:%M}", f"{b:%H:%M}") for a, b in self.spans)
        notes = describe_notes((f"{a:%H:%M}", f"{b:%H:%M}", note) for a, b, note in self.notes)
        # Translators: the hours of a day, then those with a remark.
        if spans and notes:
            return _("%(hours)s ; %(notes)s") % {"hours": spans, "notes": notes}
        closed = _("fermé, jour férié") if self.is_closed_for_holiday else _("fermé")
        return spans or notes or closed


def describe_note(note: str) -> str:
    """Return the note of a state in words: "jour férié", "sur rendez-vous"; "" without one."""
    if note == HOLIDAY_NOTE:
        return _("jour férié")
    if note == APPOINTMENT_NOTE:
        return _("sur rendez-vous")
    return _("à confirmer") if note == TO_CONFIRM_NOTE else note


@lru_cache(maxsize=4096)
def state(expression: str, minute: datetime, calendar: LegalCalendar = MAINLAND) -> OpeningState:
    """Return the state in that minute of an expression of the portal. Raises HoursError.

    Cached: in a given minute, thousands of reception points share a few expressions.
    """
    return Hours(expression, calendar).state(minute)


def check(expression: str) -> None:
    """Raise HoursError for an expression that is invalid, too long or has too many rules."""
    if len(expression) > MAX_LENGTH or count_rules(expression) > MAX_RULES:
        message = _(
            "Horaires trop longs : au plus %(longest)d caractères et %(most)d règles. Annoncez à"
            " part les jours qui ne sont pas comme les autres."
        )
        raise HoursError(message % {"longest": MAX_LENGTH, "most": MAX_RULES})
    read(expression)
    _compile(expression, MAINLAND, ())


def normalise(expression: str) -> str:
    """Return the expression as all readers understand it; as it is where it is not understood."""
    try:
        return str(read(expression)) if expression else ""
    except HoursError:
        return expression


def in_force(expression: str, on: date) -> str:
    """Return what is left of an expression from that day on; itself where it is not understood."""
    try:
        return str(parse(expression).in_force(on)) if expression else ""
    except HoursError:
        return expression


def publish(expression: str, calendar: LegalCalendar) -> str:
    """Return the hours for other readers: the public holidays of the place are written out.

    "" where they are not understood.
    """
    try:
        parsed = read(expression).closed_on_holidays() if expression else None
    except HoursError:
        return ""
    return parsed.with_holidays(calendar.selectors) if parsed else ""


@lru_cache(maxsize=4096)
def close_on_holidays(expression: str) -> str:
    """Return the expression closed on public holidays, unless it says otherwise. Raises
    HoursError.
    """
    return str(read(expression).closed_on_holidays())


@lru_cache(maxsize=4096)
def _compile(expression: str, calendar: LegalCalendar, holidays: tuple[date, ...]) -> OpeningHours:
    """Return the evaluator of an expression where these days are holidays. Raises HoursError.

    Cached: making it costs more than evaluating, and reception points share a few expressions.
    """
    days = [f"{day.year:04} {MONTHS[day.month - 1]} {day.day:02}" for day in holidays]
    text = parse(expression).with_holidays(days, HOLIDAY_NOTE)
    try:
        # Without the last argument, the library searches until the year 9999.
        return OpeningHours(
            text,
            timezone=calendar.zone,
            auto_country=False,
            auto_timezone=False,
            max_interval_days=HORIZON.days + 1,
        )
    except ParserError:
        message = _("Horaires non compris à partir de « %(rest)s ». %(advice)s")
        raise HoursError(message % {"rest": text[:40], "advice": ""}) from None


def _later(at: datetime, span: timedelta) -> datetime:
    """Add the span, up to `datetime.max`, never in the hour that clocks skip in spring."""
    later = at + min(span, datetime.max - at.replace(tzinfo=None))
    offset_before, offset_after = later.utcoffset(), later.replace(fold=1).utcoffset()
    if offset_before is None or offset_after is None:
        return later
    return later + max(timedelta(), offset_after - offset_before)


def _end_of(day: date, zone: tzinfo) -> datetime:
    """Return the midnight that ends a day, the last moment of the calendar for its last one."""
    if day == date.max:
        return datetime.max.replace(tzinfo=zone)
    return datetime.combine(day + timedelta(days=1), time(), zone)
