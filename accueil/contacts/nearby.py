"""The reception near a place: points, itinerant stops, phone lines and announced special hours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, inf
from typing import NamedTuple

from accueil.contacts import next_stops
from accueil.contacts.cached_contacts import Contacts
from accueil.contacts.nearest_points import MAX_POINTS_BY_ID, nearest_points, points_by_ids
from accueil.contacts.next_stops import NextStop, nearest_stops
from accueil.contacts.places_on_day import (
    hosted_points_elsewhere,
    is_present,
    line_on_day,
    place_points,
)
from accueil.models import OpeningHoursModel, PhoneLine, ReceptionPoint, SpecialHours
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import special_hours_cache
from portal.core import clock
from portal.core.caching.data_versions import Versions
from portal.territory.geometry import great_circle_km
from teams.models import Site

MAX_POINTS = 5  # in an answer
CANDIDATE_POINTS = 15  # among which open points are put first
OPEN_FIRST_WITHIN_KM = 20.0  # an open point farther than this stays behind a closer closed one


class Origin(NamedTuple):
    """Where distances start, and the département of that place."""

    latitude: float
    longitude: float
    department: str


@dataclass(frozen=True)
class Reception:
    """The reception of an answer.

    `announced` are the visible special hours that apply to a whole Département.
    """

    points: Sequence[ReceptionPoint] = ()
    stops: Sequence[NextStop] = ()
    phone_lines: Sequence[PhoneLine] = ()
    announced: Sequence[SpecialHours] = ()

    @property
    def fixed_points(self) -> list[ReceptionPoint]:
        """The points, without the itinerant ones whose stops are already listed."""
        itinerant_ids = {stop.stop.point_id for stop in self.stops}
        return [point for point in self.points if point.pk not in itinerant_ids]

    def has_open_point(self, at: datetime) -> bool:
        return any(point.open_now(at) for point in self.fixed_points)

    def next_change(self, at: datetime) -> datetime | None:
        """When the state of a point or line may change, or a passage ends; None for never."""
        contacts: list[OpeningHoursModel] = [*self.points, *self.phone_lines]
        changes = [contact.opening_state(at).until for contact in contacts]
        changes += map(next_stops.next_change, self.stops)
        return min((change for change in changes if change), default=None)


NO_RECEPTION = Reception()


def find_reception(
    origin: Origin | None,
    departments: Collection[str],
    *,
    on: date,
    at: datetime,
    open_points_first: bool,
    contacts: Contacts,
    versions: Versions,
) -> Reception:
    """Return the reception near `origin`, and the phone lines of these `departments`.

    Without an origin there are no points and no stops. Points are those of the day `on`, where they
    stand on it. With `open_points_first`, points open at the moment `at` come before closer ones,
    within `OPEN_FIRST_WITHIN_KM`.
    """
    phone_lines = [line_on_day(line, on) for line in contacts.phone_lines(departments)]
    announced = _announced(departments, versions)
    if origin is None:
        return Reception(phone_lines=phone_lines, announced=announced)
    return Reception(
        points=_nearest_points(origin, on, at, open_points_first, contacts, versions),
        stops=nearest_stops(*origin[:2], department=origin.department, at=at, versions=versions),
        phone_lines=phone_lines,
        announced=announced,
    )


def _nearest_points(
    origin: Origin,
    on: date,
    at: datetime,
    open_points_first: bool,
    contacts: Contacts,
    versions: Versions,
) -> list[ReceptionPoint]:
    """Return the nearest points. One query; two when a team stood elsewhere on that day.

    As many more candidates are read as there are points elsewhere, by multiples of
    `CANDIDATE_POINTS`: each limit is a query of its own.
    """
    elsewhere = hosted_points_elsewhere(origin.department, on, contacts)
    left_out = len(elsewhere.displaced) + elsewhere.absent
    points = nearest_points(
        origin.latitude,
        origin.longitude,
        department=origin.department,
        on=on,
        limit=(CANDIDATE_POINTS if open_points_first else MAX_POINTS)
        + CANDIDATE_POINTS * ceil(left_out / CANDIDATE_POINTS),
    )
    points += _displaced_points(origin, elsewhere.displaced, {point.pk for point in points})
    place_points(points, on, contacts)
    points = [point for point in points if is_present(point, on, contacts)]
    points.sort(key=lambda point: (point.kilometres, point.pk))
    contacts.attach_point_sources(points)
    attach_special_hours(points, special_hours_cache.get(versions))
    if open_points_first:
        points.sort(key=lambda point: not (_is_near(point) and point.open_now(at)))
    return points[:MAX_POINTS]


def _displaced_points(
    origin: Origin, sites: Mapping[int, Site], known: Collection[int]
) -> list[ReceptionPoint]:
    """Return the points of these sites that are nearest, without those already known."""

    def kilometres(pk: int) -> float:
        latitude, longitude = sites[pk].point
        if latitude is None or longitude is None:
            return inf
        return great_circle_km(origin.latitude, origin.longitude, latitude, longitude)

    nearest = sorted(sites.keys() - known, key=lambda pk: (kilometres(pk), pk))[:MAX_POINTS_BY_ID]
    points = points_by_ids(nearest) if nearest else []
    for point in points:
        point.from_latitude, point.from_longitude = origin.latitude, origin.longitude
    return points


def _is_near(point: ReceptionPoint) -> bool:
    return point.distance_km is not None and point.distance_km <= OPEN_FIRST_WITHIN_KM


def _announced(departments: Collection[str], versions: Versions) -> list[SpecialHours]:
    index, today = special_hours_cache.get(versions), clock.today()
    special_hours = (
        special for code in sorted(departments) for special in index.get(("department", code), ())
    )
    return [special for special in special_hours if special.is_visible(today)]
