"""The next itinerant reception near somebody: every stop is kept, since there are few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accueil.models import Stop
from accueil.models.rounds import Passage
from portal.core import clock
from portal.core.caching.data_versions import Kept, Versions
from portal.territory.geometry import great_circle

AHEAD = timedelta(days=60)  # how far the next passage is looked for
FARTHEST_KM = 30.0
SHOWN = 3


@dataclass(frozen=True, slots=True)
class NearStop:
    """A stop, how far it is (None where nobody asked), and its next passages at the moment asked
    for.

    `passage` is None where the day is not known, or where none is within 60 days; `cancelled` is
    the one that its rhythm gave before, and that does not come.
    """

    stop: Stop
    distance_km: float | None
    passage: Passage | None
    cancelled: Passage | None


def build_rounds() -> Mapping[str, Sequence[Stop]]:
    """The stops of each département, in two queries."""
    found: dict[str, list[Stop]] = {}
    for stop in Stop.objects.with_places():
        found.setdefault(stop.point.department_id, []).append(stop)
    return found


rounds = Kept(build_rounds, "core", "territory", "teams", "accueil")


def near(
    latitude: float, longitude: float, *, department: str, at: datetime, versions: Versions
) -> list[NearStop]:
    """The nearest stops of the département, the nearest first; none farther than 30 km."""
    found = []
    for stop in _receiving(rounds.at(versions).get(department, ())):
        south, west = stop.site.point
        if south is None or west is None:
            continue
        distance = great_circle(latitude, longitude, south, west)
        if distance <= FARTHEST_KM:
            found.append((round(distance, 1), stop.pk, stop))
    return [
        NearStop(stop, distance, *upcoming(stop, at))
        for distance, _pk, stop in sorted(found)[:SHOWN]
    ]


def all_of(departments: Iterable[str], *, at: datetime, versions: Versions) -> list[NearStop]:
    """The stops of these départements, those of each itinerant reception together."""
    kept = rounds.at(versions)
    stops = [stop for code in departments for stop in kept.get(code, ())]
    return [NearStop(stop, None, *upcoming(stop, at)) for stop in _receiving(stops)]


def _receiving(stops: Iterable[Stop]) -> list[Stop]:
    """Those of the itinerant receptions that are not closed for good today: a day is not a change
    of what is kept.
    """
    today = clock.today()
    return [stop for stop in stops if not stop.point.is_closed_for_good(today)]


def until(found: NearStop) -> datetime | None:
    """When what is told of a stop changes: the end of its passage."""
    passage = found.cancelled or found.passage
    return passage.end if passage else None


def upcoming(stop: Stop, at: datetime) -> tuple[Passage | None, Passage | None]:
    """The next passage that comes, under way or ahead, and the first cancelled one before it."""
    cancelled = None
    for passage in stop.passages(at.date(), (at + AHEAD).date()):
        if passage.end <= at:
            continue
        if not passage.is_cancelled:
            return passage, cancelled
        cancelled = cancelled or passage
    return None, cancelled
