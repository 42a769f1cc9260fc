"""Distances on the ground, in kilometres, between points in WGS84 degrees; without a database."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Any

EARTH_RADIUS_KM = 6371.0
Point = tuple[float, float]  # kilometres to the east and to the north


def great_circle_km(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Kilometres between two points in degrees."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_north = sin((to_phi - phi) / 2) ** 2
    half_east = sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_north + cos(phi) * cos(to_phi) * half_east))


def distance_outside_km(geometry: Mapping[str, Any], latitude: float, longitude: float) -> float:
    """From a point to the nearest edge of a GeoJSON polygon, or of several; 0 within it.

    A hole is outside. On a flat map around the point: right to 1 % as far as 100 km.
    """
    edges = [
        edge
        for ring in rings_of(geometry)
        for edge in pairwise(_project(latitude, longitude, at) for at in ring)
    ]
    # A line that leaves it crosses an odd number of edges from within, holes included.
    if sum(_crosses_eastward(*edge) for edge in edges) % 2:
        return 0.0
    return min(_distance_to_origin(*edge) for edge in edges)


def rings_of(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """The closed lines of a GeoJSON polygon, or of several."""
    parts = geometry["coordinates"]
    for polygon in parts if geometry["type"] == "MultiPolygon" else [parts]:
        yield from polygon


def _project(latitude: float, longitude: float, at: Sequence[float]) -> Point:
    """A GeoJSON position (the longitude first) on a flat map whose middle is the point."""
    degree = radians(1) * EARTH_RADIUS_KM
    return (at[0] - longitude) * degree * cos(radians(latitude)), (at[1] - latitude) * degree


def _crosses_eastward(start: Point, end: Point) -> bool:
    """Whether an edge crosses the line that leaves the middle to the east."""
    (x, y), (to_x, to_y) = start, end
    return (y > 0) != (to_y > 0) and x - y * (to_x - x) / (to_y - y) > 0


def _distance_to_origin(start: Point, end: Point) -> float:
    """From the middle to the nearest point of an edge."""
    (x, y), (to_x, to_y) = start, end
    along, up = to_x - x, to_y - y
    length = along**2 + up**2
    share = min(1, max(0, -(x * along + y * up) / length)) if length else 0
    return hypot(x + share * along, y + share * up)
