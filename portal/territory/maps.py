"""Base maps: the outline of each département as an SVG path, and where a point falls on it.

A base map is `WIDTH` units wide; the apps draw their own marks over it, in the same units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import cos, hypot, radians
from operator import itemgetter
from typing import Any

from portal.core.caching.data_versions import VersionedCache
from portal.territory.geometry import rings_of
from portal.territory.models import Commune, CommuneContour

WIDTH = 1000
KM_PER_DEGREE = 111.2  # of latitude
MARGIN = 0.04  # around the communes, as a share of the width
MAX_COMMUNE_NAMES = 8  # names written on a map of a whole département
MIN_NAME_GAP = 150  # units between two of these names

CommuneValues = tuple[str, str, Any, Any]  # name, département code, latitude, longitude


@dataclass(frozen=True)
class BaseMap:
    """A département projected on a plane.

    `outline` is an SVG path of the contours of its communes, "" where none is known; `names` are
    its largest communes, each with its x and y.
    """

    west: float
    north: float
    scale: float  # units for a degree of latitude
    squeeze: float  # degrees of latitude for a degree of longitude
    height: float
    outline: str = ""
    names: Sequence[tuple[str, float, float]] = ()

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return the x and y of a point in WGS84 degrees, to 0.1 unit."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)

    @property
    def units_per_km(self) -> float:
        return self.scale / KM_PER_DEGREE


def build_base_maps() -> Mapping[str, BaseMap]:
    """Return the base map of each département that has communes, by code.

    One query for all the communes, one for each département whose contours are known: the
    contours of all of France at once would take too much memory in each process.
    """
    contours = CommuneContour.objects.order_by("commune")
    outlined = contours.order_by().values_list("commune__department", flat=True)
    with_contours = set(outlined.distinct())
    communes = Commune.objects.exclude(latitude=None).order_by("department", "-population", "code")
    rows = communes.values_list("name", "department_id", "latitude", "longitude").iterator()
    maps = {}
    for code, department_rows in groupby(rows, key=itemgetter(1)):
        geometries = (
            contours.filter(commune__department=code) if code in with_contours else contours.none()
        ).values_list("geometry", flat=True)
        rings = [ring for geometry in geometries for ring in rings_of(geometry)]
        maps[code] = _build_base_map(list(department_rows), rings)
    return maps


base_maps = VersionedCache(build_base_maps, "territory", has_text=False)


def _build_base_map(communes: Sequence[CommuneValues], rings: Sequence[Sequence[Any]]) -> BaseMap:
    points = [point for ring in rings for point in ring]
    points = points or [(longitude, latitude) for *_name, latitude, longitude in communes]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = cos(radians((south + north) / 2))
    # A single commune without contour has no width.
    scale = WIDTH * (1 - 2 * MARGIN) / max((east - west) * squeeze, 0.05)
    edge = MARGIN * WIDTH / scale
    west, north = west - edge / squeeze, north + edge
    bare = BaseMap(west, north, scale, squeeze, round((north - south + edge) * scale, 1))
    return replace(
        bare,
        outline="".join(_path(bare, ring) for ring in rings),
        names=_spaced_names(bare, communes),
    )


def _path(base_map: BaseMap, ring: Sequence[Any]) -> str:
    """Return a closed SVG path, each point relative to the one before."""
    points = [base_map.project(latitude, longitude) for longitude, latitude in ring[:-1]]
    x, y = points[0]
    commands = [f"M{x:g} {y:g}"]
    for to_x, to_y in points[1:]:
        if (to_x, to_y) != (x, y):
            commands.append(f"l{round(to_x - x, 1):g} {round(to_y - y, 1):g}")
        x, y = to_x, to_y
    return f"{''.join(commands)}z"


def _spaced_names(
    base_map: BaseMap, communes: Sequence[CommuneValues]
) -> list[tuple[str, float, float]]:
    """Return the largest communes whose names would not overlap, with their x and y."""
    names: list[tuple[str, float, float]] = []
    for name, _department, latitude, longitude in communes:
        x, y = base_map.project(latitude, longitude)
        if all(hypot(x - other_x, y - other_y) > MIN_NAME_GAP for _name, other_x, other_y in names):
            names.append((name, x, y))
        if len(names) == MAX_COMMUNE_NAMES:
            break
    return names
