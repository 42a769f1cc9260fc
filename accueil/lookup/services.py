"""From a citizen's question to the whole answer: five queries, two more for an unknown street, one
for a street without commune.

The steps, in order: understand the text (the need, then the place), find the commune, find the
teams that cover the address, find the reception nearby. Names of places and contacts are cached in
the process and rebuilt when their data changes (`VersionedCache`).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.validators import slug_re

from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.nearby import NO_RECEPTION, Origin, Reception, find_reception
from accueil.lookup.covering_teams import AddressQuery, CoveringTeams, Outcome, find_covering_teams
from accueil.lookup.gazetteer_loader import build_france, build_local_names
from accueil.lookup.geocoding import geocode
from accueil.lookup.lone_streets import find_lone_street
from accueil.lookup.understanding import understand
from accueil.needs import Need
from accueil.place_search import France, Gazetteer, Kind, ParsedText, Place, names_only
from portal.core.caching.data_versions import VersionedCache, Versions, current_versions
from portal.territory.authorities import Authority, authority_of
from portal.territory.house_numbers import HouseNumber
from portal.territory.models import Commune, Department
from portal.territory.streets import StreetMatch, typed_name
from teams.models import Sector, Team

MAX_DEPARTMENTS = 3  # beyond, no phone lines are given for a question that names no place
MAX_CHOICES = 40
_NAMED_THINGS = (Kind.TEAM, Kind.AGENCY, Kind.FORMER_AGENCY, Kind.SITE)


@dataclass(frozen=True, slots=True)
class CommuneSummary:
    """A commune in an answer. Its coordinates are None where the reference file has none."""

    code: str
    name: str
    department: str
    department_name: str
    postal_codes: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    authority: Authority


@dataclass(frozen=True)
class Question:
    """A citizen's question.

    `on` is the day of the visit, `at` the moment for which opening hours are evaluated.
    `followed` is whether a team already follows the person:
    False puts open reception points first, None is unknown.
    """

    on: date
    at: datetime
    q: str = ""
    commune: str = ""
    sector: str = ""
    street: str = ""
    number: HouseNumber | None = None
    followed: bool | None = None


@dataclass(frozen=True)
class Choice:
    """A place to choose: a commune, or a sector of a commune with its team."""

    label: str
    commune: str
    sector: Sector | None = None


@dataclass(frozen=True)
class TypedStreet:
    """The street of a question.

    `name` and `number` are as typed, `number` "" without. `match` is what the sectors of the
    commune know of it; `leaves_a_choice` is whether it is why nothing decides.
    """

    name: str
    number: str
    match: StreetMatch
    leaves_a_choice: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.match.names)


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    `commune` is set whenever the question implies one; `is_served` is whether its département
    has agencies here. `address_query` is the understood place, None without one. `sectors` are
    those that led to the teams. `need` is what the text says beside, or instead of, a place.
    """

    question: Question
    outcome: Outcome
    parsed_text: ParsedText
    address_query: AddressQuery | None = None
    commune: CommuneSummary | None = None
    is_served: bool = False
    choices: Sequence[Choice] = ()
    teams: Sequence[Team] = ()
    sectors: Sequence[Sector] = ()
    street: TypedStreet | None = None
    reception: Reception = NO_RECEPTION
    need: Need | None = None

    @property
    def is_danger(self) -> bool:
        return self.need is not None and self.need.urgent

    @property
    def typed_house_number(self) -> HouseNumber | None:
        return typed_house_number(self.parsed_text)

    @property
    def repeatable_street(self) -> str:
        """The street as a page may repeat it, "" for none: in danger, a known name, never words
        that were typed.
        """
        if self.street is None:
            return ""
        if not self.is_danger:
            return self.street.name
        names = self.street.match.names
        return names[0] if len(names) == 1 else ""

    @property
    def names_only_a_place(self) -> bool:
        """Whether the typed text names a place and nothing else: only then may it be cached."""
        parsed_text = self.parsed_text
        return not self.need and names_only(self.question.q, parsed_text.places, parsed_text.street)

    @property
    def authority(self) -> Authority | None:
        """Whom to ask, where neither a team nor the number of a line is published."""
        if self.commune is None or self.teams or self.choices:
            return None
        has_number = any(line.number for line in self.reception.phone_lines)
        return None if has_number else self.commune.authority

    @property
    def arrondissement(self) -> str:
        """The name of the arrondissement that the text names, "" without one."""
        place = self.parsed_text.place
        is_one = place and place.kind is Kind.FORMER_COMMUNE and "Arrondissement" in place.name
        return place.name.replace("Arrondissement", "arrondissement") if place and is_one else ""

    @property
    def is_between_quarters(self) -> bool:
        """Whether all the choices are quarters of the commune."""
        return all(choice.sector and choice.sector.kind == "quarter" for choice in self.choices)

    @property
    def next_change(self) -> datetime | None:
        """When the reception of the answer next opens or closes, None for never."""
        return self.reception.next_change(self.question.at)


