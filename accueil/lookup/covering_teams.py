"""Teams that cover a place, or the sectors to choose from.

The finest sector wins: a range of house numbers, then the street, the quarter, the commune. In a
commune cut by streets, one that is not recognised is never answered by the commune's team.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from django.db.models import Q

from accueil.contacts.cached_contacts import Contacts
from accueil.place_search import Kind, Place
from portal.territory.house_numbers import HouseNumber
from portal.territory.streets import (
    StreetMatch,
    is_same_street,
    match_street,
    same_streets,
    street_key,
    street_keys,
)
from teams.models import Sector, Team
from teams.whereabouts import Certainty

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
    NEED = "need"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class AddressQuery:
    """An understood place, a street and house number in it, and a day.

    `commune` is an INSEE code, `former_commune` that of the former commune that was named, "" for
    none; `sector` is the slug of a chosen sector, "" for none.
    """

    place: Place | None
    commune: str | None
    on: date
    street: str = ""
    number: HouseNumber | None = None
    sector: str = ""
    former_commune: str = ""


@dataclass(frozen=True)
class CoveringTeams:
    """The teams of a place.

    `named` are the teams that the question names, `sectors` those that contain the place.
    `sector_choices` are the sectors to choose from: all for CHOOSE_SECTOR, finer ones for TEAM.
    `is_sector_in_force` is False when the chosen sector is not in force in the commune that day.
    `street` is what the sectors know of the street; `is_street_unknown` is whether the answer is to
    choose because none knows it.
    """

    outcome: Outcome
    named: Sequence[Team] = ()
    sectors: Sequence[Sector] = ()
    sector_choices: Sequence[Sector] = ()
    is_sector_in_force: bool = True
    street: StreetMatch = field(default_factory=StreetMatch)
    is_street_unknown: bool = False

    @property
    def teams(self) -> Sequence[Team]:
        """The named teams, else those of the sectors, in order and without duplicates."""
        return self.named or list({sector.team_id: sector.team for sector in self.sectors}.values())


_TEAM_FILTERS: dict[Kind, Callable[[str], Q]] = {
    Kind.TEAM: lambda slug: Q(slug=slug),
    Kind.AGENCY: lambda slug: Q(agency__slug=slug),
}


def find_covering_teams(query: AddressQuery, contacts: Contacts) -> CoveringTeams:
    """Return the teams that cover the place, in one query; three for a street that is not known."""
    if query.place and query.place.kind in _TEAM_FILTERS:
        condition = _TEAM_FILTERS[query.place.kind](query.place.key)
        keys = list(Team.objects.filter(condition).values_list("pk", flat=True))
        teams = [contacts.teams[key] for key in keys if key in contacts.teams]
        return CoveringTeams(Outcome.TEAM if teams else Outcome.NOT_COVERED, teams)
    if teams_there := _teams_at_site(query, contacts):
        return CoveringTeams(Outcome.TEAM, teams_there)
    sectors, street = _sectors_and_street(query)
    covering = select_finest_sectors(sectors, query, street)
    for sector in (*covering.sectors, *covering.sector_choices):
        sector.team = contacts.teams.get(sector.team_id) or sector.team
    is_in_force = query.sector in {"", *(sector.slug for sector in sectors)}
    return replace(covering, is_sector_in_force=is_in_force, street=street)


def _teams_at_site(query: AddressQuery, contacts: Contacts) -> Sequence[Team]:
    """Return the teams that are, or may be, at the named site on that day."""
    site = query.place
    if site is None or site.kind is not Kind.SITE:
        return ()
    ids = _site_ids(site)
    return [
        team
        for team in contacts.teams.values()
        if team.agency.department_id == site.department and _is_at(team, ids, query.on)
    ]


def is_certainly_at(team: Team, site: Place, on: date) -> bool:
    """Return whether the team is at that site on that day, wherever else it may have gone in it."""
    place, ids = team.whereabouts(on), _site_ids(site)
    if place.certainty in (Certainty.EXPECTED, Certainty.UNKNOWN):
        return False
    possible = [place.site, *([] if place.certainty is Certainty.CERTAIN else [place.next_site])]
    return all(found is not None and found.pk in ids for found in possible)


def _site_ids(site: Place) -> set[int]:
    """Return the primary keys of the sites of one name: the buildings of a cité."""
    return {int(key) for key in site.key.split(",")}


def _is_at(team: Team, sites: Collection[int], on: date) -> bool:
    place = team.whereabouts(on)
    known = (place.site, place.next_site, place.former_site)
    return any(site is not None and site.pk in sites for site in known)


def _sectors_and_street(query: AddressQuery) -> tuple[list[Sector], StreetMatch]:
    """Return the sectors that may cover the address, and what they know of its street."""
    sectors = _sectors_at(query, street_keys(query.street))
    if not query.street:
        return sectors, StreetMatch()
    streets = [sector.street for sector in sectors if sector.street]
    if same := same_streets(query.street, streets):
        return sectors, StreetMatch(same)
    if not streets and len(sectors) < 2 * MAX_SECTORS:
        return sectors, StreetMatch()
    names = Sector.objects.street_names(query.commune or "", query.on)
    street = match_street(query.street, names)
    keys = dict.fromkeys(map(street_key, [*street.names, *street.closest]))
    return _sectors_at(query, list(keys)), street


def _sectors_at(query: AddressQuery, keys: Sequence[str]) -> list[Sector]:
    return Sector.objects.at_address(
        query.commune or "",
        query.on,
        street_keys=keys,
        number=query.number,
        chosen=query.sector,
        limit=2 * MAX_SECTORS,
    )


def select_finest_sectors(
    sectors: Iterable[Sector], query: AddressQuery, street: StreetMatch
) -> CoveringTeams:
    """Return the finest of a commune's sectors that contain the address. Pure."""
    by_kind: dict[str, list[Sector]] = {kind: [] for kind in FINEST_FIRST}
    for candidate in sectors:
        by_kind[candidate.kind].append(candidate)
    commune_sectors, quarters = by_kind[Sector.Kind.COMMUNE], by_kind[Sector.Kind.QUARTER]
    numbered = _on_street(by_kind[Sector.Kind.NUMBERS], street.names, query.former_commune)
    streets = _on_street(by_kind[Sector.Kind.STREET], street.names, query.former_commune)
    of_streets = [*by_kind[Sector.Kind.STREET], *by_kind[Sector.Kind.NUMBERS]]
    chosen = [
        candidate
        for kind in by_kind.values()
        for candidate in kind
        if candidate.slug == query.sector
    ]

    holding = [candidate for candidate in numbered if candidate.contains_number(query.number)]
    for finer in (holding, streets):
        if finer and (chosen_here := [sector for sector in chosen if sector in finer]):
            return CoveringTeams(Outcome.TEAM, sectors=chosen_here)
        if _are_several_streets(finer):
            return CoveringTeams(Outcome.CHOOSE_SECTOR, sector_choices=finer[:MAX_SECTORS])
        if finer:
            return CoveringTeams(Outcome.TEAM, sectors=finer)
    if chosen:
        return CoveringTeams(Outcome.TEAM, sectors=chosen)
    if numbered and query.number is None:
        return CoveringTeams(
            Outcome.CHOOSE_SECTOR, sector_choices=[*numbered, *(commune_sectors or quarters)]
        )
    if query.street and of_streets and not street.names:
        closest = _on_street(of_streets, street.closest, query.former_commune)
        choices = [*closest, *quarters, *commune_sectors, *of_streets]
        return CoveringTeams(
            Outcome.CHOOSE_SECTOR,
            sector_choices=list({choice.slug: choice for choice in choices}.values())[:MAX_SECTORS],
            is_street_unknown=True,
        )
    if commune_sectors:
        return CoveringTeams(Outcome.TEAM, sectors=commune_sectors, sector_choices=quarters)
    if quarters or of_streets:
        choices = quarters or of_streets
        return CoveringTeams(Outcome.CHOOSE_SECTOR, sector_choices=choices[:MAX_SECTORS])
    return CoveringTeams(Outcome.NOT_COVERED)


def _on_street(
    sectors: Iterable[Sector], names: Collection[str], former_commune: str
) -> list[Sector]:
    """Return the sectors of these streets, in the order of the names; those of another former
    commune than the one that was named are left out.
    """
    by_street: dict[str, list[Sector]] = defaultdict(list)
    for sector in sectors:
        if not former_commune or sector.former_commune in ("", former_commune):
            by_street[sector.street].append(sector)
    return [sector for name in names for sector in by_street.get(name, ())]


def _are_several_streets(sectors: Sequence[Sector]) -> bool:
    """Return whether two teams share the sectors because the text does not say which street it is:
    "rue Bois" between Rue du Bois and Rue des Bois, a street of two former communes.
    """
    if len({sector.team_id for sector in sectors}) < 2:
        return False
    first = sectors[0]
    return len({sector.former_commune for sector in sectors}) > 1 or not all(
        is_same_street(first.street, sector.street) for sector in sectors
    )
