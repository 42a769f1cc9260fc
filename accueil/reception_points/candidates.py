"""The doors that may be shown, read lightly: around a place, or of whole départements."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from accueil.contacts.cached_contacts import Contacts
from accueil.models import ReceptionPoint
from accueil.models.reception_points import NOT_PERMANENTLY_CLOSED_SQL
from accueil.reception_points.selection import Candidate, Selection
from portal.core import clock
from portal.core.caching.raw_sql import Params, fetch_rows

Selector = Callable[[Iterable[Candidate]], Selection]

WITH_APPOINTMENT, WITHOUT_APPOINTMENT = "avec", "sans"  # an appointment
NEAR_DEGREES = 0.08  # degrees of latitude around a place where most doors are found: 9 km
DEPARTMENT_DEGREES = 20.0  # degrees: the whole of any département
FIRST_CANDIDATES = 40  # doors looked at first, of those
MAX_CANDIDATES = 200  # doors at most around a place: beyond, nobody goes


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked of a door: its kind, and whether one comes `WITH` an appointment or
    `WITHOUT`; "" is anything. One whose answer is unknown is in neither.
    """

    kind: str = ""
    appointment: str = ""


_APPOINTMENT_CONDITIONS = {
    "": "",
    WITH_APPOINTMENT: "and (by_appointment or appointment_hours <> '')",
    WITHOUT_APPOINTMENT: "and not by_appointment",
}
_KIND_CONDITIONS = {False: "", True: "and kind = %(kind)s"}
# Read on the index alone where no appointment is asked about. An itinerant one is told by its stops
# and not a second time as a door: they are counted on their own index, for these few only, where
# PostgreSQL would read every stop for an `exists`. How many doors is written in the query: as a
# parameter, PostgreSQL would not know how few, and plan it each time.
_NEAREST_SQL = f"""
select id, department_id, kind, team_id, agency_id, hours, latitude, longitude, closes_on
from accueil_receptionpoint
where department_id = %(department)s and latitude between %(south)s and %(north)s
  and longitude between %(west)s and %(east)s and {NOT_PERMANENTLY_CLOSED_SQL} {{conditions}}
  and (kind <> 'itinerant'
    or (select count(*) from accueil_stop where point_id = accueil_receptionpoint.id) = 0)
order by (latitude - %(latitude)s) * (latitude - %(latitude)s)
  + (longitude - %(longitude)s) * (longitude - %(longitude)s) * %(squeeze)s, id
limit {{limit}}
"""  # noqa: S608 (a condition, written in the code)


def nearest_candidates(
    place: tuple[float, float],
    department: str,
    criteria: Criteria,
    *,
    min_count: int,
    select: Selector,
    contacts: Contacts,
) -> Selection:
    """The doors of the département that fit, the nearest first: surely the first `enough` of them,
    among `LOOKED_AT`. In one query, in two where there are few nearby.

    An itinerant one is told by its stops, where it has some.
    """
    for max_degrees, limit in (
        (NEAR_DEGREES, FIRST_CANDIDATES),
        (DEPARTMENT_DEGREES, MAX_CANDIDATES),
    ):
        params = _sql_parameters(
            *place, department=department, criteria=criteria, max_degrees=max_degrees
        )
        rows = fetch_rows(_nearest_sql(criteria, limit), params)
        selected = select(_candidate(row, contacts) for row in rows)
        if (
            len(selected.candidates) >= min_count
            and _distance_in_degrees(place, selected.candidates[min_count - 1]) <= max_degrees
        ):
            break
    return selected


def department_candidates(departments: Collection[str], criteria: Criteria) -> list[Candidate]:
    """The doors of whole départements, by commune then name, in one query.

    An itinerant one is told by its stops, where it has some.
    """
    points = ReceptionPoint.objects.not_permanently_closed(clock.today()).filter(
        department__in=departments
    )
    points = points.exclude(kind=ReceptionPoint.Kind.ITINERANT, stops__isnull=False)
    if criteria.kind:
        points = points.filter(kind=criteria.kind)
    if criteria.appointment == WITH_APPOINTMENT:
        points = points.filter(Q(by_appointment=True) | ~Q(appointment_hours=""))
    if criteria.appointment == WITHOUT_APPOINTMENT:
        points = points.filter(by_appointment=False)
    rows = points.order_by(
        "department_id",
        Coalesce("team__site__commune__search_name", "site__commune__search_name", Value("~")),
        *("name", "pk"),
    ).values_list(
        *("pk", "department_id", "kind", Coalesce("team__agency", "agency"), "hours"),
        *("latitude", "longitude", "closes_on", "name", "slug"),
        Coalesce("team__site__latitude", "site__latitude"),
    )
    return [Candidate._make([*row[:-1], row[-1] is None]) for row in rows]


def _nearest_sql(criteria: Criteria, limit: int) -> str:
    """The nearest first, on a flat map, where it is the order that counts."""
    conditions = (
        f"{_KIND_CONDITIONS[bool(criteria.kind)]} {_APPOINTMENT_CONDITIONS[criteria.appointment]}"
    )
    return _NEAREST_SQL.format(conditions=conditions, limit=limit)


def _sql_parameters(
    latitude: float,
    longitude: float,
    *,
    department: str,
    criteria: Criteria,
    max_degrees: float,
) -> Params:
    squeeze = cos(radians(latitude))
    longitude_degrees = max_degrees / max(squeeze, 0.01)
    return {
        **{"department": department, "kind": criteria.kind, "today": clock.today()},
        **{"latitude": latitude, "longitude": longitude, "squeeze": squeeze**2},
        **{"south": latitude - max_degrees, "north": latitude + max_degrees},
        **{"west": longitude - longitude_degrees, "east": longitude + longitude_degrees},
    }


def _candidate(row: tuple[Any, ...], contacts: Contacts) -> Candidate:
    pk, department, kind, team, agency, hours, latitude, longitude, closes_on = row
    managing_agency = contacts.teams[team].agency_id if team in contacts.teams else agency
    return Candidate(pk, department, kind, managing_agency, hours, latitude, longitude, closes_on)


def _distance_in_degrees(place: tuple[float, float], candidate: Candidate) -> float:
    """How far it is, in degrees of latitude."""
    assert candidate.latitude is not None
    assert candidate.longitude is not None
    north = candidate.latitude - place[0]
    east = (candidate.longitude - place[1]) * cos(radians(place[0]))
    return hypot(north, east)
