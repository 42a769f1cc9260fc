"""Fixtures of reception: fresh caches, a frozen clock, places, points and sectors."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.urls import get_resolver

from accueil.models import ReceptionPoint
from portal.core.caching import data_versions
from portal.core.caching.data_versions import VersionedCache
from portal.core.opening_hours.calendars import PARIS
from portal.territory.models import Commune, PostalCode
from teams.models import Sector
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    DepartmentFactory,
    ReceptionPointFactory,
    SiteFactory,
    TeamFactory,
)

CACHES = VersionedCache.instances
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
CachedValues = list[tuple[VersionedCache, Any]]


@pytest.fixture(scope="session")
def cached_values(django_db_setup, django_db_blocker) -> CachedValues:
    """The cached values of the loaded data, built once for all tests."""
    _ = get_resolver().url_patterns  # imports every module that has a cache
    for cache in CACHES:
        cache.clear()
    with django_db_blocker.unblock():
        data_versions.build_all()
        return [(cache, dict(cache._values)) for cache in CACHES]


@pytest.fixture(autouse=True)
def reset_caches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Restore the caches before and after a test: the versions that stamp them are rolled back.

    A test without a database is left alone.
    """
    database_fixtures = {"db", "transactional_db", "django_db_setup"} & set(request.fixturenames)
    if not database_fixtures and request.node.get_closest_marker("django_db") is None:
        yield
        return
    cached_values: CachedValues = request.getfixturevalue("cached_values")

    def restore() -> None:
        for cache, value in cached_values:
            cache._values = dict(value)

    restore()
    yield
    restore()


@pytest.fixture
def clock_at(monkeypatch) -> Callable[[datetime], None]:
    """Return a function that freezes the clock: `clock_at(moment)`."""

    def freeze(moment: datetime) -> None:
        class Frozen(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        monkeypatch.setattr("portal.core.clock.datetime", Frozen)

    return freeze


@pytest.fixture
def on_tuesday(clock_at) -> None:
    """Set the clock to 10 h on `TUESDAY`."""
    clock_at(TUESDAY)


@pytest.fixture
def place(db) -> Commune:
    """A commune at 47° N, 2° E, in a département with an agency."""
    department = DepartmentFactory(code="98", name="Essai")
    AgencyFactory(department=department)
    return CommuneFactory(
        code="98001", name="Ici", department=department, latitude=47.0, longitude=2.0
    )


@pytest.fixture
def make_point(place) -> Callable[..., ReceptionPoint]:
    """Return a factory of reception points, `km` kilometres north of the place."""

    def make(name: str, km: float = 0, **fields: Any) -> ReceptionPoint:
        site = SiteFactory(
            department=place.department,
            commune=place,
            city=place.name,
            latitude=47.0 + km / 111.2,
            longitude=2.0,
        )
        fields = {"site": site, "department": place.department, "slug": name.lower(), **fields}
        return ReceptionPointFactory(name=name, **fields)

    return make


@pytest.fixture
def covers(loiret) -> Callable[..., Sector]:
    """Return a factory of sectors of Loiret: `covers("45147", "street", "rue Danton")`.

    The team is a new one by default.
    """

    def create(commune: str, kind: str, name: str, **fields) -> Sector:
        if kind in ("street", "numbers"):
            fields.setdefault("street", name)
        team = fields.pop("team", None) or TeamFactory(agency__department__code="45")
        count = Sector.objects.count()
        fields = {"slug": f"{commune}-secteur-{count}", "basis": "published", **fields}
        return Sector.objects.create(team=team, commune_id=commune, kind=kind, name=name, **fields)

    return create


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
            latitude=47.9,  # among the points of Loiret
            longitude=1.9,
        )
        communes[code].postal_codes.add(PostalCode.objects.get_or_create(code=postal_code)[0])
    return communes
