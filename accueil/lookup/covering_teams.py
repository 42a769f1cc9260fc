"""From a place to the door to push: which teams cover it, or what must still be asked.

The finest sector wins: numbers of a street, then the street, the quarter, the commune. Adding a
street never loses what the commune alone found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Q

from accueil.contacts.cached_contacts import Contacts
from accueil.place_search import Kind, Place
from portal.core.text.normalisation import street_key
from teams.models import Sector, Team

FINEST_FIRST = (
    Sector.Kind.NUMBERS,
    Sector.Kind.STREET,
    Sector.Kind.QUARTER,
    Sector.Kind.COMMUNE,
)
MAX_SECTORS = 40  # sectors offered at most


class Outcome(StrEnum):
    TEAM = "team"
    CHOOSE_COMMUNE = "choose_commune"
    CHOOSE_SECTOR = "choose_sector"
    NOT_COVERED = "not_covered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class AddressQuery:
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
class CoveringTeams:
    """When `outcome` is TEAM, the `teams` answer: those whose sectors hold the place (`held_by`),
    or those asked for by name. `offered` are sectors to choose between: all of them for
    CHOOSE_SECTOR, finer ones for TEAM. `is_sector_in_force` is False when the chosen sector is not
    one of the commune's that day.
    """

    outcome: Outcome
    named: Sequence[Team] = ()
    sectors: Sequence[Sector] = ()
    sector_choices: Sequence[Sector] = ()
    is_sector_in_force: bool = True

    @property
    def teams(self) -> Sequence[Team]:
        """Each once, in the order of their sectors."""
        return self.named or list({one.team_id: one.team for one in self.sectors}.values())


_TEAM_FILTERS: dict[Kind, Callable[[str], Q]] = {
    Kind.TEAM: lambda slug: Q(slug=slug),
    Kind.AGENCY: lambda slug: Q(agency__slug=slug),
    Kind.FORMER_AGENCY: lambda pk: Q(agency__predecessors=pk),
}


def find_covering_teams(asked: AddressQuery, directory: Contacts) -> CoveringTeams:
    """Who covers the place, in one query."""
    if asked.place and asked.place.kind in _TEAM_FILTERS:
        wanted = _TEAM_FILTERS[asked.place.kind](asked.place.key)
        keys = list(Team.objects.filter(wanted).values_list("pk", flat=True))
        teams = [directory.teams[key] for key in keys if key in directory.teams]
        return CoveringTeams(Outcome.TEAM if teams else Outcome.NOT_COVERED, teams)
    street = street_key(asked.street)
    sectors = Sector.objects.at_address(
        asked.commune or "",
        asked.on,
        street=street,
        number=asked.number,
        chosen=asked.sector,
        limit=2 * MAX_SECTORS,
    )
    found = select_finest_sectors(sectors, street, asked.number, asked.sector)
    for sector in (*found.sectors, *found.sector_choices):
        sector.team = directory.teams.get(sector.team_id) or sector.team
    is_in_force = asked.sector in {"", *(sector.slug for sector in sectors)}
    return replace(found, is_sector_in_force=is_in_force)


def select_finest_sectors(
    sectors: Iterable[Sector], street: str, number: int | None, sector: str = ""
) -> CoveringTeams:
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
        for finer in ([one for one in numbered if one.contains_number(number)], streets):
            if finer:
                return CoveringTeams(Outcome.TEAM, sectors=finer)
    if picked:
        return CoveringTeams(Outcome.TEAM, sectors=picked)
    if street and numbered and number is None:
        return CoveringTeams(
            Outcome.CHOOSE_SECTOR, sector_choices=[*numbered, *(whole or quarters)]
        )
    if whole:
        return CoveringTeams(Outcome.TEAM, sectors=whole, sector_choices=quarters)
    if quarters or by_kind[Sector.Kind.STREET] or by_kind[Sector.Kind.NUMBERS]:
        cut = quarters or [*by_kind[Sector.Kind.STREET], *by_kind[Sector.Kind.NUMBERS]]
        return CoveringTeams(Outcome.CHOOSE_SECTOR, sector_choices=cut[:MAX_SECTORS])
    return CoveringTeams(Outcome.NOT_COVERED)
