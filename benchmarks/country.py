"""A whole country of data: France's real communes with generated teams, sectors and points.

Fictitious, for benchmarks only: it is written to a database made for them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from django.db import models, transaction
from django.utils.text import slugify

from accueil.models import ReceptionPoint
from portal.core.models import Source
from portal.core.periods.period import Period
from portal.territory.models import Commune, Department
from portal.territory.streets import street_key
from relocations.models import Relocation
from teams.models import Agency, Sector, Site, Team

BATCH = 2000
HOURS = ("Mo-Fr 08:30-12:00,13:30-17:00", "Tu,Th 09:00-12:00", "Mo-Fr 09:00-17:30", "")


@transaction.atomic
def generate(*, teams: int, points: int, streets: int, seed: int) -> None:
    """Fill an empty database: a team of its département covers each commune."""
    random = Random(seed)
    source = Source.objects.get_or_create(
        key="bench", defaults={"title": "Banc d'essai", "publisher": "Banc d'essai"}
    )[0]
    communes = list(Commune.objects.exclude(latitude=None).exclude(department="45"))
    departments = sorted({commune.department_id for commune in communes})
    agencies = _agencies(departments, source)
    made = _teams(agencies, communes, teams, source, random)
    _moves(made, source, random)
    _sectors(made, communes, streets, source, random)
    _points(communes, points, source, random)


def _agencies(departments: Sequence[str], source: Source) -> dict[str, Agency]:
    names = {row.code: row.name for row in Department.objects.filter(code__in=departments)}
    return {
        agency.department_id: agency
        for agency in Agency.objects.bulk_create(
            Agency(
                department_id=code,
                name=f"Agence {names[code]}",
                long_name=f"Agence {names[code]}",
                slug=f"agence-{code.lower()}",
                phone="01 00 00 00 00",
                source=source,
            )
            for code in departments
        )
    }


def _teams(
    agencies: dict[str, Agency],
    communes: Sequence[Commune],
    count: int,
    source: Source,
    random: Random,
) -> list[Team]:
    seats = random.sample(list(communes), count)
    sites = Site.objects.bulk_create(
        [_site(commune, source, number) for number, commune in enumerate(seats)], BATCH
    )
    return Team.objects.bulk_create(
        [
            Team(
                agency=agencies[commune.department_id],
                name=f"Équipe {commune.name} {number}",
                slug=f"equipe-{slugify(commune.name)}-{number}",
                kind="proximity",
                site=site,
                source=source,
            )
            for number, (commune, site) in enumerate(zip(seats, sites, strict=True))
        ],
        BATCH,
    )


def _site(commune: Commune, source: Source, number: int) -> Site:
    return Site(
        department_id=commune.department_id,
        address=f"{number % 200 + 1} rue de la Mairie, {commune.name}",
        city=commune.name,
        commune=commune,
        latitude=commune.latitude,
        longitude=commune.longitude,
        source=source,
    )


def _moves(teams: Sequence[Team], source: Source, random: Random) -> None:
    """Create an announced move for every second team."""
    moving = [team for team in teams if random.random() < 0.5]
    relocations = []
    for team in moving:
        relocation = Relocation(team=team, status="planned", origin=team.site, source=source)
        relocation.period = Period.parse(
            random.choice(["2027", "mi-mars 2027", "2e semestre 2026"])
        )
        relocations.append(relocation)
    Relocation.objects.bulk_create(relocations, BATCH)


def _sectors(
    teams: Sequence[Team],
    communes: Sequence[Commune],
    streets: int,
    source: Source,
    random: Random,
) -> None:
    local: dict[str, list[Team]] = {}
    for team in teams:
        local.setdefault(team.agency.department_id, []).append(team)
    covered = [commune for commune in communes if commune.department_id in local]
    commune_sectors = (
        _sector(random.choice(local[commune.department_id]), commune, source, "")
        for commune in covered
    )
    cut = (
        _sector(random.choice(local[commune.department_id]), commune, source, f"rue {number}")
        for number in range(streets)
        for commune in [random.choice(covered)]
    )
    _bulk(Sector, commune_sectors)
    _bulk(Sector, cut)


def _sector(team: Team, commune: Commune, source: Source, street: str) -> Sector:
    name = street or commune.name
    return Sector(
        team=team,
        commune=commune,
        kind="street" if street else "commune",
        slug=f"{commune.code}-{slugify(name)}",
        name=name,
        street=street,
        search_street=street_key(street),
        basis="published",
        source=source,
    )


def _points(communes: Sequence[Commune], count: int, source: Source, random: Random) -> None:
    places = [random.choice(communes) for _ in range(count)]
    sites = _bulk(Site, (_site(commune, source, number) for number, commune in enumerate(places)))
    _bulk(
        ReceptionPoint,
        (
            ReceptionPoint(
                department_id=commune.department_id,
                name=f"Point {number}",
                slug=f"point-{number}",
                kind="ccas",
                site=site,
                latitude=site.latitude + random.uniform(-0.02, 0.02),
                longitude=site.longitude + random.uniform(-0.02, 0.02),
                hours=random.choice(HOURS),
                source=source,
            )
            for number, (commune, site) in enumerate(zip(places, sites, strict=True))
        ),
    )


def _bulk(model: type[models.Model], rows: Iterator) -> list:
    made: list = []
    while batch := list(islice(rows, BATCH)):
        made += model._default_manager.bulk_create(batch)
    return made
