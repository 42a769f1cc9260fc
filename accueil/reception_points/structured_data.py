"""A reception point in the vocabulary of schema.org, for search engines."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Protocol

from accueil.models import ReceptionPoint
from portal.core.opening_hours.hours import Day
from teams.directory.structured_data import office

CLOSED = "00:00"  # at both ends: closed all day


class DayHours(Protocol):
    @property
    def day(self) -> date: ...
    @property
    def opening(self) -> Day | None: ...


def point_data(
    point: ReceptionPoint, days: Iterable[DayHours], *, authority: str, is_place_sure: bool
) -> dict[str, Any]:
    """Return a `GovernmentOffice` with the hours of each coming day, holidays and closings
    included: a rule of the week would say nothing of them. Its address is there where the team
    that it is in, if any, is certain to be.
    """
    data = office(
        name=point.name,
        url=point.get_absolute_url(),
        telephone=point.phone,
        authority=authority,
        site=point.place if is_place_sure else None,
    )
    hours = [spans for day in days if day.opening for spans in _hours(day.day, day.opening)]
    return {**data, "specialOpeningHoursSpecification": hours} if hours else data


def _hours(day: date, opening: Day) -> Iterator[dict[str, str]]:
    spans = [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in opening.spans]
    for opens, closes in spans or [(CLOSED, CLOSED)]:
        yield {
            "@type": "OpeningHoursSpecification",
            "validFrom": day.isoformat(),
            "validThrough": day.isoformat(),
            "opens": opens,
            "closes": closes,
        }
