"""Teams that cover a place, or the sectors to choose from.

The finest sector wins: a range of house numbers, then the street, the quarter, the commune. A
street without a sector does not change the answer of the commune.
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
MAX_SECTORS = 40  # choices


class Outcome(StrEnum):
    TEAM = "team"
    CHOOSE_COMMUNE = "choose_commune"
    CHOOSE_SECTOR = "choose_sector"
    NOT_COVERED = "not_covered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class AddressQuery:
    """An understood place, a street and house number in it, and a day.

    `commune` is an INSEE code; `sector` is the slug of a chosen sector, "" for none.
    """

    place: Place | None
    commune: str | None
    on: date
    street: str = ""
    number: int | None = None
    sector: str = ""


@dataclass(frozen=True)
class CoveringTeams:
    """The teams of a place.

    `named` are the teams that the question names, `sectors` those that contain the place.
    `sector_choices` are the sectors to choose from: all for CHOOSE_SECTOR, finer ones for TEAM.
    `is_sector_in_force` is False when the chosen sector is not in force in the commune that day.
    """

    outcome: Outcome
    named: Sequence[Team] = ()
    sectors: Sequence[Sector] = ()
    sector_choices: Sequence[Sector] = ()
    is_sector_in_force: bool = True

    @property
    def teams(self) -> Sequence[Team]:
        """The named teams, else those of the sectors, in order and without duplicates."""
        return self.named or list({sector.team_id: sector.team for sector in self.sectors}.values())


_TEAM_FILTERS: dict[Kind, Callable[[str], Q]] = {
    Kind.TEAM: lambda slug: Q(slug=slug),
    Kind.AGENCY: lambda slug: Q(agency__slug=slug),
    Kind.FORMER_AGENCY: lambda pk: Q(agency__predecessors=pk),
}


def find_covering_teams(query: AddressQuery, contacts: Contacts) -> CoveringTeams:
    """Return the teams that cover the place, in one query."""
    if query.place and query.place.kind in _TEAM_FILTERS:
        condition = _TEAM_FILTERS[query.place.kind](query.place.key)
        keys = list(Team.objects.filter(condition).values_list("pk", flat=True))
        teams = [contacts.teams[key] for key in keys if key in contacts.teams]
        return CoveringTeams(Outcome.TEAM if teams else Outcome.NOT_COVERED, teams)
    street = street_key(query.street)
    sectors = Sector.objects.at_address(
        query.commune or "",
        query.on,
        street=street,
        number=query.number,
        chosen=query.sector,
        limit=2 * MAX_SECTORS,
    )
    covering = select_finest_sectors(sectors, street, query.number, query.sector)
    for sector in (*covering.sectors, *covering.sector_choices):
        sector.team = contacts.teams.get(sector.team_id) or sector.team
    is_in_force = query.sector in {"", *(sector.slug for sector in sectors)}
    return replace(covering, is_sector_in_force=is_in_force)


def select_finest_sectors(
    sectors: Iterable[Sector], street: str, number: int | None, sector: str = ""
) -> CoveringTeams:
    """Return the finest of a commune's sectors that contain the address. Pure.

    `street` is a street key, "" when none was given.
    """
    by_kind: dict[str, list[Sector]] = {kind: [] for kind in FINEST_FIRST}
    for candidate in sectors:
        by_kind[candidate.kind].append(candidate)
    commune_sectors, quarters = by_kind[Sector.Kind.COMMUNE], by_kind[Sector.Kind.QUARTER]
    numbered = [
        candidate for candidate in by_kind[Sector.Kind.NUMBERS] if candidate.search_street == street
    ]
    streets = [
        candidate for candidate in by_kind[Sector.Kind.STREET] if candidate.search_street == street
    ]
    chosen = [
        candidate for kind in by_kind.values() for candidate in kind if candidate.slug == sector
    ]

    if street:
        for finer in (
            [candidate for candidate in numbered if candidate.contains_number(number)],
            streets,
        ):
            if finer:
                return CoveringTeams(Outcome.TEAM, sectors=finer)
    if chosen:
        return CoveringTeams(Outcome.TEAM, sectors=chosen)
    if street and numbered and number is None:
        return CoveringTeams(
            Outcome.CHOOSE_SECTOR, sector_choices=[*numbered, *(commune_sectors or quarters)]
        )
    if commune_sectors:
        return CoveringTeams(Outcome.TEAM, sectors=commune_sectors, sector_choices=quarters)
    if quarters or by_kind[Sector.Kind.STREET] or by_kind[Sector.Kind.NUMBERS]:
        choices = quarters or [*by_kind[Sector.Kind.STREET], *by_kind[Sector.Kind.NUMBERS]]
        return CoveringTeams(Outcome.CHOOSE_SECTOR, sector_choices=choices[:MAX_SECTORS])
    return CoveringTeams(Outcome.NOT_COVERED)
