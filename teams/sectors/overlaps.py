"""The areas of sectors, and which of them give one area to two teams. Pure.

A street and its commune, or a quarter and a street, never conflict: the finer wins.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.core.text.normalisation import normalise
from portal.territory.house_numbers import HouseNumber, HouseNumberRank
from portal.territory.streets import is_same_street, spelled_street
from teams.enums import SectorKind
from teams.models import Sector

Area = tuple[str, str, str]
SectorKey = tuple[Hashable, ...]


@dataclass(frozen=True, eq=False)
class SectorRow:
    """A sector and its line in the file; 0 for one that is only stored."""

    sector: Sector
    line: int = 0


def covered_area(sector: Sector) -> Area:
    """Return the area without its numbers: a commune, one of its quarters, or its streets of one
    key, that `is_same_area` tells apart.
    """
    name = normalise(sector.name) if sector.kind == SectorKind.QUARTER else sector.search_street
    return sector.commune_id, sector.kind, name


def is_same_area(sector: Sector, other: Sector) -> bool:
    """Return whether two sectors of one `covered_area` are the same quarter, commune or street.

    The same street name in two former communes is that of two streets.
    """
    formers = {sector.former_commune, other.former_commune} - {""}
    return len(formers) < 2 and is_same_street(sector.street, other.street)


def sector_key(sector: Sector) -> SectorKey:
    """Return what identifies a sector: its area and its first day. Its team may change."""
    return (*covered_area(sector), *_details(sector))


def exact_key(sector: Sector) -> SectorKey:
    """Return the same, with the very words of the street, and its former commune."""
    street = (spelled_street(sector.street), sector.former_commune)
    return (*covered_area(sector), *street, *_details(sector))


def _details(sector: Sector) -> SectorKey:
    first = (sector.number_from, sector.number_from_suffix)
    last = (sector.number_to, sector.number_to_suffix)
    return (*first, *last, sector.parity, sector.valid_from)


def numbers_overlap(sector: Sector, other: Sector) -> bool:
    """Return whether both hold a number of their street.

    A sector overlaps itself if it has any number.
    """
    first = max(sector.first_rank, other.first_rank)
    last = min(sector.last_rank, other.last_rank)
    if first > last:
        return False
    candidates = [first, (first[0] + 1, 0, "")]  # both parities
    return any(
        sector.contains_number(number) and other.contains_number(number)
        for number in map(HouseNumber.of_rank, candidates)
    )


def find_conflicts(rows: Iterable[SectorRow]) -> Iterator[tuple[SectorRow, SectorRow]]:
    """Yield pairs of sectors of two teams with a common area and day, one of them from a file.

    Each sector comes with one of its rivals, the higher line second.
    """
    rows_by_area: dict[Area, list[SectorRow]] = defaultdict(list)
    for row in rows:
        rows_by_area[covered_area(row.sector)].append(row)
    for area_rows in rows_by_area.values():
        yield from _conflicts_in_area(sorted(area_rows, key=lambda row: _number_range(row.sector)))


def rival_of(sector: Sector, others: Iterable[Sector]) -> Sector | None:
    """Return a sector of `others` that gives its area to another team on a common day, or None."""
    pairs = find_conflicts([SectorRow(sector, 1), *map(SectorRow, others)])
    return next((other.sector for other, _row in pairs), None)


def _conflicts_in_area(rows: Iterable[SectorRow]) -> Iterator[tuple[SectorRow, SectorRow]]:
    """Yield the conflicts in one area, whose rows are sorted by first number."""
    ahead: list[SectorRow] = []
    for row in rows:
        start = _number_range(row.sector)[0]
        ahead = [other for other in ahead if _number_range(other.sector)[1] >= start]
        for other in ahead:
            if (row.line or other.line) and _is_conflict(other.sector, row.sector):
                yield (other, row) if other.line < row.line else (row, other)
                break
        ahead.append(row)


def _is_conflict(sector: Sector, other: Sector) -> bool:
    return (
        sector.team_id != other.team_id
        and is_same_area(sector, other)
        and _days_overlap(sector, other)
        and numbers_overlap(sector, other)
    )


def _days_overlap(sector: Sector, other: Sector) -> bool:
    start = max(sector.valid_from or date.min, other.valid_from or date.min)
    return start <= min(sector.valid_to or date.max, other.valid_to or date.max)


def _number_range(sector: Sector) -> tuple[HouseNumberRank, HouseNumberRank]:
    return sector.first_rank, sector.last_rank
