"""The next passages of itinerant receptions. All the stops are cached: there are few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accueil.contacts.labels import distance_in_words
from accueil.models import Stop
from accueil.models.rounds import Passage
from portal.core import clock
from portal.core.caching.data_versions import VersionedCache, Versions
from portal.territory.geometry import great_circle_km

LOOKAHEAD = timedelta(days=60)  # how far ahead the next passage is searched
MAX_DISTANCE_KM = 30.0
MAX_STOPS = 3


@dataclass(frozen=True, slots=True)
class NextStop:
    """A stop, its distance (None when not measured) and its next passages at a given moment.

    The distance to a stop of which only the commune is known is that of the commune.
    `passage` is None when the day is unknown, or without a passage within 60 days. `cancelled` is
    the first cancelled passage before it.
    """

    stop: Stop
    distance_km: float | None
    passage: Passage | None
    cancelled: Passage | None

    @property
    def distance_label(self) -> str:
        return distance_in_words(self.distance_km, is_approximate=self.stop.site.is_approximate)


def build_stops_by_department() -> Mapping[str, Sequence[Stop]]:
    """Return the stops of each département, in two queries."""
    stops: dict[str, list[Stop]] = {}
    for stop in Stop.objects.with_places():
        stops.setdefault(stop.point.department_id, []).append(stop)
    return stops


stops_cache = VersionedCache(
    build_stops_by_department, "core", "territory", "teams", "accueil", has_text=False
)


def nearest_stops(
    latitude: float, longitude: float, *, department: str, at: datetime, versions: Versions
) -> list[NextStop]:
    """Return the nearest stops of the département, by distance, within 30 km."""
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
    """Return the stops of these départements, grouped by itinerant reception."""
    stops_by_department = stops_cache.get(versions)
    stops = [stop for code in departments for stop in stops_by_department.get(code, ())]
    return [
        NextStop(stop, None, *next_passages(stop, at))
        for stop in _without_permanently_closed(stops)
    ]


def _without_permanently_closed(stops: Iterable[Stop]) -> list[Stop]:
    """Return the stops of the receptions that are not closed for good today.

    The cache cannot leave them out: it does not expire with the day.
    """
    today = clock.today()
    return [stop for stop in stops if not stop.point.is_permanently_closed(today)]


def next_change(stop: NextStop) -> datetime | None:
    """Return the end of the stop's displayed passage, None without one."""
    passage = stop.cancelled or stop.passage
    return passage.end if passage else None


def next_passages(stop: Stop, at: datetime) -> tuple[Passage | None, Passage | None]:
    """Return the next passage, current or future, and the first cancelled one before it."""
    cancelled = None
    at = stop.legal_calendar.localise(at)
    for passage in stop.passages(at.date(), (at + LOOKAHEAD).date()):
        if passage.end <= at:
            continue
        if not passage.is_cancelled:
            return passage, cancelled
        cancelled = cancelled or passage
    return None, cancelled
