"""Builds the indexes of place names: France's communes, and the names of teams and quarters."""

import re
import sys
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from django.db.models import Q
from django.utils import translation
from django.utils.translation import ngettext

from accueil.place_search import France, Kind, NameIndex, Place
from accueil.place_search.site_names import site_names
from accueil.place_search.words import split_words
from portal.core.http.language import SOURCE_LANGUAGE
from portal.core.text.normalisation import normalise
from portal.territory.models import Commune, Department, FormerCommune
from relocations.models import Relocation
from teams.models import Agency, FormerAgency, Sector, Site, Team, TeamName

_ARRONDISSEMENT = re.compile(r"(?P<city>\w+) (?P<number>\d+)(?P<suffix>er|e) Arrondissement")
_WITH_INITIALS = re.compile(r"(.+) \(([A-Z]+)\)")
_CHUNK_SIZE = 5000
MAX_SUCCESSORS = 3  # named in a sentence


def build_france() -> France:
    """Return all the loaded communes, in four queries."""
    links = Commune.postal_codes.through.objects.order_by("postalcode_id", "commune_id")
    return france_from_rows(
        communes=Commune.objects.order_by()
        .values_list("code", "name", "department_id", "population")
        .iterator(_CHUNK_SIZE),
        former=FormerCommune.objects.order_by()
        .values_list("code", "name", "commune_id")
        .iterator(_CHUNK_SIZE),
        postal_codes=links.values_list("postalcode_id", "commune_id").iterator(_CHUNK_SIZE),
        departments=Department.objects.values_list("code", "name"),
    )


def france_from_rows(
    *,
    communes: Iterable[tuple[str, str, str, int | None]],
    former: Iterable[tuple[str, str, str]],
    postal_codes: Iterable[tuple[str, str]],
    departments: Iterable[tuple[str, str]],
) -> France:
    """Return France from rows of (code, name, département, population), (code, name, current
    commune), (postal code, commune) and (code, name).

    Equal codes share one string, to save memory.
    """
    communes_by_code = {
        code: Place(Kind.COMMUNE, name, code, code, sys.intern(department), population or 0)
        for code, name, department, population in communes
    }
    former_communes = [
        Place(
            Kind.FORMER_COMMUNE,
            name,
            code,
            communes_by_code[commune].key,
            communes_by_code[commune].department,
            note=communes_by_code[commune].name,
            aliases=_arrondissement_names(name),
        )
        for code, name, commune in former
        # A former commune with the name of the current one would be found twice.
        if normalise(name) != normalise(communes_by_code[commune].name)
    ]
    communes_by_postal_code: dict[str, list[str]] = defaultdict(list)
    for postal_code, commune in postal_codes:
        communes_by_postal_code[postal_code].append(communes_by_code[commune].key)
    return France(
        [*communes_by_code.values(), *former_communes],
        {postal_code: tuple(codes) for postal_code, codes in communes_by_postal_code.items()},
        {"".join(split_words(name)): code for code, name in departments},
    )


def _arrondissement_names(name: str) -> tuple[str, ...]:
    """ "Paris 2e Arrondissement" is also Paris 2, Paris 02, 2ème arrondissement de Paris…"""
    match = _ARRONDISSEMENT.fullmatch(name)
    if not match:
        return ()
    city, number, suffix = match["city"], match["number"], match["suffix"]
    ranks = {number + suffix, f"{number}e", f"{number}eme", f"{number}ieme"}
    return (
        f"{city} {number}",
        f"{city} {number:0>2}",
        f"{city} {number} arrondissement",
        *(f"{city} {rank}" for rank in sorted(ranks)),
        *(f"{city} {rank} arrondissement" for rank in sorted(ranks - {number + suffix})),
        *(f"{rank} arrondissement {link}{city}" for rank in sorted(ranks) for link in ("de ", "")),
    )


def build_local_names(france: France) -> NameIndex:
    """Return the index of quarters, teams, agencies, former agencies and sites.

    A constant number of queries. The served départements are those that have an agency. People type
    French names in any language.
    """
    served = frozenset(Agency.objects.order_by().values_list("department_id", flat=True).distinct())
    communes = france.names(served)
    with translation.override(SOURCE_LANGUAGE):
        quarters = list(_quarters())
        places = [
            *quarters,
            *_teams(communes),
            *_agencies(),
            *_former_agencies(communes),
            *_sites({(normalise(quarter.name), quarter.commune or "") for quarter in quarters}),
        ]
    return NameIndex(places, served)


