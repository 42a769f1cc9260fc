"""Which open moves an agent should look at today. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from relocations.models import SILENT_AFTER_DAYS, UPCOMING_DAYS, Relocation


class MovesToCheck(NamedTuple):
    """Each move once, in the first list that fits, in the order given."""

    overdue: list[Relocation]  # open, last day past
    soon: list[Relocation]  # first or last day within UPCOMING_DAYS
    silent: list[Relocation]  # no report for SILENT_AFTER_DAYS

    def __bool__(self) -> bool:
        return any((self.overdue, self.soon, self.silent))


def moves_to_check(moves: Iterable[Relocation], today: date) -> MovesToCheck:
    """Return the open moves to look at on that day. Reads each move and its source."""
    result = MovesToCheck([], [], [])
    for move in moves:
        if not move.is_open:
            continue
        if move.is_overdue(today):
            result.overdue.append(move)
        elif _is_upcoming(move, today):
            result.soon.append(move)
        elif _is_silent(move, today):
            result.silent.append(move)
    return result


def last_update_day(move: Relocation) -> date | None:
    """Return the day of the last report, else that of its source, None if unknown."""
    if move.last_reported_at:
        return timezone.localdate(move.last_reported_at)
    if move.source is None:
        return None
    source_period = move.source.period
    return source_period.latest or source_period.earliest


def _is_upcoming(move: Relocation, today: date) -> bool:
    bounds = (move.period.earliest, move.period.latest)
    return any(day and today <= day <= today + timedelta(days=UPCOMING_DAYS) for day in bounds)


def _is_silent(move: Relocation, today: date) -> bool:
    """Return whether the last report is old or unknown."""
    day = last_update_day(move)
    return day is None or (today - day).days >= SILENT_AFTER_DAYS
