"""What is open to somebody near a place: doors, itinerant stops, lines, and what is announced."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from accueil.contacts.cached_contacts import Directory
from accueil.contacts.next_stops import NearStop, near
from accueil.models import Open, PhoneLine, ReceptionPoint, SpecialHours
from accueil.models.special_hours import calendar, tell
from portal.core import clock
from portal.core.caching.data_versions import Versions

NEAREST = 5  # doors given with an answer
CHOSEN_AMONG = 15  # where the open ones are to come first
WITHIN_KM = 20.0  # "un rapprochement à 20 km": an open door farther does not pass a nearer one


class Whence(NamedTuple):
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
    stops: Sequence[NearStop] = ()
    lines: Sequence[PhoneLine] = ()
    announced: Sequence[SpecialHours] = ()

    @property
    def doors(self) -> list[ReceptionPoint]:
        """The points, but the itinerant ones that the stops tell already."""
        told = {one.stop.point_id for one in self.stops}
        return [point for point in self.points if point.pk not in told]

    def is_a_door_open(self, at: datetime) -> bool:
        return any(point.open_now(at) for point in self.doors)

    def next_change(self, at: datetime) -> datetime | None:
        """When one of the doors and lines told next opens or closes, or a passage ends."""
        doors: list[Open] = [*self.points, *self.lines]
        changes = [door.next_change(at) for door in doors]
        passages = (one.passage or one.cancelled for one in self.stops)
        changes += [passage.end for passage in passages if passage]
        return min((change for change in changes if change), default=None)


NOTHING = Reception()


def reception(
    whence: Whence | None,
    departments: Collection[str],
    *,
    at: datetime,
    open_first: bool,
    offices: Directory,
    versions: Versions,
) -> Reception:
    """What is open near `whence`, None where no place is known or served; the lines of these
    `departments`. With `open_first`, doors open at that moment come before nearer ones.
    """
    lines = offices.lines(departments)
    announced = _announced(departments, versions)
    if whence is None:
        return Reception(lines=lines, announced=announced)
    return Reception(
        points=_points(whence, at, open_first, offices, versions),
        stops=near(*whence[:2], department=whence.department, at=at, versions=versions),
        lines=lines,
        announced=announced,
    )


def _points(
    whence: Whence, at: datetime, open_first: bool, offices: Directory, versions: Versions
) -> list[ReceptionPoint]:
    points = ReceptionPoint.objects.nearest(
        whence.latitude,
        whence.longitude,
        department=whence.department,
        limit=CHOSEN_AMONG if open_first else NEAREST,
    )
    offices.say_sources(points)
    tell(points, calendar.at(versions))
    if open_first:
        points.sort(key=lambda point: not (_is_near(point) and point.open_now(at)))
    return points[:NEAREST]


def _is_near(point: ReceptionPoint) -> bool:
    return point.distance_km is not None and point.distance_km <= WITHIN_KM


def _announced(departments: Collection[str], versions: Versions) -> list[SpecialHours]:
    known, today = calendar.at(versions), clock.today()
    specials = (one for code in sorted(departments) for one in known.get(("department", code), ()))
    return [one for one in specials if one.is_shown(today)]
