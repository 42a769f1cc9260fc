"""Light rows of the reception points that a list may show: near a place, or of départements."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import cos, hypot, radians
from typing import Any

from django.db.models import CharField, DateField, FloatField, QuerySet, Value
from django.db.models.functions import Coalesce

from accueil.contacts.cached_contacts import Contacts
from accueil.models import ReceptionPoint, ReceptionPointQuerySet
from accueil.models.reception_points import squared_distance
from accueil.reception_points.selection import Candidate, Selection
from portal.core import clock
from portal.core.caching.prepared_queries import Parameter, PreparedQuery

Selector = Callable[[Iterable[Candidate]], Selection]

WITH_APPOINTMENT, WITHOUT_APPOINTMENT = "avec", "sans"  # values of the `rdv` parameter
NEAR_DEGREES = 0.08  # degrees of latitude: 9 km, within which most lists find enough points
DEPARTMENT_DEGREES = 20.0  # degrees: covers any département
FIRST_CANDIDATES = 40  # rows read by the first query
MAX_CANDIDATES = 200  # rows read at most: farther points are of no use


@dataclass(frozen=True, slots=True)
class Criteria:
    """Criteria of a list: kind, and with or without appointment; "" accepts anything.

    A point whose appointment policy is unknown matches neither.
    """

    kind: str = ""
    appointment: str = ""


def nearest_candidates(
    place: tuple[float, float],
    department: str,
    criteria: Criteria,
    *,
    min_count: int,
    select: Selector,
    contacts: Contacts,
) -> Selection:
    """Return the matching points of the département, nearest first: at least the first `min_count`.

    `select` filters them by opening. At most `MAX_CANDIDATES` are read, in one query; in two if few
    are near. An itinerant point with stops is left out: its stops are shown.
    """
    for max_degrees, limit in (
        (NEAR_DEGREES, FIRST_CANDIDATES),
        (DEPARTMENT_DEGREES, MAX_CANDIDATES),
    ):
        rows = _nearest_query(criteria, limit).rows(
            department=department, today=clock.today(), **_window(*place, max_degrees)
        )
        selected = select(_candidate(row, contacts) for row in rows)
        if (
            len(selected.candidates) >= min_count
            and _distance_in_degrees(place, selected.candidates[min_count - 1]) <= max_degrees
        ):
            break
    return selected


def department_candidates(departments: Collection[str], criteria: Criteria) -> list[Candidate]:
    """Return the matching points of whole départements, by commune then name. One query.

    An itinerant point with stops is left out: its stops are shown.
    """
    points = _matching_points(criteria, clock.today()).filter(department__in=departments)
    rows = points.order_by(
        "department_id",
        Coalesce("team__site__commune__search_name", "site__commune__search_name", Value("~")),
        *("name", "pk"),
    ).values_list(
        *("pk", "department_id", "kind", Coalesce("team__agency", "agency"), "hours"),
        *("latitude", "longitude", "closes_on", "name", "slug"),
        *(Coalesce("team__site__latitude", "site__latitude"), "appointment_hours"),
    )
    return [Candidate._make([*row[:-2], row[-2] is None, row[-1]]) for row in rows]


def _matching_points(criteria: Criteria, today: date | Parameter) -> ReceptionPointQuerySet:
    """Return the points open to the public on `today` that meet the criteria."""
    points = ReceptionPoint.objects.not_permanently_closed(today).without_stops()
    if criteria.kind:
        points = points.filter(kind=criteria.kind)
    if criteria.appointment == WITH_APPOINTMENT:
        points = points.with_appointment()
    if criteria.appointment == WITHOUT_APPOINTMENT:
        points = points.without_appointment()
    return points


@cache
def _nearest_query(criteria: Criteria, limit: int) -> PreparedQuery:
    """Return the query of the `limit` nearest points in a window, for these criteria.

    Without an appointment filter, PostgreSQL answers from the index `accueil_point_nearest` alone.
    The limit is in the query: with a parameter, PostgreSQL would plan it at each run.
    """
    degrees = {
        name: Parameter(name, FloatField())
        for name in ("latitude", "longitude", "longitude_scale", "south", "north", "west", "east")
    }

    def build() -> QuerySet[ReceptionPoint, Any]:
        points = _matching_points(criteria, Parameter("today", DateField())).filter(
            department=Parameter("department", CharField()),
            latitude__range=(degrees["south"], degrees["north"]),
            longitude__range=(degrees["west"], degrees["east"]),
        )
        distance = squared_distance(
            degrees["latitude"], degrees["longitude"], degrees["longitude_scale"]
        )
        return points.order_by(distance, "pk").values_list(
            *("pk", "department_id", "kind", "team_id", "agency_id", "hours"),
            *("latitude", "longitude", "closes_on"),
        )[:limit]

    return PreparedQuery(build)


def _window(latitude: float, longitude: float, max_degrees: float) -> dict[str, float]:
    """Return the parameters of a window of `max_degrees` of latitude around a place."""
    longitude_scale = cos(radians(latitude))
    longitude_degrees = max_degrees / max(longitude_scale, 0.01)
    return {
        **{"latitude": latitude, "longitude": longitude, "longitude_scale": longitude_scale},
        **{"south": latitude - max_degrees, "north": latitude + max_degrees},
        **{"west": longitude - longitude_degrees, "east": longitude + longitude_degrees},
    }


def _candidate(row: tuple[Any, ...], contacts: Contacts) -> Candidate:
    pk, department, kind, team, agency, hours, latitude, longitude, closes_on = row
    managing_agency = contacts.teams[team].agency_id if team in contacts.teams else agency
    return Candidate(pk, department, kind, managing_agency, hours, latitude, longitude, closes_on)


def _distance_in_degrees(place: tuple[float, float], candidate: Candidate) -> float:
    """Return the distance in degrees of latitude."""
    assert candidate.latitude is not None
    assert candidate.longitude is not None
    north = candidate.latitude - place[0]
    east = (candidate.longitude - place[1]) * cos(radians(place[0]))
    return hypot(north, east)