def typed_house_number(parsed_text: ParsedText) -> HouseNumber | None:
    """Return the house number of a typed text, None without a valid one."""
    try:
        return HouseNumber.parse_optional(parsed_text.number)
    except ValueError:
        return None


class UnknownPlaceError(LookupError):
    """A commune or a sector that does not exist."""


def build_communes(france: France) -> dict[str, CommuneSummary]:
    """Return every commune of `france` by its INSEE code, in two queries."""
    departments = Department.objects.in_bulk()
    authorities = {code: department.authority for code, department in departments.items()}
    postal_codes: dict[str, list[str]] = defaultdict(list)
    for postal_code in sorted(france.postal_codes):
        for commune in france.zone(postal_code):
            postal_codes[commune].append(postal_code)
    rows = Commune.objects.order_by().values_list("code", "latitude", "longitude", "epci_siren")
    return {
        (place := france.communes[code]).key: CommuneSummary(
            place.key,
            place.name,
            place.department,
            departments[place.department].name,
            tuple(postal_codes[code]),
            latitude,
            longitude,
            authority_of(epci_siren, authorities[place.department]),
        )
        for code, latitude, longitude, epci_siren in rows.iterator()
    }


_france_cache = VersionedCache(build_france, "territory", has_text=False)
_local_names_cache = VersionedCache(
    lambda: build_local_names(_france_cache.get(current_versions())),
    "territory",
    "teams",
    "relocations",
    has_text=False,
)
_communes_cache = VersionedCache(
    lambda: build_communes(_france_cache.get(current_versions())), "territory", has_text=False
)


def gazetteer(versions: Versions) -> Gazetteer:
    """Return the index of place names for these versions of the data."""
    return Gazetteer(_france_cache.get(versions), _local_names_cache.get(versions))


def communes_by_code(versions: Versions) -> dict[str, CommuneSummary]:
    """Return every commune by its INSEE code."""
    return _communes_cache.get(versions)


def answer_question(question: Question, versions: Versions) -> Answer:
    """Return the teams, the choices to make or the reason why there are none, and the reception.

    Raises UnknownPlaceError for a `commune` or a `sector` that does not exist.
    """
    names, communes, contacts = (
        gazetteer(versions),
        _communes_cache.get(versions),
        contacts_cache.get(versions),
    )
    need, parsed_text = understand(question.q, names)
    typed_commune = _typed_commune(question, names.france)
    street = StreetMatch()
    if not question.commune and not question.sector:
        parsed_text, street = find_lone_street(parsed_text, question.on, names.france.communes)
    code = _commune_code(question, parsed_text, communes, typed_commune)
    served_departments = names.local.served
    commune = communes.get(code) if code else None
    if commune is None and not _is_organisation(parsed_text.place):
        return _answer_without_commune(
            question, need, parsed_text, street, communes, served_departments, contacts
        )
    query = _address_query(question, parsed_text, code, typed_commune)
    covering = find_covering_teams(query, contacts)
    if (
        question.sector
        and not covering.is_sector_in_force
        and _commune_code_of_sector(question.sector) != code
    ):
        raise UnknownPlaceError(question.sector)
    is_served = commune is not None and commune.department in served_departments
    return Answer(
        question,
        covering.outcome,
        parsed_text,
        address_query=query,
        commune=commune,
        is_served=is_served,
        choices=[*_sector_choices(covering), *_homonym_choices(question, parsed_text, communes)],
        teams=covering.teams,
        sectors=covering.sectors,
        street=_typed_street(
            question, parsed_text, covering.street, leaves_a_choice=covering.is_street_unknown
        ),
        reception=find_reception(
            _origin(query, commune, need) if commune and is_served else None,
            _phone_line_departments(covering, query.place, commune if is_served else None),
            on=question.on,
            at=question.at,
            open_points_first=question.followed is False,
            contacts=contacts,
            versions=versions,
        ),
        need=need,
    )


def _typed_commune(question: Question, france: France) -> Place | None:
    """Return the commune of the question's parameter, which may be a former one or an
    arrondissement; raises UnknownPlaceError.
    """
    if not question.commune:
        return None
    if place := france.with_insee_code(question.commune):
        return place
    raise UnknownPlaceError(question.commune)


def _commune_code(
    question: Question,
    parsed_text: ParsedText,
    communes: dict[str, CommuneSummary],
    typed_commune: Place | None,
) -> str | None:
    """Return the INSEE code of the question; a parameter wins over the typed text."""
    code = typed_commune.commune if typed_commune else ""
    if question.sector and not slug_re.fullmatch(question.sector):
        raise UnknownPlaceError(question.sector)
    if question.sector and not code:
        start = question.sector[:5]
        code = start if start in communes else _commune_code_of_sector(question.sector)
    if code and code not in communes:
        raise UnknownPlaceError(code)
    return code or parsed_text.commune


