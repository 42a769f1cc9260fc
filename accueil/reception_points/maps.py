"""Reception points on the map of a département, drawn as an SVG over its base map.

A map shows the whole base map, or a part of it around a commune; markers are sized relative to the
part shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import hypot

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from portal.core.caching.data_versions import Versions
from portal.territory.maps import WIDTH, BaseMap, base_maps

MARKER_RADIUS = 1 / 34  # as a share of the width shown: 12 pixels on a telephone
MIN_RADIUS_KM = 6.0  # from the commune to the nearest edge of a map around it
MIN_PINS = 5  # reception points that such a map shows at least, where there are as many
ASPECT_RATIO = 3 / 4  # height of such a map, as a share of its width
NAME_SIZE = 1 / 28  # font size of a commune's name, as a share of the width shown
DOT_SIZE = 1 / 160
MAX_TITLE_NAMES = 6  # names in the title of one marker
_MARKER_SVG = (
    '<a href="{}"><title>{}</title><circle class="pin {}" cx="{}" cy="{}" r="{}" />'
    '<text class="pin {}" x="{}" y="{}" font-size="{}">{}</text></a>'
)
_NAME_SVG = '<circle cx="{}" cy="{}" r="{}" /><text x="{}" y="{}" font-size="{}">{}</text>'


@dataclass(frozen=True, slots=True)
class Pin:
    """A reception point on the map.

    `number` is its rank in the list; `tone` and `label` are those of its opening now.
    """

    number: int
    name: str
    url: str
    latitude: float
    longitude: float
    tone: str
    label: str


@dataclass(slots=True)
class Marker:
    """One pin, or several that would overlap, drawn as one circle."""

    x: float
    y: float
    pins: list[Pin] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The page of the reception point; for several, the row of the first in the list."""
        return self.pins[0].url if len(self.pins) == 1 else f"#lieu-{self.pins[0].number}"

    @property
    def label(self) -> str:
        return str(self.pins[0].number) if len(self.pins) == 1 else f"×{len(self.pins)}"

    @property
    def tone(self) -> str:
        """The tone of an open pin if there is one, else that of the first."""
        tones = {pin.tone for pin in self.pins}
        return "sure" if "sure" in tones else self.pins[0].tone

    @property
    def title(self) -> str:
        names = [f"{pin.number}. {pin.name} ({pin.label})" for pin in self.pins[:MAX_TITLE_NAMES]]
        if len(self.pins) == 1:
            return names[0]
        more = "…" if len(self.pins) > MAX_TITLE_NAMES else ""
        message = ngettext(
            "%(count)d lieu ici : %(names)s", "%(count)d lieux ici : %(names)s", len(self.pins)
        )
        return message % {"count": len(self.pins), "names": ", ".join(names) + more}


@dataclass(frozen=True)
class Map:
    """Markers over the part of a base map given by `left`, `top`, `width` and `height`.

    `version` is that of the communes, for the address of the base map; `center` is the commune in
    the middle, with its x and y, None for a whole département.
    """

    department: str
    base_map: BaseMap
    left: float
    top: float
    width: float
    height: float
    markers: Sequence[Marker]
    version: int
    center: tuple[str, float, float] | None = None

    @property
    def svg(self) -> SafeString:
        """The drawing: base map, names, then a link for each marker, in the order of the list."""
        markers = "".join([self._marker(marker) for marker in self.markers])
        return format_html(
            '<svg viewBox="{}" role="group" aria-labelledby="carte">{}{}{}</svg>',
            f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}",
            self._base_map_image,
            self._names,
            mark_safe(markers),  # noqa: S308 (escaped)
        )

    @property
    def _base_map_image(self) -> SafeString | str:
        if not self.base_map.outline:
            return ""
        address = reverse("reception-base-map", args=[self.department])
        size = f'width="{WIDTH}" height="{self.base_map.height:g}"'
        return format_html(
            '<image href="{}?v={}" {} aria-hidden="true" />',
            *(address, self.version, mark_safe(size)),  # noqa: S308 (numbers)
        )

    @property
    def _names(self) -> SafeString:
        """The name of the commune in the middle, else those of the largest."""
        names = [self.center] if self.center else self.base_map.names
        size, dot = f"{self.width * NAME_SIZE:.1f}", f"{self.width * DOT_SIZE:.1f}"
        below = self.width * (DOT_SIZE + NAME_SIZE)
        drawn = ((x, y, dot, x, f"{y + below:.1f}", size, name) for name, x, y in names)
        return format_html_join("", _NAME_SVG, drawn)

    def _marker(self, marker: Marker) -> str:
        radius = self.width * MARKER_RADIUS
        size = radius * (1.1 if len(marker.label) < 3 else 0.85)
        baseline = f"{marker.y + size * 0.36:.1f}"
        return _MARKER_SVG.format(
            *(escape(marker.url), escape(marker.title)),
            *(marker.tone, marker.x, marker.y, f"{radius:.1f}"),
            *(marker.tone, marker.x, baseline, f"{size:.1f}", marker.label),
        )


def department_map(department: str, versions: Versions, pins: Iterable[Pin]) -> Map | None:
    """Return a map of the whole département; None where it has no known commune."""
    base_map = base_maps.get(versions).get(department)
    if base_map is None:
        return None
    markers = _group_pins(base_map, pins, WIDTH * MARKER_RADIUS)
    version = versions.get("territory", 0)
    return Map(department, base_map, 0, 0, WIDTH, base_map.height, markers, version)


def commune_map(
    department: str, versions: Versions, name: str, place: tuple[float, float], pins: Sequence[Pin]
) -> Map:
    """Return a map centred on the commune `name`, at `place`, wide enough for the first pins."""
    base_map = base_maps.get(versions)[department]
    x, y = base_map.project(*place)
    points = [base_map.project(pin.latitude, pin.longitude) for pin in pins[:MIN_PINS]]
    across = max([abs(pin_x - x) for pin_x, _y in points], default=0)
    along = max([abs(pin_y - y) for _x, pin_y in points], default=0)
    half = max(MIN_RADIUS_KM * base_map.units_per_km, across, along / ASPECT_RATIO) * 1.15
    width, height = 2 * half, 2 * half * ASPECT_RATIO
    left, top = x - half, y - half * ASPECT_RATIO

    def is_shown(pin: Pin) -> bool:
        pin_x, pin_y = base_map.project(pin.latitude, pin.longitude)
        return left <= pin_x <= left + width and top <= pin_y <= top + height

    markers = _group_pins(base_map, filter(is_shown, pins), width * MARKER_RADIUS)
    version = versions.get("territory", 0)
    return Map(department, base_map, left, top, width, height, markers, version, (name, x, y))


def _group_pins(base_map: BaseMap, pins: Iterable[Pin], radius: float) -> list[Marker]:
    """Return a marker for each pin, or for each group that would overlap."""
    markers: list[Marker] = []
    for pin in pins:
        x, y = base_map.project(pin.latitude, pin.longitude)
        near = (other for other in markers if hypot(other.x - x, other.y - y) < 2 * radius)
        marker = next(near, None)
        if marker is None:
            marker = Marker(x, y)
            markers.append(marker)
        marker.pins.append(pin)
    return markers
