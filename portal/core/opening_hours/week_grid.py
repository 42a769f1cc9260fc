"""The usual week as a form's grid: spans of the seven days, and public holidays.

>>> Week.parse("Mo-Fr 08:30-12:00,13:30-17:00; PH off").expression
'Mo-Fr 08:30-12:00,13:30-17:00; PH off'
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

from portal.core.opening_hours.hours import DAYS, HoursError, weekly_rules

Span = tuple[str, str]  # "08:30", "12:00"


@dataclass(frozen=True, slots=True)
class Week:
    """The spans of each day from Monday; `holidays_off` closes on public holidays."""

    days: tuple[tuple[Span, ...], ...] = ((),) * 7
    holidays_off: bool = False

    @classmethod
    def parse(cls, expression: str) -> Self | None:
        """Return the grid of an expression; None if it is not a plain week."""
        if not expression:
            return cls()
        days: list[tuple[Span, ...]] = [()] * 7
        holidays_off = False
        try:
            rules = weekly_rules(expression)
        except HoursError:
            return None
        for parts, spans in rules or [([], [])]:
            if parts == ["PH"] and not spans:
                holidays_off = True
                continue
            if not parts or "PH" in parts or any(end > "24:00" for _start, end in spans):
                return None
            for part in parts:
                for at in _day_indexes(part):
                    days[at] = tuple(spans)
        return cls(tuple(days), holidays_off)

    @property
    def expression(self) -> str:
        """Return the OpenStreetMap expression; "" for a week without hours, which means unknown."""
        by_hours: dict[tuple[Span, ...], list[int]] = {}
        for at, spans in enumerate(self.days):
            if spans:
                by_hours.setdefault(spans, []).append(at)
        rules = [f"{_format_days(at)} {_format_spans(spans)}" for spans, at in by_hours.items()]
        return "; ".join([*rules, *(["PH off"] if rules and self.holidays_off else [])])

    def faults(self) -> dict[int, str]:
        """Return the fault of each invalid day by index: "ends", "overlaps"."""
        faults = {at: _fault(spans) for at, spans in enumerate(self.days)}
        return {at: fault for at, fault in faults.items() if fault}


def _fault(spans: Sequence[Span]) -> str:
    if any(end <= start for start, end in spans):
        return "ends"
    ordered = sorted(spans)
    overlaps = any(after[0] < before[1] for before, after in pairwise(ordered))
    return "overlaps" if overlaps else ""


def _day_indexes(part: str) -> list[int]:
    """ "Mo-We" → 0, 1, 2; "Sa-Mo" wraps over Sunday."""
    first, _dash, last = part.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [at % 7 for at in range(start, (end if end >= start else end + 7) + 1)]


def _format_days(indexes: Sequence[int]) -> str:
    """0, 1, 2, 4 → "Mo-We,Fr"."""
    runs = [
        [at for _place, at in run]
        for _key, run in groupby(enumerate(indexes), lambda pair: pair[1] - pair[0])
    ]
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )


def _format_spans(spans: Sequence[Span]) -> str:
    return ",".join(f"{start}-{end}" for start, end in sorted(spans))
