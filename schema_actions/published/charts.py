"""Geometry of the charts of counts, in percents. No database."""

from collections.abc import Sequence
from dataclasses import dataclass

from schema_actions.levels import LEVEL_LABELS, LEVELS
from schema_actions.synthesis import Counts

MIN_NUMBERED_WIDTH = 4.0  # percents: below, a segment is too narrow for its number


@dataclass(frozen=True)
class Column:
    """One level: its number of sheets, and its height in percents of the highest."""

    level: int
    label: str
    count: int
    percent: int
    height: float

    @property
    def y(self) -> float:
        return round(100 - self.height, 2)


@dataclass(frozen=True)
class Segment:
    """The share of one level in a horizontal bar."""

    level: int
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def is_numbered(self) -> bool:
        return self.width >= MIN_NUMBERED_WIDTH


def columns(counts: Counts) -> list[Column]:
    highest = max(counts.levels) or 1
    return [
        Column(level, str(LEVEL_LABELS[level]), count, percent, round(100 * count / highest, 2))
        for level, count, percent in zip(LEVELS, counts.levels, counts.percents, strict=True)
    ]


def segments(counts: Counts, total: int) -> list[Segment]:
    """Return the levels side by side; the `total` counts sheets without level, an empty end."""
    result: list[Segment] = []
    offset = 0
    for level, count in zip(LEVELS, counts.levels, strict=True):
        if count and total:
            result.append(Segment(level, count, _percent(offset, total), _percent(count, total)))
        offset += count
    return result


def _percent(count: int, total: int) -> float:
    return round(100 * count / total, 2)


def sparkline(values: Sequence[float], width: int = 120, height: int = 28) -> str:
    """Return the SVG points of a line through the values, "" for fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    extent = (high - low) or 1
    step = (width - 8) / (len(values) - 1)
    points = [
        (round(4 + index * step, 1), round(height - 4 - (value - low) / extent * (height - 8), 1))
        for index, value in enumerate(values)
    ]
    return " ".join(f"{x},{y}" for x, y in points)
