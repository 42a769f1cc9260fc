"""The usual week as a form's grid: spans of the seven days, and of public holidays.

>>> Week.parse("Mo-Fr 08:30-12:00,13:30-17:00").expression
'Mo-Fr 08:30-12:00,13:30-17:00'
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

from portal.core.opening_hours.descriptions import weekly_rules
from portal.core.opening_hours.syntax import (
    ALL_DAY,
    DAYS,
    GOOD_FRIDAY,
    HoursError,
    Span,
    State,
    day_indexes,
    lasts_all_day,
)

NO_DAYS: tuple[tuple[Span, ...], ...] = ((),) * 7


@dataclass(frozen=True, slots=True)
class Week:
    """The spans of each day from Monday, and of public holidays: none is closed, unless the week is
    always open.

    `good_friday_off` closes on Good Friday, a public holiday in some communes of Alsace.
    """

    days: tuple[tuple[Span, ...], ...] = NO_DAYS
    holidays: tuple[Span, ...] = ()
    good_friday_off: bool = False

    @classmethod
    def parse(cls, expression: str) -> Self | None:
        """Return the grid of an expression; None if it is not a plain week."""
        if not expression:
            return cls()
        try:
            rules = weekly_rules(expression)
        except HoursError:
            return None
        if rules is None:
            return None
        days: list[tuple[Span, ...]] = [()] * 7
        holidays: tuple[Span, ...] = ()
        good_friday_off = False
        for rule in rules:
            if rule.dates == GOOD_FRIDAY:
                good_friday_off = rule.state is State.CLOSED
                continue
            spans = () if rule.state is State.CLOSED else tuple(sorted(rule.spans or [ALL_DAY]))
            every_day = () if rule.holidays else ("Mo-Su",)
            for at in {at for part in rule.weekdays or every_day for at in day_indexes(part)}:
                days[at] = _added(days[at], spans) if rule.is_additional else spans
            if rule.holidays:
                holidays = _added(holidays, spans) if rule.is_additional else spans
        week = cls(tuple(days), holidays, good_friday_off)
        closed_on_holidays = any(rule.holidays and rule.state is State.CLOSED for rule in rules)
        return None if week.is_always_open and closed_on_holidays else week

    @property
    def expression(self) -> str:
        """Return the hours; "" for a week without hours, which means unknown."""
        by_hours: dict[tuple[Span, ...], list[int]] = {}
        for at, spans in enumerate(self.days):
            if spans:
                by_hours.setdefault(spans, []).append(at)
        rules = [f"{_format_days(at)} {_format_spans(spans)}" for spans, at in by_hours.items()]
        if not rules:
            return f"PH {_format_spans(self.holidays)}" if self.holidays else ""
        if self.holidays and not (self.is_always_open and self.holidays == (ALL_DAY,)):
            rules.append(f"PH {_format_spans(self.holidays)}")
        return "; ".join([*rules, *([f"{GOOD_FRIDAY} off"] if self.good_friday_off else [])])

    @property
    def is_always_open(self) -> bool:
        """Whether it is open every day all the day: on public holidays too, then."""
        return all(spans and lasts_all_day(spans) for spans in self.days)

    def faults(self) -> dict[int, str]:
        """Return the fault of each invalid day by index: "ends", "overlaps"; 7 for holidays."""
        faults = {at: _fault(spans) for at, spans in enumerate([*self.days, self.holidays])}
        return {at: fault for at, fault in faults.items() if fault}


def _fault(spans: Sequence[Span]) -> str:
    if any(end <= start for start, end in spans):
        return "ends"
    ordered = sorted(spans)
    overlaps = any(after[0] < before[1] for before, after in pairwise(ordered))
    return "overlaps" if overlaps else ""


def _added(spans: tuple[Span, ...], added: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(sorted({*spans, *added}))


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
