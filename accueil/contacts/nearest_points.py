"""Reception points with their places, read by two queries composed once in a process.

The answer to a question reads them at each request: composed each time by the ORM, the query of the
nearest ones alone takes 3.7 ms, as long as the rest of the answer.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from math import cos, radians
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BooleanField, CharField, DateField, FloatField, Model
from django.db.models.expressions import RawSQL

from accueil.models import ReceptionPoint
from accueil.models.reception_points import squared_distance
from portal.core.caching.prepared_queries import Parameter, named_sql
from portal.core.caching.raw_sql import Params, columns, fetch_rows
from teams.models import Agency, Site, Team

MAX_POINTS_BY_ID = 12
# Candidates are first looked for in a window of so many degrees of latitude around the origin.
WINDOW_DEGREES = 0.07  # 8 km

# What an answer shows of a point, of its place and of its team.
_POINT_COLUMNS = columns(
    ReceptionPoint,
    "id slug name kind department_id agency_id latitude longitude hours hours_text phone email"
    " by_appointment appointment_hours appointment_hours_text documents source_id as_printed"
    " checked_on field_origins closes_on closing_note"
    # Read for the provenance of each filled field.
    " site_id offers languages wheelchair access_notes access_url",
)
_SITE_COLUMNS = columns(
    Site,
    "id name address postal_code city commune_id latitude longitude source_id"
    " as_printed checked_on field_origins",
)
_TEAM_COLUMNS = columns(Team, "id slug agency_id")
_AGENCY_COLUMNS = columns(Agency, "id slug name")
_SELECT_POINTS = f"""
select {", ".join(f"point.{name}" for name in _POINT_COLUMNS)},
  {", ".join(f"place.{name}" for name in _SITE_COLUMNS)},
  {", ".join(f"team.{name}" for name in _TEAM_COLUMNS)},
  {", ".join(f"agency.{name}" for name in _AGENCY_COLUMNS)}
from near
join accueil_receptionpoint point on point.id = near.id
left join teams_team team on team.id = point.team_id
left join teams_agency agency on agency.id = coalesce(team.agency_id, point.agency_id)
left join teams_site place on place.id = coalesce(team.site_id, point.site_id)
"""  # noqa: S608 (names of columns, written here)
# Always as many parameters, and as texts: integers are of several types, each a query to plan.
_POINTS_BY_ID = f"""
with near as (
  select id from accueil_receptionpoint
  where id in ({", ".join(f"cast(%(id{index})s as bigint)" for index in range(MAX_POINTS_BY_ID))})
)
{_SELECT_POINTS}"""  # noqa: S608 (names of parameters, written here)


@cache
def _nearest_sql(limit: int) -> str:
    """Return the query of the `limit` nearest points.

    Their ids come from the index `accueil_point_nearest` alone: only the chosen rows are read. The
    points of the window are enough when there are `limit` of them and the farthest is nearer than
    its edge; otherwise all the points of the département are compared. The limit is written in the
    query: with a parameter, PostgreSQL would plan it at each run.
    """
    distance = squared_distance(
        Parameter("latitude", FloatField()),
        Parameter("longitude", FloatField()),
        Parameter("longitude_scale", FloatField()),
    )
    points = (
        ReceptionPoint.objects.not_permanently_closed(Parameter("today", DateField()))
        .filter(department=Parameter("department", CharField()), latitude__isnull=False)
        .annotate(distance=distance)
        .order_by("distance", "id")
        .values_list("id", "distance")
    )
    within_window = points.filter(
        latitude__range=(Parameter("south", FloatField()), Parameter("north", FloatField())),
        longitude__range=(Parameter("west", FloatField()), Parameter("east", FloatField())),
    )
    whole_department = points.filter(
        RawSQL("not (select is_enough from enough)", (), BooleanField())
    )
    return f"""
with around as ({named_sql(within_window[:limit])}),
enough as (
  select count(*) = {limit} and max(distance) <= %(max_distance)s as is_enough from around
),
near as (
  select id from around where (select is_enough from enough)
  union all
  select id from ({named_sql(whole_department[:limit])}) whole_department
)
{_SELECT_POINTS}"""  # noqa: S608 (composed by the ORM; its values are parameters)


def nearest_points(
    latitude: float, longitude: float, *, department: str, on: date, limit: int = 5
) -> list[ReceptionPoint]:
    """Return the `limit` nearest points of the département, with their places and distances.

    Points closed for good on that day are left out. One query.
    """
    longitude_scale = cos(radians(latitude))
    longitude_degrees = WINDOW_DEGREES / max(longitude_scale, 0.01)
    parameters: Params = {
        **{"department": department, "latitude": latitude, "longitude": longitude},
        "today": on,
        **{"longitude_scale": longitude_scale, "max_distance": WINDOW_DEGREES**2},
        **{"south": latitude - WINDOW_DEGREES, "north": latitude + WINDOW_DEGREES},
        **{"west": longitude - longitude_degrees, "east": longitude + longitude_degrees},
    }
    points = [_point_from_row(row) for row in fetch_rows(_nearest_sql(limit), parameters)]
    for point in points:
        point.from_latitude, point.from_longitude = latitude, longitude
    return sorted(points, key=lambda point: (point.kilometres, point.pk))


def points_by_ids(ids: Sequence[int]) -> list[ReceptionPoint]:
    """Return these points in that order, with their places, in one query.

    At most `MAX_POINTS_BY_ID` of them.
    """
    keys = [*map(str, ids), *["0"] * MAX_POINTS_BY_ID][:MAX_POINTS_BY_ID]
    parameters = {f"id{index}": key for index, key in enumerate(keys)}
    rows = fetch_rows(_POINTS_BY_ID, parameters)
    points = {point.pk: point for point in map(_point_from_row, rows)}
    return [points[pk] for pk in ids if pk in points]


def _point_from_row(row: Sequence[Any]) -> ReceptionPoint:
    """Return the point of a row of `_SELECT_POINTS`, its team, site and agency set."""
    cells = iter(row)
    point = _model_from_cells(ReceptionPoint, _POINT_COLUMNS, cells)
    site = _model_from_cells(Site, _SITE_COLUMNS, cells)
    team = _model_from_cells(Team, _TEAM_COLUMNS, cells)
    agency = _model_from_cells(Agency, _AGENCY_COLUMNS, cells)
    point.team = team
    owner = team or point
    owner.site, owner.agency = site, agency
    for sourced in (point, site):
        if sourced and sourced.field_origins:  # a column of JSON is read as its text
            sourced.field_origins = json.loads(sourced.field_origins)
    return point


def _model_from_cells(model: type[Model], names: Sequence[str], cells: Iterator[Any]) -> Any:
    """Return an instance of `model` from the next cells; None where an outer join found no row."""
    values = [next(cells) for _name in names]
    return model.from_db(DEFAULT_DB_ALIAS, names, values) if values[0] is not None else None
