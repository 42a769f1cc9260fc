"""Distances in kilometres between points in WGS84 degrees; no database."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Any

EARTH_RADIUS_KM = 6371.0
Point = tuple[float, float]  # kilometres to the east and to the north


def great_circle_km(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Return the distance between two points."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_north = sin((to_phi - phi) / 2) ** 2
    half_east = sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_north + cos(phi) * cos(to_phi) * half_east))


def distance_outside_km(geometry: Mapping[str, Any], latitude: float, longitude: float) -> float:
    """Return the distance from a point to a GeoJSON Polygon or MultiPolygon; 0 inside it.

    A hole is outside. Computed on a plane around the point: within 1 % up to 100 km.
    """
    edges = [
        edge
        for ring in rings_of(geometry)
        for edge in pairwise(_project(latitude, longitude, position) for position in ring)
    ]
    # Ray casting: from inside, a ray crosses an odd number of edges, holes included.
    if sum(_crosses_eastward(*edge) for edge in edges) % 2:
        return 0.0
    return min(_distance_to_origin(*edge) for edge in edges)


def rings_of(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Yield the rings of a GeoJSON Polygon or MultiPolygon."""
    parts = geometry["coordinates"]
    for polygon in parts if geometry["type"] == "MultiPolygon" else [parts]:
        yield from polygon


def _project(latitude: float, longitude: float, position: Sequence[float]) -> Point:
    """Return a GeoJSON position (longitude first) on a plane centred on the point."""
    degree = radians(1) * EARTH_RADIUS_KM
    to_longitude, to_latitude = position[0], position[1]
    east = (to_longitude - longitude) * degree * cos(radians(latitude))
    return east, (to_latitude - latitude) * degree


def _crosses_eastward(start: Point, end: Point) -> bool:
    """Return whether an edge crosses the ray from the origin to the east."""
    (x, y), (to_x, to_y) = start, end
    return (y > 0) != (to_y > 0) and x - y * (to_x - x) / (to_y - y) > 0


def _distance_to_origin(start: Point, end: Point) -> float:
    """Return the distance from the origin to an edge."""
    (x, y), (to_x, to_y) = start, end
    along, up = to_x - x, to_y - y
    length = along**2 + up**2
    share = min(1, max(0, -(x * along + y * up) / length)) if length else 0
    return hypot(x + share * along, y + share * up)
