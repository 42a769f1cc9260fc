"""What is open to somebody near a place: doors, itinerant stops, lines, and what is announced."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accueil.contacts.cached_contacts import Contacts
from accueil.contacts.nearest_points import nearest_points
from accueil.contacts.next_stops import NextStop, nearest_stops
from accueil.models import OpeningHoursModel, PhoneLine, ReceptionPoint, SpecialHours
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import special_hours_cache
from portal.core import clock
from portal.core.caching.data_versions import Versions

MAX_POINTS = 5  # doors given with an answer
CANDIDATE_POINTS = 15  # where the open ones are to come first
OPEN_FIRST_WITHIN_KM = (
    20.0  # "un rapprochement à 20 km": an open door farther does not pass a nearer one
)


class Origin(NamedTuple):
    """Whence distances are measured, and the département of the place."""

    latitude: float
    longitude: float
    department: str


@dataclass(frozen=True)
class Reception:
    """`announced` are the special hours that concern all the département's own doors, published
    here or not.
    """

    points: Sequence[ReceptionPoint] = ()
    stops: Sequence[NextStop] = ()
    phone_lines: Sequence[PhoneLine] = ()
    announced: Sequence[SpecialHours] = ()

    @property
    def fixed_points(self) -> list[ReceptionPoint]:
        """The points, but the itinerant ones that the stops tell already."""
        itinerant_ids = {stop.stop.point_id for stop in self.stops}
        return [point for point in self.points if point.pk not in itinerant_ids]

    def has_open_point(self, at: datetime) -> bool:
        return any(point.open_now(at) for point in self.fixed_points)

    def next_change(self, at: datetime) -> datetime | None:
        """When one of the doors and lines told next opens or closes, or a passage ends."""
        contacts: list[OpeningHoursModel] = [*self.points, *self.phone_lines]
        changes = [contact.next_change(at) for contact in contacts]
        passages = (stop.passage or stop.cancelled for stop in self.stops)
        changes += [passage.end for passage in passages if passage]
        return min((change for change in changes if change), default=None)


NO_RECEPTION = Reception()


def find_reception(
    origin: Origin | None,
    departments: Collection[str],
    *,
    at: datetime,
    open_points_first: bool,
    contacts: Contacts,
    versions: Versions,
) -> Reception:
    """What is open near `whence`, None where no place is known or served; the lines of these
    `departments`. With `open_first`, doors open at that moment come before nearer ones.
    """
    phone_lines = contacts.phone_lines(departments)
    announced = _announced(departments, versions)
    if origin is None:
        return Reception(phone_lines=phone_lines, announced=announced)
    return Reception(
        points=_nearest_points(origin, at, open_points_first, contacts, versions),
        stops=nearest_stops(*origin[:2], department=origin.department, at=at, versions=versions),
        phone_lines=phone_lines,
        announced=announced,
    )


def _nearest_points(
    origin: Origin, at: datetime, open_points_first: bool, contacts: Contacts, versions: Versions
) -> list[ReceptionPoint]:
    points = nearest_points(
        origin.latitude,
        origin.longitude,
        department=origin.department,
        limit=CANDIDATE_POINTS if open_points_first else MAX_POINTS,
    )
    contacts.attach_sources(points)
    attach_special_hours(points, special_hours_cache.get(versions))
    if open_points_first:
        points.sort(key=lambda point: not (_is_near(point) and point.open_now(at)))
    return points[:MAX_POINTS]


def _is_near(point: ReceptionPoint) -> bool:
    return point.distance_km is not None and point.distance_km <= OPEN_FIRST_WITHIN_KM


def _announced(departments: Collection[str], versions: Versions) -> list[SpecialHours]:
    index, today = special_hours_cache.get(versions), clock.today()
    special_hours = (
        special for code in sorted(departments) for special in index.get(("department", code), ())
    )
    return [special for special in special_hours if special.is_visible(today)]
