"""Which doors a person is shown, and in what order: pure, from what is light to read of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from accueil.models.reception_points import point_special_hours_keys
from accueil.models.special_hours import SpecialHoursIndex
from portal.core.opening_hours.hours import PARIS, in_paris
from portal.core.opening_hours.special_days import Effect, SpecialDays, closed_from, days, state

EVENING = time(18)
SATURDAY = 5


class OpeningMoment(StrEnum):
    """The three moments that may be asked for, as addresses write them."""

    NOW = "maintenant"
    EVENING = "soir"
    SATURDAY = "samedi"


class Candidate(NamedTuple):
    """A door that may be shown. `agency` is the one whose agents keep it, `closes_on` the first
    day when it is closed for good, None for those that stay.

    The name and what follows are "" and None where the page tells them from the whole row.
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


@dataclass(frozen=True, slots=True)
class Selection:
    """The doors that fit, in their order; `until` is when the first of all those looked at opens or
    closes, None when none will or when openness was not asked about.
    """

    candidates: Sequence[Candidate]
    next_change: datetime | None = None


def select_candidates(
    candidates: Iterable[Candidate],
    when: OpeningMoment | None,
    at: datetime,
    known: SpecialHoursIndex,
) -> Selection:
    """Those open when asked, all of them without `when`; unknown hours never fit."""
    if when is None:
        return Selection(list(candidates))
    minute = at.replace(second=0, microsecond=0)
    fitting, changes = [], set()
    for one in candidates:
        fits, change = _is_open_when(one.hours, candidate_special_days(one, known), when, minute)
        if fits:
            fitting.append(one)
        changes.add(change)
    return Selection(fitting, min((change for change in changes if change), default=None))


def candidate_special_days(door: Candidate, known: SpecialHoursIndex) -> tuple[SpecialDays, ...]:
    """What changes its hours on some days."""
    ends = (closed_from(door.closes_on),) if door.closes_on else ()
    if not known:
        return ends
    keys = point_special_hours_keys(door.pk, door.kind, door.department, door.agency)
    found = {one.pk: one.special for key in keys for one in known.get(key, ())}
    return (*(found[pk] for pk in sorted(found)), *ends)


@lru_cache(maxsize=4096)
def _is_open_when(
    hours: str, specials: tuple[SpecialDays, ...], when: OpeningMoment, minute: datetime
) -> tuple[bool, datetime | None]:
    """Whether a door of such hours is open then, and when its state next changes.

    Kept: in a minute, thousands of doors share a few expressions.
    """
    is_open, change = state(hours, specials, minute)
    if when is OpeningMoment.NOW:
        return is_open is True, change
    first, last = moment_span(when, minute)
    return any(
        opens < last and closes > first for opens, closes in _opening_spans(hours, specials, first)
    ), change


def moment_span(when: OpeningMoment, at: datetime) -> tuple[datetime, datetime]:
    """What is left of this evening, or of the coming Saturday, which may be today."""
    now = in_paris(at)
    ahead = (SATURDAY - now.weekday()) % 7 if when is OpeningMoment.SATURDAY else 0
    day = now.date() + timedelta(days=ahead)
    starts_at = EVENING if when is OpeningMoment.EVENING else time()
    first = datetime.combine(day, starts_at, PARIS)
    return max(first, now), datetime.combine(day + timedelta(days=1), time(), PARIS)


def _opening_spans(
    hours: str, specials: Sequence[SpecialDays], at: datetime
) -> list[tuple[datetime, datetime]]:
    """When it is open on the day of `at`; hours that are unknown are open only where a special day
    says so.
    """
    day: date = at.date()
    concerned = [one for one in specials if one.covers(day)]
    if not hours and not any(one.effect is Effect.OPEN_ONLY for one in concerned):
        return []
    return next((found.spans for found in days(hours or "off", specials, day, 1)), [])
