"""Light rows of the reception points that a list may show: near a place, or of départements."""

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


_APPOINTMENT_CONDITIONS = {
    "": "",
    WITH_APPOINTMENT: "and (by_appointment or appointment_hours <> '')",
    WITHOUT_APPOINTMENT: "and not by_appointment",
}
_KIND_CONDITIONS = {False: "", True: "and kind = %(kind)s"}
# An index-only scan where the appointment does not matter. An itinerant point with stops is left
# out, since its stops are shown. They are counted on their own index, for these few rows only: for
# `exists`, PostgreSQL reads all stops. The limit is written in the query: PostgreSQL would not know
# how small a parameter is, and would plan the query each time.
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
    """Return the matching points of the département, nearest first: at least the first `min_count`.

    `select` filters them by opening. At most `MAX_CANDIDATES` are read, in one query; in two if few
    are near. An itinerant point with stops is left out: its stops are shown.
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
    """Return the matching points of whole départements, by commune then name. One query.

    An itinerant point with stops is left out: its stops are shown.
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
    """Return the SQL of the nearest points; flat-map distances are exact enough for their order."""
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
    """Return the distance in degrees of latitude."""
    assert candidate.latitude is not None
    assert candidate.longitude is not None
    north = candidate.latitude - place[0]
    east = (candidate.longitude - place[1]) * cos(radians(place[0]))
    return hypot(north, east)
