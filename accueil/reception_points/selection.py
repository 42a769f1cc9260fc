"""Selection of candidates by their opening. No queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from accueil.models.reception_points import point_special_hours_keys
from accueil.models.special_hours import SpecialHoursIndex
from portal.core.opening_hours.calendars import MAINLAND, LegalCalendar
from portal.core.opening_hours.special_days import Effect, SpecialDays, closed_from, days, state
from portal.territory.legal_calendars import legal_calendar

EVENING = time(18)
SATURDAY = 5


class OpeningMoment(StrEnum):
    """When a point must be open, as the `ouvert` parameter."""

    NOW = "maintenant"
    EVENING = "soir"
    SATURDAY = "samedi"


class Candidate(NamedTuple):
    """A light row of a reception point.

    `agency` is its managing agency, `closes_on` the first day of a closing for good. `name` and
    what follows are only filled for whole départements: around a place, the page loads the rows
    that it shows.
    """

    pk: int
    department: str
    kind: str
    agency: int | None
    hours: str
    latitude: float | None
    longitude: float | None
    closes_on: date | None
    name: str = ""
    slug: str = ""
    is_approximate: bool = False
    appointment_hours: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected candidates, in order.

    `next_change` is when the state of the first of all the candidates examined may be another; None
    if none will, or if the opening does not matter.
    """

    candidates: Sequence[Candidate]
    next_change: datetime | None = None


def select_candidates(
    candidates: Iterable[Candidate],
    when: OpeningMoment | None,
    at: datetime,
    special_hours: SpecialHoursIndex,
) -> Selection:
    """Return the candidates open at that moment, all without `when`; unknown hours never match."""
    if when is None:
        return Selection(list(candidates))
    minute = at.replace(second=0, microsecond=0)
    fitting, changes = [], set()
    for candidate in candidates:
        fits, change = _is_open_when(
            candidate.hours,
            candidate_special_days(candidate, special_hours),
            legal_calendar(candidate.department),
            when,
            minute,
        )
        if fits:
            fitting.append(candidate)
        changes.add(change)
    return Selection(fitting, min((change for change in changes if change), default=None))


def candidate_special_days(
    candidate: Candidate, special_hours: SpecialHoursIndex
) -> tuple[SpecialDays, ...]:
    """Return the special days of a candidate, its closing for good included."""
    ends = (closed_from(candidate.closes_on),) if candidate.closes_on else ()
    if not special_hours:
        return ends
    keys = point_special_hours_keys(
        candidate.pk, candidate.kind, candidate.department, candidate.agency
    )
    by_id = {row.pk: row.special for key in keys for row in special_hours.get(key, ())}
    return (*(by_id[pk] for pk in sorted(by_id)), *ends)


@lru_cache(maxsize=4096)
def _is_open_when(
    hours: str,
    specials: tuple[SpecialDays, ...],
    calendar: LegalCalendar,
    when: OpeningMoment,
    minute: datetime,
) -> tuple[bool, datetime | None]:
    """Return whether such hours are open then, and until when that may be true.

    Cached: within a minute, thousands of points share a few expressions.
    """
    found = state(hours, specials, minute, calendar)
    if when is OpeningMoment.NOW:
        return found.is_open is True, found.until
    first, last = moment_span(when, minute, calendar)
    return any(
        opens < last and closes > first
        for opens, closes in _opening_spans(hours, specials, first, calendar)
    ), found.until


def moment_span(
    when: OpeningMoment, at: datetime, calendar: LegalCalendar = MAINLAND
) -> tuple[datetime, datetime]:
    """Return what is left of this evening, or of the coming Saturday, which may be today."""
    now = calendar.localise(at)
    ahead = (SATURDAY - now.weekday()) % 7 if when is OpeningMoment.SATURDAY else 0
    day = now.date() + timedelta(days=ahead)
    starts_at = EVENING if when is OpeningMoment.EVENING else time()
    first = datetime.combine(day, starts_at, calendar.zone)
    return max(first, now), datetime.combine(day + timedelta(days=1), time(), calendar.zone)


def _opening_spans(
    hours: str, specials: Sequence[SpecialDays], at: datetime, calendar: LegalCalendar
) -> list[tuple[datetime, datetime]]:
    """Return the opening spans of the day of `at`. Unknown hours are open only on special days."""
    day: date = at.date()
    concerned = [special for special in specials if special.covers(day)]
    if not hours and not any(special.effect is Effect.OPEN_ONLY for special in concerned):
        return []
    opening_days = days(hours or "PH off", specials, day, 1, calendar)
    return next((opening_day.spans for opening_day in opening_days), [])
