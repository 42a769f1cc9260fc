"""Which doors a person is shown, and in what order: pure, from what is light to read of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from accueil.models.reception_points import special_keys_of
from accueil.models.special_hours import Calendar
from portal.core.opening_hours.hours import PARIS, in_paris
from portal.core.opening_hours.special_days import Effect, Special, days, for_good, state

EVENING = time(18)
SATURDAY = 5


class When(StrEnum):
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
class Chosen:
    """The doors that fit, in their order; `until` is when the first of all those looked at opens or
    closes, None when none will or when openness was not asked about.
    """

    doors: Sequence[Candidate]
    until: datetime | None = None


def choose(
    candidates: Iterable[Candidate], when: When | None, at: datetime, known: Calendar
) -> Chosen:
    """Those open when asked, all of them without `when`; unknown hours never fit."""
    if when is None:
        return Chosen(list(candidates))
    minute = at.replace(second=0, microsecond=0)
    fitting, changes = [], set()
    for one in candidates:
        fits, change = _fits(one.hours, specials_of(one, known), when, minute)
        if fits:
            fitting.append(one)
        changes.add(change)
    return Chosen(fitting, min((change for change in changes if change), default=None))


def specials_of(door: Candidate, known: Calendar) -> tuple[Special, ...]:
    """What changes its hours on some days."""
    ends = (for_good(door.closes_on),) if door.closes_on else ()
    if not known:
        return ends
    keys = special_keys_of(door.pk, door.kind, door.department, door.agency)
    found = {one.pk: one.special for key in keys for one in known.get(key, ())}
    return (*(found[pk] for pk in sorted(found)), *ends)


@lru_cache(maxsize=4096)
def _fits(
    hours: str, specials: tuple[Special, ...], when: When, minute: datetime
) -> tuple[bool, datetime | None]:
    """Whether a door of such hours is open then, and when its state next changes.

    Kept: in a minute, thousands of doors share a few expressions.
    """
    is_open, change = state(hours, specials, minute)
    if when is When.NOW:
        return is_open is True, change
    first, last = span(when, minute)
    return any(
        opens < last and closes > first for opens, closes in _spans(hours, specials, first)
    ), change


def span(when: When, at: datetime) -> tuple[datetime, datetime]:
    """What is left of this evening, or of the coming Saturday, which may be today."""
    now = in_paris(at)
    ahead = (SATURDAY - now.weekday()) % 7 if when is When.SATURDAY else 0
    day = now.date() + timedelta(days=ahead)
    starts_at = EVENING if when is When.EVENING else time()
    first = datetime.combine(day, starts_at, PARIS)
    return max(first, now), datetime.combine(day + timedelta(days=1), time(), PARIS)


def _spans(
    hours: str, specials: Sequence[Special], at: datetime
) -> list[tuple[datetime, datetime]]:
    """When it is open on the day of `at`; hours that are unknown are open only where a special day
    says so.
    """
    day: date = at.date()
    concerned = [one for one in specials if one.covers(day)]
    if not hours and not any(one.effect is Effect.OPEN_ONLY for one in concerned):
        return []
    return next((found.spans for found in days(hours or "off", specials, day, 1)), [])
