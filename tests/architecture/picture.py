"""Draws the rooms and their imports: docs/pictures/rooms.svg.

python -m tests.architecture.picture > docs/pictures/rooms.svg
"""

import sys
from collections import defaultdict
from html import escape

from tests.architecture.imports import GROUND, all_imports, room_of

# The floors from the top down, as bands of the picture; floors in the same row are neighbours.
BANDS = (("accueil",), ("relocations", "schema_actions"), ("teams",), ("portal",))
WIDTH, BOX, ROW, MARGIN, TITLE = 1280, 26, 54, 16, 30
STYLE = (
    "text{font:13px sans-serif;fill:#1b1b1b}.app{font-weight:bold;font-size:15px}"
    ".band{fill:#f4f1ea;stroke:#8a8578}.room{fill:#fff;stroke:#8a8578}"
    "path{fill:none;stroke:#5b6f8f;stroke-width:1.2;marker-end:url(#tip)}"
)
Edges = dict[str, set[str]]


def room_edges() -> Edges:
    """Return the rooms that each room imports within its app; the floors of portal/ are its rooms."""
    edges: Edges = defaultdict(set)
    for module, imports in all_imports().items():
        room = _box_of(module)
        edges[room] |= {
            target
            for target in map(_box_of, imports)
            if target != room and target.split(".")[0] == room.split(".")[0]
        }
    return edges


def _box_of(module: str) -> str:
    """Return the name of a box: "accueil.lookup", "accueil.(top)", "portal.core"."""
    floor = ".".join(module.split(".")[:2])
    if floor.split(".")[0] == "portal":
        return floor if floor in GROUND else "portal.(root)"
    return room_of(module).replace(" (", ".(")


def reduced(edges: Edges) -> Edges:
    """Return the edges without those that a longer path implies (transitive reduction)."""

    def reached(room: str) -> set[str]:
        return {room}.union(*(reached(target) for target in edges[room]))

    return {
        room: {
            target
            for target in targets
            if not any(target in reached(other) for other in targets - {target})
        }
        for room, targets in edges.items()
    }


def layers(edges: Edges, app: str) -> list[list[str]]:
    """Return the rooms of an app in rows from the top down, each above all that it imports."""
    depth: dict[str, int] = {}

    def height(room: str) -> int:
        if room not in depth:
            depth[room] = 1 + max((height(target) for target in edges[room]), default=-1)
        return depth[room]

    rows: dict[int, list[str]] = defaultdict(list)
    for room in sorted(edges):
        if room.split(".")[0] == app:
            rows[height(room)].append(room)
    return [rows[height] for height in sorted(rows, reverse=True)]


def picture() -> str:
    edges = room_edges()
    drawn, arrows = [], reduced(edges)
    top = MARGIN
    for band in BANDS:
        width = (WIDTH - MARGIN * (len(band) + 1)) / len(band)
        rows = {app: layers(edges, app) for app in band}
        height = TITLE + max(len(app_rows) for app_rows in rows.values()) * ROW
        for index, app in enumerate(band):
            left = MARGIN + index * (width + MARGIN)
            drawn += _band(app, rows[app], arrows, left, top, width, height)
        top += height + MARGIN
    tip = '<marker id="tip" markerWidth="7" markerHeight="7" refX="6" refY="3" orient="auto">'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img">'
        "<title>The rooms of the portal, and what each imports</title>"
        f"<style>{STYLE}</style>"
        f'<defs>{tip}<path d="M0,0 L6,3 L0,6" style="marker-end:none"/></marker></defs>'
    )
    return "\n".join([head, *drawn, "</svg>\n"])


def _band(
    app: str,
    rows: list[list[str]],
    arrows: Edges,
    left: float,
    top: float,
    width: float,
    height: int,
) -> list[str]:
    """Return the SVG elements of an app: its frame, its arrows, then its boxes."""
    boxes = {}
    for level, row in enumerate(rows):
        step = width / len(row)
        for index, room in enumerate(row):
            boxes[room] = (
                left + step * (index + 0.5),
                top + TITLE + level * ROW,
                min(step - 10, 170),
            )
    elements = [
        f'<rect class="band" x="{left:.0f}" y="{top}" width="{width:.0f}" height="{height}"/>'
    ]
    elements.append(f'<text class="app" x="{left + 8:.0f}" y="{top + 20}">{app}</text>')
    for room in boxes:
        x, y, _width = boxes[room]
        for target in sorted(arrows[room]):
            to_x, to_y, _width = boxes[target]
            bend = (to_y - y - BOX) / 2
            elements.append(
                f'<path d="M{x:.0f},{y + BOX} C{x:.0f},{y + BOX + bend:.0f} '
                f'{to_x:.0f},{to_y - bend:.0f} {to_x:.0f},{to_y - 1}"/>'
            )
    for room, (x, y, wide) in boxes.items():
        name = escape(room.partition(".")[2])
        elements.append(
            f'<rect class="room" x="{x - wide / 2:.0f}" y="{y}" width="{wide:.0f}" height="{BOX}" rx="4"/>'
            f'<text x="{x:.0f}" y="{y + 17}" text-anchor="middle">{name}</text>'
        )
    return elements


if __name__ == "__main__":
    sys.stdout.write(picture())
