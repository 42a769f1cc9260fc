"""Doors on the map of a département, as numbers for an SVG; the ground is drawn once for all.

A ground is `WIDTH` units wide. A map shows it whole, or a part of it around a commune: then marks
are drawn in the units of the ground, smaller as the part is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import cos, hypot, radians
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.caching.data_versions import VersionedCache, Versions
from portal.territory.geometry import rings_of
from portal.territory.models import Commune, CommuneContour

WIDTH = 1000
KM_PER_DEGREE = 111.2  # of latitude
MARGIN = 0.04  # of the width, around the communes
MARKER_RADIUS = 1 / 34  # of a mark, in parts of what is shown: 12 pixels on a telephone
MIN_RADIUS_KM = 6.0  # from the commune to the nearest edge of a map around it
MIN_PINS = 5  # doors at least that such a map shows, where there are as many
ASPECT_RATIO = 3 / 4  # height of such a map, in parts of its width
MAX_COMMUNE_NAMES = 8  # communes whose names are written on a whole département
MIN_NAME_GAP = 150  # units between two of these names
NAME_SIZE = 1 / 28  # size of a name, in parts of what is shown
DOT_SIZE = 1 / 160
MAX_TITLE_NAMES = 6  # names at most in the words of one mark
_MARKER_SVG = (
    '<a href="{}"><title>{}</title><circle class="pin {}" cx="{}" cy="{}" r="{}" />'
    '<text class="pin {}" x="{}" y="{}" font-size="{}">{}</text></a>'
)
_NAME_SVG = '<circle cx="{}" cy="{}" r="{}" /><text x="{}" y="{}" font-size="{}">{}</text>'


@dataclass(frozen=True)
class BaseMap:
    """A département laid flat. `outline` is an SVG path of its communes' contours, "" where none
    is known; `names` are those of its largest communes, with their points.
    """

    west: float
    north: float
    scale: float  # units for a degree of latitude
    squeeze: float  # degrees of latitude for a degree of longitude
    height: float
    outline: str = ""
    names: Sequence[tuple[str, float, float]] = ()

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)

    def contains(self, pin: "Pin", left: float, top: float, width: float, height: float) -> bool:
        """Whether a pin stands in that part."""
        x, y = self.at(pin.latitude, pin.longitude)
        return left <= x <= left + width and top <= y <= top + height

    @property
    def km(self) -> float:
        """Units for a kilometre."""
        return self.scale / KM_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Pin:
    """A door where it stands. `number` is its rank in the list, `tone` is that of its openness."""

    number: int
    name: str
    url: str
    latitude: float
    longitude: float
    tone: str
    words: str


@dataclass(slots=True)
class Marker:
    """What is drawn: one door, or several that would overlap."""

    x: float
    y: float
    pins: list[Pin] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The page of the door; of several, the first one's line in the list."""
        return self.pins[0].url if len(self.pins) == 1 else f"#lieu-{self.pins[0].number}"

    @property
    def label(self) -> str:
        return str(self.pins[0].number) if len(self.pins) == 1 else f"×{len(self.pins)}"

    @property
    def tone(self) -> str:
        """Open as soon as one is."""
        tones = {pin.tone for pin in self.pins}
        return "sure" if "sure" in tones else self.pins[0].tone

    @property
    def title(self) -> str:
        told = [f"{pin.number}. {pin.name} ({pin.words})" for pin in self.pins[:MAX_TITLE_NAMES]]
        if len(self.pins) == 1:
            return told[0]
        more = "…" if len(self.pins) > MAX_TITLE_NAMES else ""
        count = ngettext("%d lieu", "%d lieux", len(self.pins)) % len(self.pins)
        return _("%(count)s ici : %(names)s") % {"count": count, "names": ", ".join(told) + more}


@dataclass(frozen=True)
class Map:
    """`left`, `top`, `width` and `height` are what is shown of the ground of `department`, drawn
    for that `version` of the communes; `here` is the commune in the middle.
    """

    department: str
    ground: BaseMap
    left: float
    top: float
    width: float
    height: float
    marks: Sequence[Marker]
    version: int
    center: tuple[str, float, float] | None = None

    @property
    def svg(self) -> SafeString:
        """The drawing: the ground, names, then a link for each mark, in the order of the list."""
        return format_html(
            '<svg viewBox="{}" role="group" aria-labelledby="carte">{}{}{}</svg>',
            f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}",
            self._ground,
            self._names,
            mark_safe("".join([self._mark(mark) for mark in self.marks])),  # noqa: S308 (escaped)
        )

    @property
    def _ground(self) -> SafeString | str:
        if not self.ground.outline:
            return ""
        address = reverse("reception-base-map", args=[self.department])
        where = f'width="{WIDTH}" height="{self.ground.height:g}"'
        return format_html(
            '<image href="{}?v={}" {} aria-hidden="true" />',
            *(address, self.version, mark_safe(where)),  # noqa: S308 (numbers)
        )

    @property
    def _names(self) -> SafeString:
        """Of the commune in the middle, else of the largest."""
        names = [self.center] if self.center else self.ground.names
        size, dot = f"{self.width * NAME_SIZE:.1f}", f"{self.width * DOT_SIZE:.1f}"
        below = self.width * (DOT_SIZE + NAME_SIZE)
        drawn = ((x, y, dot, x, f"{y + below:.1f}", size, name) for name, x, y in names)
        return format_html_join("", _NAME_SVG, drawn)

    def _mark(self, mark: Marker) -> str:
        radius = self.width * MARKER_RADIUS
        size = radius * (1.1 if len(mark.label) < 3 else 0.85)
        return _MARKER_SVG.format(
            *(escape(mark.url), escape(mark.title), mark.tone, mark.x, mark.y, f"{radius:.1f}"),
            *(mark.tone, mark.x, f"{mark.y + size * 0.36:.1f}", f"{size:.1f}", mark.label),
        )