def _implied_commune(communes: NameIndex, name: str, department: str) -> str | None:
    """Return the INSEE code of the commune that `name` ends with: "EP de Courtenay"."""
    words = split_words(name)
    for start in range(1, len(words)):
        for place in communes.exact("".join(words[start:])):
            if place.kind is Kind.COMMUNE and place.department == department:
                return place.key
    return None


def _quarters() -> Iterable[Place]:
    rows = Sector.objects.filter(kind=Sector.Kind.QUARTER).order_by("slug")
    columns = ("slug", "name", "commune_id", "commune__name", "commune__department_id")
    for slug, name, commune, commune_name, department in rows.values_list(*columns):
        aliases = (f"{commune_name} {name}",)
        yield Place(
            Kind.QUARTER, name, slug, commune, department, note=commune_name, aliases=aliases
        )


def _teams(communes_named: NameIndex) -> Iterable[Place]:
    communes = defaultdict(set)
    covered_by = Sector.objects.order_by().values_list("team_id", "commune_id").distinct()
    for team_id, commune in covered_by:
        communes[team_id].add(commune)
    names = _other_names()
    rows = Team.objects.select_related("agency").order_by("slug")
    for team in rows.only("name", "slug", "kind", "agency__department_id"):
        title = team.title
        others = [name for name in (team.name, *names.get(team.pk, ())) if name != title]
        department = team.agency.department_id
        implied = [_implied_commune(communes_named, name, department) for name in (title, *others)]
        covered = communes[team.pk] or {code for code in implied if code}
        yield Place(
            Kind.TEAM,
            title,
            team.slug,
            next(iter(covered)) if len(covered) == 1 else None,
            department,
            note=team.name,
            aliases=tuple(others),
        )


def _other_names() -> Mapping[int, list[str]]:
    names = defaultdict(list)
    for team, name in TeamName.objects.order_by("team_id", "name").values_list("team_id", "name"):
        names[team].append(name)
    return names


def _agencies() -> Iterable[Place]:
    rows = Agency.objects.order_by("slug")
    for slug, name, long_name, department in rows.values_list(
        "slug", "name", "long_name", "department_id"
    ):
        aliases = (long_name,) if long_name != name else ()
        yield Place(Kind.AGENCY, name, slug, None, department, aliases=aliases)


def _successors(names: list[str]) -> str:
    """Return the agencies that replace another, by name if they are few."""
    if len(names) <= MAX_SUCCESSORS:
        return ", ".join(names)
    message = ngettext(
        "%d maison ou agence, selon votre commune",
        "%d maisons ou agences, selon votre commune",
        len(names),
    )
    return message % len(names)


def _former_agencies(communes: NameIndex) -> Iterable[Place]:
    """Yield the former agencies, noted with the agencies that replace them.

    A name with its initials, "Maison … (MDCS)", is known by either. "MDD" needs no alias:
    `split_words` expands it.
    """
    for former in FormerAgency.objects.order_by("pk").prefetch_related("successors"):
        department = former.department_id
        commune = _implied_commune(communes, former.name, department)
        note = _successors([agency.long_name for agency in former.successors.all()])
        parts = _WITH_INITIALS.fullmatch(former.name)
        yield Place(
            Kind.FORMER_AGENCY,
            former.name,
            str(former.pk),
            commune,
            department,
            note=note,
            aliases=parts.groups() if parts else (),
        )


def _sites(quarters: Container[tuple[str, str]]) -> Iterable[Place]:
    """Yield the places that people know by a name: the sites that have one, or had a team.

    Those of the name and commune of a quarter are left out.

    Several sites of one name in a commune are one place: the buildings of a cité.
    """
    left, joined = Relocation.objects.values("origin"), Relocation.objects.values("destination")
    is_of_a_team = Q(teams__isnull=False) | Q(pk__in=left) | Q(pk__in=joined)
    rows = Site.objects.filter(~Q(name="") | is_of_a_team).distinct().order_by("pk")
    columns = ("pk", "name", "address", "city", "commune_id", "commune__name", "department_id")
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    places: dict[tuple[str, str], Place] = {}
    for pk, name, address, city, commune, commune_name, department in rows.values_list(*columns):
        names = site_names(f"{name}, {address}", city, commune_name or "")
        for known, aliases in names.items():
            key = (normalise(known), commune or department)
            if key in quarters:
                continue
            found[key].append(str(pk))
            note = commune_name or ""
            place = Place(Kind.SITE, known, "", commune, department, note=note, aliases=aliases)
            places.setdefault(key, place)
    for key, place in places.items():
        yield replace(place, key=",".join(dict.fromkeys(found[key])))
