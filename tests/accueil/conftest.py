"""A front desk that remembers nothing of the test before, and sectors to cover places with."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.urls import get_resolver

from portal.core.caching import data_versions
from portal.core.caching.data_versions import VersionedCache
from portal.territory.models import Commune, PostalCode
from teams.models import Sector
from tests.factories import CommuneFactory, DepartmentFactory, TeamFactory

KEPT = VersionedCache.instances
Names = list[tuple[VersionedCache, Any]]


@pytest.fixture(scope="session")
def names_of_loiret(django_db_setup, django_db_blocker) -> Names:
    """What is kept of the département as it is loaded, built once for all the tests."""
    _ = get_resolver().url_patterns  # imports all that keeps something
    for kept in KEPT:
        kept._value = None
    with django_db_blocker.unblock():
        data_versions.build_all()
        return [(kept, kept._value) for kept in KEPT]


@pytest.fixture(autouse=True)
def nothing_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forgets what a test did: what is kept is stamped with numbers, which go back with it. What is
    pure needs no database.
    """
    asked = {"db", "transactional_db", "django_db_setup"} & set(request.fixturenames)
    if not asked and request.node.get_closest_marker("django_db") is None:
        yield
        return
    names_of_loiret: Names = request.getfixturevalue("names_of_loiret")

    def forget() -> None:
        for kept, as_loaded in names_of_loiret:
            kept._value = as_loaded

    forget()
    yield
    forget()


@pytest.fixture
def clock_at(monkeypatch) -> Callable[[datetime], None]:
    """Sets the moment that the clock of the machine gives: `clock_at(moment)`."""

    def freeze(moment: datetime) -> None:
        class Frozen(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        monkeypatch.setattr("portal.core.clock.datetime", Frozen)

    return freeze


@pytest.fixture
def covers(loiret) -> Callable[..., Sector]:
    """Gives a sector of a commune of Loiret to a team, a new one of Loiret by default:
    `covers("45147", "street", "rue Danton")`."""

    def give(commune: str, kind: str, name: str, **fields) -> Sector:
        if kind in ("street", "numbers"):
            fields.setdefault("street", name)
        team = fields.pop("team", None) or TeamFactory(agency__department__code="45")
        count = Sector.objects.count()
        fields = {"slug": f"{commune}-secteur-{count}", "basis": "published", **fields}
        return Sector.objects.create(team=team, commune_id=commune, kind=kind, name=name, **fields)

    return give


ELSEWHERE = [
    ("53", "Mayenne", "53169", "Olivet", "53410", 404),
    ("13", "Bouches-du-Rhône", "13055", "Marseille", "13001", 886_040),
    ("11", "Aude", "11145", "Fleury", "11560", 4_246),
    ("57", "Moselle", "57218", "Fleury", "57420", 1_276),
    ("13", "Bouches-du-Rhône", "13119", "Carnoux-en-Provence", "13470", 6_500),
    ("13", "Bouches-du-Rhône", "13085", "Roquefort-la-Bédoule", "13470", 5_800),
]


@pytest.fixture
def elsewhere(loiret) -> dict[str, Commune]:
    """Communes of départements that are not served here, by INSEE code."""
    communes = {}
    for department, name, code, commune, postal_code, population in ELSEWHERE:
        communes[code] = CommuneFactory(
            code=code,
            name=commune,
            department=DepartmentFactory(code=department, name=name),
            population=population,
            latitude=47.9,  # as near as can be to the doors of Loiret
            longitude=1.9,
        )
        communes[code].postal_codes.add(PostalCode.objects.get_or_create(code=postal_code)[0])
    return communes
