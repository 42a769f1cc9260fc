"""The next itinerant reception near somebody: every stop is kept, since there are few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accueil.models import Stop
from accueil.models.rounds import Passage
from portal.core import clock
from portal.core.caching.data_versions import VersionedCache, Versions
from portal.territory.geometry import great_circle_km

LOOKAHEAD = timedelta(days=60)  # how far the next passage is looked for
MAX_DISTANCE_KM = 30.0
MAX_STOPS = 3


@dataclass(frozen=True, slots=True)
class NextStop:
    """A stop, how far it is (None where nobody asked), and its next passages at the moment asked
    for.

    `passage` is None where the day is not known, or where none is within 60 days; `cancelled` is
    the one that its rhythm gave before, and that does not come.
    """

    stop: Stop
    distance_km: float | None
    passage: Passage | None
    cancelled: Passage | None


def build_stops_by_department() -> Mapping[str, Sequence[Stop]]:
    """The stops of each département, in two queries."""
    stops: dict[str, list[Stop]] = {}
    for stop in Stop.objects.with_places():
        stops.setdefault(stop.point.department_id, []).append(stop)
    return stops


stops_cache = VersionedCache(build_stops_by_department, "core", "territory", "teams", "accueil")


def nearest_stops(
    latitude: float, longitude: float, *, department: str, at: datetime, versions: Versions
) -> list[NextStop]:
    """The nearest stops of the département, the nearest first; none farther than 30 km."""
    candidates = []
    for stop in _without_permanently_closed(stops_cache.get(versions).get(department, ())):
        stop_latitude, stop_longitude = stop.site.point
        if stop_latitude is None or stop_longitude is None:
            continue
        distance = great_circle_km(latitude, longitude, stop_latitude, stop_longitude)
        if distance <= MAX_DISTANCE_KM:
            candidates.append((round(distance, 1), stop.pk, stop))
    return [
        NextStop(stop, distance, *next_passages(stop, at))
        for distance, _pk, stop in sorted(candidates)[:MAX_STOPS]
    ]


def stops_of_departments(
    departments: Iterable[str], *, at: datetime, versions: Versions
) -> list[NextStop]:
    """The stops of these départements, those of each itinerant reception together."""
    stops_by_department = stops_cache.get(versions)
    stops = [stop for code in departments for stop in stops_by_department.get(code, ())]
    return [
        NextStop(stop, None, *next_passages(stop, at))
        for stop in _without_permanently_closed(stops)
    ]


def _without_permanently_closed(stops: Iterable[Stop]) -> list[Stop]:
    """Those of the itinerant receptions that are not closed for good today: a day is not a change
    of what is kept.
    """
    today = clock.today()
    return [stop for stop in stops if not stop.point.is_permanently_closed(today)]


def next_change(stop: NextStop) -> datetime | None:
    """When what is told of a stop changes: the end of its passage."""
    passage = stop.cancelled or stop.passage
    return passage.end if passage else None


def next_passages(stop: Stop, at: datetime) -> tuple[Passage | None, Passage | None]:
    """The next passage that comes, under way or ahead, and the first cancelled one before it."""
    cancelled = None
    for passage in stop.passages(at.date(), (at + LOOKAHEAD).date()):
        if passage.end <= at:
            continue
        if not passage.is_cancelled:
            return passage, cancelled
        cancelled = cancelled or passage
    return None, cancelled
