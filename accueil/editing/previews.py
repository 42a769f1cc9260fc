"""What the public will read, shown to agents before a save."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.utils.translation import ngettext

from accueil.models import OpeningHoursModel, PhoneLine, ReceptionPoint, SpecialHours, Stop
from accueil.models.opening_hours import attach_special_hours
from accueil.models.rounds import Passage
from accueil.models.special_hours import SpecialHoursIndex
from portal.core.opening_hours.hours import Day
from portal.core.opening_hours.special_days import days as hours_of_days
from portal.core.opening_hours.week_grid import Week

PREVIEW_DAYS = 14
MAX_CONTACTS = 10  # contacts shown in the preview of special hours
YEAR = timedelta(days=366)
SAMPLE_HOURS = "12:00-12:30"  # probes which weekdays an expression covers


@dataclass(frozen=True, slots=True)
class DayPreview:
    """A coming day: its hours, its hours by appointment ("" if unknown), and its special hours."""

    day: Day
    by_appointment: str
    special_hours: list[SpecialHours]


def preview_days(contact: OpeningHoursModel, first: date) -> list[DayPreview]:
    """Return the next 14 days, special hours applied; an empty list if all hours are unknown."""
    open_days = contact.next_days(first, PREVIEW_DAYS)
    appointment_days = (
        contact.next_appointment_days(first, PREVIEW_DAYS)
        if isinstance(contact, ReceptionPoint)
        else []
    )
    if not open_days and not appointment_days:
        return []
    days = (first + timedelta(days=offset) for offset in range(PREVIEW_DAYS))
    unknown_days = [Day(day, [], holiday=contact.legal_calendar.holiday_name(day)) for day in days]
    appointment_labels = [day.in_words for day in appointment_days] or [""] * PREVIEW_DAYS
    return [
        DayPreview(
            day,
            appointment_label,
            [row for row in contact.special_hours if row.special.covers(day.day)],
        )
        for day, appointment_label in zip(
            open_days or unknown_days, appointment_labels, strict=True
        )
    ]


@dataclass(frozen=True, slots=True)
class ChangedDays:
    """The days that special hours change for a contact, at most 14.

    `is_known` is false if its usual hours are unknown.
    """

    contact: ReceptionPoint | PhoneLine
    days: list[Day]
    is_known: bool


def preview_changes(
    special: SpecialHours,
    points: Sequence[ReceptionPoint],
    lines: Sequence[PhoneLine],
    index: SpecialHoursIndex,
) -> list[ChangedDays]:
    """Return what `special`, saved or not, changes for at most 10 points and 10 lines."""
    contacts: list[ReceptionPoint | PhoneLine] = [*points[:MAX_CONTACTS], *lines[:MAX_CONTACTS]]
    attach_special_hours(contacts, index)
    return [_changed_days(special, contact) for contact in contacts]


def _changed_days(special: SpecialHours, contact: ReceptionPoint | PhoneLine) -> ChangedDays:
    other_special_days = [row.special for row in contact.special_hours if row.pk != special.pk]
    count = (special.last_day - special.first_day).days + 1
    period = special.first_day, count, contact.legal_calendar
    before = hours_of_days(contact.hours, other_special_days, *period)
    after = hours_of_days(contact.hours, [*other_special_days, special.special], *period)
    changed = [new for old, new in zip(before, after, strict=False) if old.spans != new.spans]
    return ChangedDays(contact, changed[:PREVIEW_DAYS], bool(before and after))


def next_passages(stop: Stop, first: date, count: int = 6) -> list[Passage]:
    """Return the next passages within a year, cancelled ones too; none if the rhythm is unknown."""
    return list(islice(stop.passages(first, first + YEAR), count))


def next_stop_days(stop: Stop, first: date, count: int = 6) -> list[date]:
    """Return the next days of the stop's rhythm, saved or not, within a year."""
    days = stop.recurrence.days(first, first + YEAR) if stop.recurrence else ()
    return list(islice(days, count))


def affected_days_label(special: SpecialHours) -> str:
    """Return the number of affected days: "15 jours concernés"."""
    count = sum(1 for _day in affected_days(special))
    return ngettext("%d jour concerné", "%d jours concernés", count) % count


def affected_days(special: SpecialHours) -> Iterator[date]:
    """Yield the days of the period that are among its weekdays."""
    first, last = special.first_day, special.last_day
    named = Week.parse(f"{special.weekdays or 'Mo-Su'} {SAMPLE_HOURS}")
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if named and named.days[day.weekday()]:
            yield day
