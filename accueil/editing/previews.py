"""What people will read, shown to agents before they save it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.utils.translation import gettext as _

from accueil.models import Open, PhoneLine, ReceptionPoint, SpecialHours, Stop
from accueil.models.rounds import Passage
from accueil.models.special_hours import Calendar, tell
from portal.core.opening_hours.hours import Day
from portal.core.opening_hours.special_days import Effect
from portal.core.opening_hours.special_days import days as hours_of_days
from portal.core.opening_hours.week_grid import Week

AHEAD = 14  # days of a preview
DOORS = 10  # shown of those that special hours concern
YEAR = timedelta(days=366)
NOON = "12:00-12:30"  # an hour of each day, to know its weekdays


@dataclass(frozen=True, slots=True)
class Coming:
    """A day ahead: when the door is open to all, and by appointment ("" where nobody said);
    `why` are the special hours of that day.
    """

    day: Day
    by_appointment: str
    why: list[SpecialHours]


def coming(door: Open, first: date) -> list[Coming]:
    """The next 14 days of a door or a line, special hours applied; none where nothing is known."""
    specials = door.specials
    closures = [one for one in specials if one.effect is not Effect.OPEN_ONLY]
    usual = hours_of_days(door.hours, specials, first, AHEAD)
    expression = getattr(door, "appointment_hours", "")
    by_appointment = hours_of_days(expression, closures, first, AHEAD)
    if not usual and not by_appointment:
        return []
    nothing = [Day(first + timedelta(days=at), []) for at in range(AHEAD)]
    said = [day.in_french for day in by_appointment] or [""] * AHEAD
    return [
        Coming(day, words, [one for one in door.special_hours if one.special.covers(day.day)])
        for day, words in zip(usual or nothing, said, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Effects:
    """What special hours change of a door: the days that are no longer the usual ones, the
    first 14 of them; `is_known` is false where its usual hours are not.
    """

    door: ReceptionPoint | PhoneLine
    days: list[Day]
    is_known: bool


def concerned(
    special: SpecialHours,
    points: Sequence[ReceptionPoint],
    lines: Sequence[PhoneLine],
    calendar: Calendar,
) -> list[Effects]:
    """What `special`, saved or not, changes of these doors and lines."""
    doors: list[ReceptionPoint | PhoneLine] = [*points[:DOORS], *lines[:DOORS]]
    tell(doors, calendar)
    return [_effects(special, door) for door in doors]


def _effects(special: SpecialHours, door: ReceptionPoint | PhoneLine) -> Effects:
    others = [one.special for one in door.special_hours if one.pk != special.pk]
    count = (special.last_day - special.first_day).days + 1
    before = hours_of_days(door.hours, others, special.first_day, count)
    after = hours_of_days(door.hours, [*others, special.special], special.first_day, count)
    changed = [new for old, new in zip(before, after, strict=False) if old.spans != new.spans]
    return Effects(door, changed[:AHEAD], bool(before and after))


def next_passages(stop: Stop, first: date, count: int = 6) -> list[Passage]:
    """The next passages within a year, those cancelled too; none where the day is not known."""
    return list(islice(stop.passages(first, first + YEAR), count))


def next_days(stop: Stop, first: date, count: int = 6) -> list[date]:
    """The days that the rhythm of a stop, saved or not, gives within a year."""
    days = stop.recurrence.days(first, first + YEAR) if stop.recurrence else ()
    return list(islice(days, count))


def days_in_words(special: SpecialHours) -> str:
    """ "15 jours concernés", "1 jour concerné"."""
    count = sum(1 for _day in special_days(special))
    return _("%d jours concernés") % count if count > 1 else _("%d jour concerné") % count


def special_days(special: SpecialHours) -> Iterator[date]:
    """The days that special hours name, by their weekdays."""
    first, last = special.first_day, special.last_day
    named = Week.parse(f"{special.weekdays or 'Mo-Su'} {NOON}")
    for at in range((last - first).days + 1):
        day = first + timedelta(days=at)
        if named and named.days[day.weekday()]:
            yield day
