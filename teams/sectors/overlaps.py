"""Where sectors lie, and which of them give one place to two teams. Pure: no database.

A street and its commune, or a quarter and a street, never compete: the finer wins.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.core.text.normalisation import normalise
from teams.models import Sector

Spot = tuple[str, str, str]
Key = tuple[Hashable, ...]


@dataclass(frozen=True, eq=False)
class Held:
    """A sector, and the line of a file that says it: 0 for one that is only stored."""

    sector: Sector
    line: int = 0


def spot(sector: Sector) -> Spot:
    """What it is about, without numbers: a commune, one of its quarters or streets, as compared."""
    name = normalise(sector.name) if sector.kind == Sector.Kind.QUARTER else sector.search_street
    return sector.commune_id, sector.kind, name


def key(sector: Sector) -> Key:
    """What tells a sector from the others: its place and the day it starts. Its team may change."""
    numbers = (sector.number_from, sector.number_to, sector.parity)
    return (*spot(sector), *numbers, sector.valid_from)


def share_a_number(one: Sector, other: Sector) -> bool:
    """Whether both hold a number of their street; a sector shares one with itself if it has any."""
    first = max(_numbers(one)[0], _numbers(other)[0])
    last = min(_numbers(one)[1], _numbers(other)[1])
    two = range(first, min(last, first + 1) + 1)  # in a row: both parities are tried
    return any(one.holds(number) and other.holds(number) for number in two)


def rivals(some: Iterable[Held]) -> Iterator[tuple[Held, Held]]:
    """Pairs of sectors of two teams that hold one place on one day, one of them said by a file.

    Each sector is named with one of its rivals, the higher line second.
    """
    places: dict[Spot, list[Held]] = defaultdict(list)
    for held in some:
        places[spot(held.sector)].append(held)
    for place in places.values():
        yield from _rivals_on(sorted(place, key=lambda held: _numbers(held.sector)))


def rival_of(sector: Sector, others: Iterable[Sector]) -> Sector | None:
    """The one of `others` that gives its place to another team on one of its days, if any."""
    pairs = rivals([Held(sector, 1), *map(Held, others)])
    return next((other.sector for other, _itself in pairs), None)


def _rivals_on(place: Iterable[Held]) -> Iterator[tuple[Held, Held]]:
    """The same on one spot, by first number: the sectors that end before it are behind for good."""
    ahead: list[Held] = []
    for held in place:
        start = _numbers(held.sector)[0]
        ahead = [other for other in ahead if _numbers(other.sector)[1] >= start]
        for other in ahead:
            if (held.line or other.line) and _compete(other.sector, held.sector):
                yield (other, held) if other.line < held.line else (held, other)
                break
        ahead.append(held)


def _compete(one: Sector, other: Sector) -> bool:
    return one.team_id != other.team_id and _share_a_day(one, other) and share_a_number(one, other)


def _share_a_day(one: Sector, other: Sector) -> bool:
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    return start <= min(one.valid_to or date.max, other.valid_to or date.max)


def _numbers(sector: Sector) -> tuple[int, int]:
    return sector.number_from or 0, sector.number_to or 0