def department_map(department: str, now: Versions, pins: Iterable[Pin]) -> Map | None:
    """All the département; None where nothing is known of its communes."""
    ground = base_maps.get(now).get(department)
    if ground is None:
        return None
    marks = _group_pins(ground, pins, WIDTH * MARKER_RADIUS)
    return Map(department, ground, 0, 0, WIDTH, ground.height, marks, now.get("territory", 0))


def commune_map(
    department: str, now: Versions, name: str, place: tuple[float, float], pins: Sequence[Pin]
) -> Map:
    """The part of it that holds the first pins and the commune `name`, which is in the middle."""
    ground = base_maps.get(now)[department]
    x, y = ground.at(*place)
    points = [ground.at(pin.latitude, pin.longitude) for pin in pins[:MIN_PINS]]
    across = max([abs(px - x) for px, _y in points], default=0)
    along = max([abs(py - y) for _x, py in points], default=0)
    half = max(MIN_RADIUS_KM * ground.km, across, along / ASPECT_RATIO) * 1.15
    width, height = 2 * half, 2 * half * ASPECT_RATIO
    left, top = x - half, y - half * ASPECT_RATIO
    within = [pin for pin in pins if ground.contains(pin, left, top, width, height)]
    marks = _group_pins(ground, within, width * MARKER_RADIUS)
    version = now.get("territory", 0)
    return Map(department, ground, left, top, width, height, marks, version, (name, x, y))


def _group_pins(ground: BaseMap, pins: Iterable[Pin], radius: float) -> list[Marker]:
    """One for each pin, but for those that would overlap one before."""
    marks: list[Marker] = []
    for pin in pins:
        x, y = ground.at(pin.latitude, pin.longitude)
        near = (one for one in marks if hypot(one.x - x, one.y - y) < 2 * radius)
        mark = next(near, None)
        if mark is None:
            mark = Marker(x, y)
            marks.append(mark)
        mark.pins.append(pin)
    return marks


# Grounds

Row = tuple[str, str, Any, Any]  # name, département, latitude, longitude


def build_base_maps() -> Mapping[str, BaseMap]:
    """The ground of each département that has communes: a query for all, and one for each whose
    contours are known. One at a time: all of France at once would weigh in every process.
    """
    contours = CommuneContour.objects.order_by("commune")
    drawn = set(contours.order_by().values_list("commune__department", flat=True).distinct())
    communes = Commune.objects.exclude(latitude=None).order_by("department", "-population", "code")
    rows = communes.values_list("name", "department_id", "latitude", "longitude").iterator()
    grounds = {}
    for code, towns in groupby(rows, key=itemgetter(1)):
        mine = contours.filter(commune__department=code) if code in drawn else contours.none()
        geometries = mine.values_list("geometry", flat=True)
        rings = [ring for geometry in geometries for ring in rings_of(geometry)]
        grounds[code] = _build_base_map(list(towns), rings)
    return grounds


base_maps = VersionedCache(build_base_maps, "territory")


def _build_base_map(communes: Sequence[Row], rings: Sequence[Sequence[Any]]) -> BaseMap:
    points = [point for ring in rings for point in ring]
    points = points or [(longitude, latitude) for *_name, latitude, longitude in communes]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = cos(radians((south + north) / 2))
    # A lone commune without contour has no width.
    scale = WIDTH * (1 - 2 * MARGIN) / max((east - west) * squeeze, 0.05)
    edge = MARGIN * WIDTH / scale
    west, north = west - edge / squeeze, north + edge
    bare = BaseMap(west, north, scale, squeeze, round((north - south + edge) * scale, 1))
    return BaseMap(
        *(bare.west, bare.north, bare.scale, bare.squeeze, bare.height),
        outline="".join(_path(bare, ring) for ring in rings),
        names=_spaced_names(bare, communes),
    )


def _path(ground: BaseMap, ring: Sequence[Any]) -> str:
    """A closed line to 0.1 unit, each point told from the one before."""
    points = [ground.at(latitude, longitude) for longitude, latitude in ring[:-1]]
    x, y = points[0]
    said = [f"M{x:g} {y:g}"]
    for to_x, to_y in points[1:]:
        if (to_x, to_y) != (x, y):
            said.append(f"l{round(to_x - x, 1):g} {round(to_y - y, 1):g}")
        x, y = to_x, to_y
    return f"{''.join(said)}z"


def _spaced_names(ground: BaseMap, communes: Sequence[Row]) -> list[tuple[str, float, float]]:
    """The names of the largest communes that stand apart from each other."""
    found: list[tuple[str, float, float]] = []
    for name, _department, latitude, longitude in communes:
        x, y = ground.at(latitude, longitude)
        if all(hypot(x - other_x, y - other_y) > MIN_NAME_GAP for _name, other_x, other_y in found):
            found.append((name, x, y))
        if len(found) == MAX_COMMUNE_NAMES:
            break
    return found
