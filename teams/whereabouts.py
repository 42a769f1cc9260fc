"""Where a team is on a day: a pure function of its site and its moves.

The rows of the certainty table are tried in order; the first that fits decides. A move expected to
be over settles where the team is before the next one, so that moves chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from portal.core.periods.period import Period
from portal.core.periods.units import ONE_DAY


class Certainty(StrEnum):
    UNKNOWN = "unknown"
    CERTAIN = "certain"
    TO_CONFIRM = "to_confirm"
    MOVING = "moving"
    UNCERTAIN = "uncertain"
    EXPECTED = "expected"


class Move(Protocol):
    """What is read of a move; a site may be None.

    `actual_date` is set when it is done, None where nobody published the day: the end of its period
    is then the first day on which it was seen done. `period_on(day)` is the period announced on
    that day, `period` the latest one. `announced_on` is the day of the last word on it, None where
    it is not known to the day.
    """

    origin: Any
    destination: Any
    actual_date: Any  # date | None

    @property
    def announced_on(self) -> date | None: ...
    @property
    def period(self) -> Period: ...
    def period_on(self, day: date) -> Period: ...
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
    decides, None when none does, and `period` its date as known on that day; `next_site` is then
    its destination (the same as `site` once the move is expected to be over). `former_site` is the
    place that has itself moved to `site` by that day, None where none has. Before an opening
    both are its own, done since or not. `arrival` is the done move that put the team at `site`.
    `studied` are moves without a date, `ignored` open moves that a later done one has overtaken.
    `exists_from` is the first day of a team that did not exist yet, None otherwise.
    """

    certainty: Certainty
    on: date
    today: date
    site: Any = None
    next_site: Any = None
    move: Any = None
    period: Period | None = None
    arrival: Any = None
    former_site: Any = None
    studied: tuple[Any, ...] = ()
    ignored: tuple[Any, ...] = ()
    exists_from: date | None = None

    @property
    def is_past(self) -> bool:
        return self.on < self.today

    @property
    def is_without_a_day(self) -> bool:
        """Whether the move that decides is done, on a day that nobody published."""
        return bool(self.move and self.move.is_done and not self.move.actual_date)

    @property
    def has_begun_without_end(self) -> bool:
        """Whether only the first day of its move was announced, and is past."""
        return bool(self.period and self.period.has_begun_without_end(self.today))

    @property
    def likely_site(self) -> Any:
        """The one place to show on a map: after a date that is past, where the team was to go."""
        if self.certainty is Certainty.TO_CONFIRM:
            return self.next_site or self.site
        return self.site


def compute_whereabouts(
    site: Any, moves: Iterable[Move], *, on: date, today: date, predecessor_site: Any = None
) -> Whereabouts:
    """Return where the team of `site` is on day `on`, as seen from `today`.

    `predecessor_site` is the site of what the team replaces: its place before an opening.
    """
    moves = list(moves)
    done = sorted((move for move in moves if _is_over(move, site, today)), key=_done_on)
    past = [move for move in done if _done_on(move) <= on]
    pending = sorted((move for move in moves if move.is_open and move not in done), key=_order)
    ignored = tuple(move for move in pending if past and _is_overtaken(move, past[-1]))
    pending = [move for move in pending if move not in ignored]
    later_done = done[len(past) : len(past) + 1]
    if later_done:  # only what came before it may have changed the place
        pending = [move for move in pending if _is_overtaken(move, later_done[0])]
    ahead = [*pending, *later_done]

    arrival = past[-1] if past else None
    here = arrival.destination if arrival else ahead[0].origin if done else site
    if not past and ahead and ahead[0].is_opening and here in (None, ahead[0].destination):
        here = predecessor_site
    answer = Whereabouts(Certainty.CERTAIN, on, today, site=here, arrival=arrival, ignored=ignored)
    if here is None and not any(move.destination for move in ahead):
        return replace(answer, certainty=Certainty.UNKNOWN)
    for move in ahead:
        answer = _apply_move(answer, move, on, today)
        if answer.move is not move or answer.certainty is not Certainty.EXPECTED:
            break
    if answer.certainty is Certainty.CERTAIN and answer.site is None:
        return _before_first_move(answer, ahead[0], on)
    return replace(answer, studied=tuple(m for m in ahead if not m.period.is_bounded))


def follow_moved_sites(answer: Whereabouts) -> Whereabouts:
    """Return `answer` with the places where its sites stand on that day, each a `Site`."""
    site, next_site = (place and place.on(answer.on) for place in (answer.site, answer.next_site))
    former = answer.site if site is not answer.site else None
    return replace(answer, site=site, next_site=next_site, former_site=former)


def _apply_move(before: Whereabouts, move: Move, on: date, today: date) -> Whereabouts:
    """Return `before` once the move has been considered: the rows of the table, in order."""
    period = _period_on(move, on)
    between = replace(before, move=move, period=period, next_site=move.destination, arrival=None)
    if move.actual_date:  # done, on a later day
        return before
    if not period.is_bounded or period.relation(on) == "before":
        return before
    if move.is_done or period.is_overdue(today):
        return replace(between, certainty=Certainty.TO_CONFIRM)
    within = period.contains(on)
    if (move.is_in_progress and on == today) or (within and period.has_exact_days):
        return replace(between, certainty=Certainty.MOVING)
    if within:
        return replace(between, certainty=Certainty.UNCERTAIN)
    return replace(between, certainty=Certainty.EXPECTED, site=move.destination)


def _before_first_move(answer: Whereabouts, move: Move, on: date) -> Whereabouts:
    """Return `answer` for a day before `move`, the first of a team that has no site yet."""
    between = replace(answer, move=move, period=_period_on(move, on), next_site=move.destination)
    return replace(between, certainty=Certainty.UNKNOWN)


def _period_on(move: Move, on: date) -> Period:
    """Return its date as known on that day; what is attested of a done move holds for every day."""
    return move.period if move.is_done else move.period_on(on)


def _is_over(move: Move, site: Any, today: date) -> bool:
    """Return whether it is done, or an overdue opening whose team is there already."""
    if move.is_done or not move.is_open:
        return move.is_done
    is_there = site is not None and site == move.destination
    return move.is_opening and is_there and move.period.is_overdue(today)


def _is_overtaken(move: Move, done: Move) -> bool:
    return move.period.latest is not None and move.period.latest < _done_on(done)


def _done_on(move: Move) -> date:
    """Return the first day on which it is certainly done."""
    if move.actual_date:
        return move.actual_date
    return move.period.latest + ONE_DAY if move.period.latest else date.max


def _order(move: Move) -> tuple[bool, Period]:
    """Sort by period, moves without a date last."""
    return not move.period.is_bounded, move.period
