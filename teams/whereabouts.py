"""Where a team is on a day: a pure function of its site and its moves.

The rows of the certainty table are tried in order; the first that fits decides. A move expected to
be over settles where the team is before the next one, so that moves chain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from portal.core.periods.period import Period


class Certainty(StrEnum):
    UNKNOWN = "unknown"
    CERTAIN = "certain"
    TO_CONFIRM = "to_confirm"
    MOVING = "moving"
    UNCERTAIN = "uncertain"
    EXPECTED = "expected"


class Move(Protocol):
    """What is read of a move. `actual_date` is set when it is done; a site may be None."""

    origin: Any
    destination: Any
    actual_date: Any  # date | None

    @property
    def period(self) -> Period: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def is_done(self) -> bool: ...
    @property
    def is_in_progress(self) -> bool: ...
    @property
    def is_opening(self) -> bool: ...


@dataclass(frozen=True)
class Whereabouts:
    """Where a team is on a day.

    `site` is its place on that day, None when not known or not chosen yet. `move` is the move that
    decides, None when none does; `next_site` is then its destination (the same as `site` once the
    move is expected to be over). Before an opening both are its own, done since or not. `studied`
    are moves without a date, `ignored` open moves that a later done one has overtaken.
    """

    certainty: Certainty
    site: Any = None
    next_site: Any = None
    move: Any = None
    studied: tuple[Any, ...] = ()
    ignored: tuple[Any, ...] = ()


def compute_whereabouts(
    site: Any, moves: Iterable[Move], *, on: date, today: date, predecessor_site: Any = None
) -> Whereabouts:
    """Return where the team of `site` is on day `on`, as seen from `today`.

    `predecessor_site` is the site of what the team replaces: its place before an opening.
    """
    moves = list(moves)
    done = sorted((move for move in moves if move.is_done), key=_done_on)
    pending = sorted((move for move in moves if move.is_open), key=_pending_order)
    ignored = tuple(move for move in pending if done and _is_overtaken(move, done[-1]))
    pending = [move for move in pending if move not in ignored]

    here = _site_on(site, done, on)
    opening = _future_opening([*done, *pending], on)
    if opening and not opening.is_done and here is not None and here == opening.destination:
        # The team is there, since an unknown day: certain only once the opening was due.
        if on >= today and opening.period.is_overdue(today):
            pending.remove(opening)
        else:
            here = None
    if here is None and opening:
        here = predecessor_site
    answer = Whereabouts(Certainty.CERTAIN, site=here, ignored=ignored)
    if here is None and opening and opening.is_done:
        return _before_first_move(opening, answer)
    if here is None and not any(move.destination for move in pending):
        return replace(answer, certainty=Certainty.UNKNOWN)
    for move in pending:
        answer = _apply_move(answer, move, on, today)
        if answer.move is not move or answer.certainty is not Certainty.EXPECTED:
            break
    if answer.certainty is Certainty.CERTAIN and answer.site is None:
        return _before_first_move(pending[0], answer)
    return replace(answer, studied=tuple(m for m in pending if not m.period.is_bounded))


def _apply_move(before: Whereabouts, move: Move, on: date, today: date) -> Whereabouts:
    """Return `before` once the open move has been considered: the rows of the table, in order."""
    period = move.period
    if not period.is_bounded or period.relation(on) == "before":
        return before
    between = replace(before, move=move, next_site=move.destination)
    if period.is_overdue(today):
        return replace(between, certainty=Certainty.TO_CONFIRM)
    within = period.contains(on)
    if (move.is_in_progress and on == today) or (within and period.has_exact_days):
        return replace(between, certainty=Certainty.MOVING)
    if within:
        return replace(between, certainty=Certainty.UNCERTAIN)
    return replace(between, certainty=Certainty.EXPECTED, site=move.destination)


def _before_first_move(move: Move, answer: Whereabouts) -> Whereabouts:
    """Return `answer` for a day before `move`, the first of a team that has no site yet."""
    return replace(answer, certainty=Certainty.UNKNOWN, move=move, next_site=move.destination)


def _future_opening(moves: Sequence[Move], on: date) -> Move | None:
    """Return the first move if it is an opening that was not done on that day."""
    first = moves[0] if moves else None
    is_over = first is not None and first.is_done and _done_on(first) <= on
    return first if first and first.is_opening and not is_over else None


def _site_on(site: Any, done: Sequence[Move], on: date) -> Any:
    """Return where the done moves put the team on that day; its site if none is done."""
    if not done:
        return site
    past = [move for move in done if _done_on(move) <= on]
    return past[-1].destination if past else done[0].origin


def _is_overtaken(move: Move, done: Move) -> bool:
    return move.period.latest is not None and move.period.latest < _done_on(done)


def _done_on(move: Move) -> date:
    return move.actual_date or date.max


def _pending_order(move: Move) -> tuple[bool, Period]:
    """Sort by period, moves without a date last."""
    return not move.period.is_bounded, move.period
