"""From a place to the door to push: which teams cover it, or what must still be asked.

The finest sector wins: numbers of a street, then the street, the quarter, the commune. Adding a
street never loses what the commune alone found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Case, Prefetch, Q, Value, When, prefetch_related_objects

from accueil.models import PhoneLine
from accueil.places import Kind, Place
from portal.core.text import street_key
from relocations.models import Relocation
from teams.models import Sector, Team

FINEST_FIRST = (
    Sector.Kind.NUMBERS,
    Sector.Kind.STREET,
    Sector.Kind.QUARTER,
    Sector.Kind.COMMUNE,
)
MANY = 40  # sectors offered at most


class Outcome(StrEnum):
    TEAM = "team"
    CHOOSE_COMMUNE = "choose_commune"
    CHOOSE_SECTOR = "choose_sector"
    NOT_COVERED = "not_covered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Asked:
    """What is asked: a place as it was understood, a street and number in it, a day.

    `sector` is the slug of a chosen sector, "" for none.
    """

    place: Place | None
    commune: str | None
    on: date
    street: str = ""
    number: int | None = None
    sector: str = ""


@dataclass(frozen=True)
class Covered:
    """`teams` answer when `outcome` is TEAM, and `held_by` are the sectors that say so. `offered`
    are sectors to choose between: all of them for CHOOSE_SECTOR, finer ones for TEAM.
    `is_sector_in_force` is False when the chosen sector is not one of the commune's that day.
    """

    outcome: Outcome
    teams: Sequence[Team] = ()
    held_by: Sequence[Sector] = ()
    offered: Sequence[Sector] = ()
    is_sector_in_force: bool = True


_BY_NAME: dict[Kind, Callable[[str], Q]] = {
    Kind.TEAM: lambda slug: Q(slug=slug),
    Kind.AGENCY: lambda slug: Q(agency__slug=slug),
    Kind.FORMER_AGENCY: lambda pk: Q(agency__predecessors=pk),
}


def covered(asked: Asked) -> Covered:
    """Who covers the place, in three queries at most: sectors or teams, moves, phone lines."""
    if asked.place and asked.place.kind in _BY_NAME:
        teams = list(_teams(_BY_NAME[asked.place.kind](asked.place.key)))
        _dress(teams)
        return Covered(Outcome.TEAM if teams else Outcome.NOT_COVERED, teams)
    street = street_key(asked.street)
    sectors = _sectors(asked, street)
    found = decide(sectors, street, asked.number, asked.sector)
    _dress([*found.teams, *(sector.team for sector in found.offered)])
    is_in_force = asked.sector in {"", *(sector.slug for sector in sectors)}
    return replace(found, is_sector_in_force=is_in_force)


def _teams(wanted: Q) -> Iterable[Team]:
    return Team.objects.filter(wanted).select_related(
        "site__commune", "site__source", "agency__department", "source"
    )


def _sectors(asked: Asked, street: str) -> list[Sector]:
    """The sectors in force that day: the chosen one, those of the street, then the others."""
    rank = Case(
        When(slug=asked.sector, then=Value(-1)),
        When(~Q(search_street=""), search_street=street, then=Value(0)),
        When(kind=Sector.Kind.COMMUNE, then=Value(1)),
        When(kind=Sector.Kind.QUARTER, then=Value(2)),
        default=Value(3),
    )
    return list(
        Sector.objects.valid(asked.on)
        .filter(commune=asked.commune)
        .select_related(
            "team__site__commune", "team__site__source", "team__agency__department", "team__source"
        )
        .order_by(rank, "slug")[: 2 * MANY]
    )


def _dress(teams: Iterable[Team]) -> None:
    """Gives the teams their moves and phone lines, in two queries for all of them."""
    moves = Prefetch("relocations", Relocation.objects.with_sites())
    lines = Prefetch("agency__department__phone_lines", PhoneLine.objects.select_related("source"))
    prefetch_related_objects(list(teams), moves, lines)


def decide(sectors: Iterable[Sector], street: str, number: int | None, sector: str = "") -> Covered:
    """Pure: among the sectors of a commune in force that day, the finest that hold the address.

    `street` is a street key, "" when none was given.
    """
    by_kind: dict[str, list[Sector]] = {kind: [] for kind in FINEST_FIRST}
    for one in sectors:
        by_kind[one.kind].append(one)
    whole, quarters = by_kind[Sector.Kind.COMMUNE], by_kind[Sector.Kind.QUARTER]
    numbered = [one for one in by_kind[Sector.Kind.NUMBERS] if one.search_street == street]
    streets = [one for one in by_kind[Sector.Kind.STREET] if one.search_street == street]
    picked = [one for kind in by_kind.values() for one in kind if one.slug == sector]

    if street:
        for finer in ([one for one in numbered if one.holds(number)], streets):
            if finer:
                return _teams_of(finer)
    if picked:
        return _teams_of(picked)
    if street and numbered and number is None:
        return Covered(Outcome.CHOOSE_SECTOR, offered=[*numbered, *(whole or quarters)])
    if whole:
        return _teams_of(whole, [*quarters])
    if quarters or by_kind[Sector.Kind.STREET] or by_kind[Sector.Kind.NUMBERS]:
        cut = quarters or [*by_kind[Sector.Kind.STREET], *by_kind[Sector.Kind.NUMBERS]]
        return Covered(Outcome.CHOOSE_SECTOR, offered=cut[:MANY])
    return Covered(Outcome.NOT_COVERED)


def _teams_of(sectors: Sequence[Sector], finer: Sequence[Sector] = ()) -> Covered:
    teams = list({one.team_id: one.team for one in sectors}.values())
    return Covered(Outcome.TEAM, teams, held_by=sectors, offered=finer)