def _commune_code_of_sector(sector: str) -> str:
    """Return the commune of a sector, in force or not; raises UnknownPlaceError."""
    code = Sector.objects.filter(slug=sector).values_list("commune_id", flat=True).first()
    if code is None:
        raise UnknownPlaceError(sector)
    return code


def _is_organisation(place: Place | None) -> bool:
    return place is not None and place.kind in _NAMED_THINGS


def _address_query(
    question: Question,
    parsed_text: ParsedText,
    commune: str | None,
    typed_commune: Place | None,
) -> AddressQuery:
    place = typed_commune or (None if question.sector else parsed_text.place)
    quarter = place.key if place and place.kind is Kind.QUARTER else ""
    former = place.key if place and place.kind is Kind.FORMER_COMMUNE else ""
    return AddressQuery(
        place=place,
        commune=commune,
        on=question.on,
        street=_typed_street_name(question, parsed_text),
        number=question.number or typed_house_number(parsed_text),
        sector=question.sector or quarter,
        former_commune=former,
    )


def _typed_street_name(question: Question, parsed_text: ParsedText) -> str:
    return question.street.strip() or typed_name(question.q, parsed_text.street)


def _typed_street(
    question: Question,
    parsed_text: ParsedText,
    match: StreetMatch,
    *,
    leaves_a_choice: bool = False,
) -> TypedStreet | None:
    """Return the street that the question names, None without one."""
    street = _typed_street_name(question, parsed_text)
    if not street:
        return None
    number = str(question.number) if question.number else parsed_text.number
    return TypedStreet(street, number, match, leaves_a_choice)


def _answer_without_commune(
    question: Question,
    need: Need | None,
    parsed_text: ParsedText,
    street: StreetMatch,
    communes: dict[str, CommuneSummary],
    served_departments: frozenset[str],
    contacts: Contacts,
) -> Answer:
    """Return the communes to choose from, else those of the closest names, with phone lines."""
    outcome = Outcome.NEED if need else Outcome.NOT_FOUND
    if parsed_text.choices:
        outcome = Outcome.CHOOSE_COMMUNE
    candidates = parsed_text.choices or parsed_text.closest
    departments = (
        {place.department for place in parsed_text.choices} & served_departments
        if parsed_text.choices
        else served_departments
    )
    return Answer(
        question,
        outcome,
        parsed_text,
        choices=commune_choices(candidates, communes),
        street=_typed_street(question, parsed_text, street),
        reception=Reception(
            phone_lines=contacts.phone_lines(departments)
            if len(departments) <= MAX_DEPARTMENTS
            else []
        ),
        need=need,
    )


def _homonym_choices(
    question: Question, parsed_text: ParsedText, communes: dict[str, CommuneSummary]
) -> list[Choice]:
    if question.commune or question.sector:
        return []
    return commune_choices(parsed_text.choices, communes)


def commune_choices(places: Sequence[Place], communes: dict[str, CommuneSummary]) -> list[Choice]:
    """Return the communes of these places as choices, without duplicates."""
    choices = {}
    for place in places:
        commune = communes.get(place.commune or "")
        if commune and commune.code not in choices:
            label = (
                place.name if place.kind is not Kind.QUARTER else f"{commune.name}, {place.name}"
            )
            if place.kind is Kind.FORMER_COMMUNE:
                label = f"{place.name}, {commune.name}"
            choices[commune.code] = Choice(f"{label} ({commune.department_name})", commune.code)
    return list(choices.values())[:MAX_CHOICES]


def _sector_choices(covering: CoveringTeams) -> list[Choice]:
    return [Choice(sector.name, sector.commune_id, sector) for sector in covering.sector_choices]


def _origin(query: AddressQuery, commune: CommuneSummary, need: Need | None) -> Origin | None:
    """Return where distances start: the geocoded address, else the point of the commune, if any.

    What somebody in danger typed is sent to nobody.
    """
    if query.street and not (need and need.urgent):
        address = " ".join(str(part) for part in (query.number, query.street, commune.name) if part)
        if point := geocode(address, commune.code):
            return Origin(*point, commune.department)
    if commune.latitude is None or commune.longitude is None:
        return None
    return Origin(commune.latitude, commune.longitude, commune.department)


def _phone_line_departments(
    covering: CoveringTeams, place: Place | None, commune: CommuneSummary | None
) -> set[str]:
    """Return the départements of the answer's teams, else the served one of the place."""
    teams = covering.teams or [sector.team for sector in covering.sector_choices]
    if teams:
        return {team.agency.department_id for team in teams}
    if place and _is_organisation(place):
        return {place.department}
    return {commune.department} if commune else set()
