"""The reference files of the repository, loaded once for all these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from portal.territory import reference
from portal.territory.enums import FormerCommuneKind
from portal.territory.importers import LoadResult, load_reference
from portal.territory.models import Commune, CommuneContour, Department, FormerCommune

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def france(django_db_setup, django_db_blocker, forget_everything) -> Iterator[LoadResult]:
    """Load all of France, in a transaction rolled back after this module."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        forget_everything()
        loaded = load_reference(reference.read_reference(reference.FOLDER))
    yield loaded
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def names(communes) -> list[str]:
    return [commune.name for commune in communes]


def test_all_communes_of_france_are_loaded(france):
    assert Department.objects.count() == 109
    assert Commune.objects.count() == 34_969
    assert FormerCommune.objects.count() == 2_576 + 45
    assert [count.rows for count in france.counts] == [109, 34_969, 6_310, 35_493, 2_621, 844]
    assert france.unknown_communes == []


def test_a_load_of_all_france_again_writes_nothing(france, queries):
    with queries() as captured:
        again = load_reference(reference.read_reference(reference.FOLDER))
    assert [(count.written, count.removed) for count in again.counts] == [(0, 0)] * 6
    assert len(captured) < 20


def test_every_commune_is_found_by_a_name_without_accents_or_hyphens(france):
    assert not Commune.objects.filter(search_name="").exists()
    assert Commune.objects.get(code="45147").search_name == "fleury les aubrais"
    assert Commune.objects.get(code="45284").search_name == "saint jean de braye"
    assert Commune.objects.get(code="62764").search_name == "saint nicolas"


def test_a_postal_code_belongs_to_several_communes(france):
    shared = Commune.objects.filter(postal_codes="45160")
    assert names(shared) == ["Ardon", "Olivet", "Saint-Hilaire-Saint-Mesmin"]


def test_a_commune_has_several_postal_codes(france):
    orleans = Commune.objects.get(code="45234")
    codes = [postal_code.code for postal_code in orleans.postal_codes.all()]
    assert codes == ["45000", "45100"]


def test_a_former_commune_of_loiret_is_found_under_its_commune(france):
    former = FormerCommune.objects.get(search_name="malesherbes", commune__department="45")
    assert former.commune.name == "Le Malesherbois"
    assert former.get_kind_display() == "commune déléguée"


def test_a_former_commune_may_have_changed_department(france):
    puy_saint_bonnet = FormerCommune.objects.get(code="79224")
    assert puy_saint_bonnet.commune.name == "Cholet"
    assert puy_saint_bonnet.commune.department_id == "49"


def test_arrondissements_are_found_under_their_city(france):
    arrondissements = FormerCommune.objects.filter(kind=FormerCommuneKind.ARRONDISSEMENT)
    by_city = {
        city: arrondissements.filter(commune__name=city, commune__code=code).count()
        for city, code in [("Paris", "75056"), ("Lyon", "69123"), ("Marseille", "13055")]
    }
    assert by_city == {"Paris": 20, "Lyon": 9, "Marseille": 16}


def test_contours_are_those_of_three_departments(france):
    by_department = {
        department.code: (
            department.communes.count(),
            CommuneContour.objects.filter(commune__department=department).count(),
        )
        for department in Department.objects.filter(communes__contour__isnull=False).distinct()
    }
    assert by_department == {"41": (267, 267), "45": (325, 325), "79": (252, 252)}


def test_a_contour_surrounds_the_point_of_its_commune(france):
    olivet = Commune.objects.get(code="45232")
    [ring] = olivet.contour.geometry["coordinates"]
    longitudes, latitudes = zip(*ring, strict=True)
    assert min(longitudes) < olivet.longitude < max(longitudes)
    assert min(latitudes) < olivet.latitude < max(latitudes)


@pytest.mark.parametrize(
    ("code", "name", "department", "postal_code"),
    [
        ("2A004", "Ajaccio", "2A", "20000"),
        ("2B033", "Bastia", "2B", "20200"),
        ("97411", "Saint-Denis", "974", "97400"),
        ("97302", "Cayenne", "973", "97300"),
        ("97611", "Mamoudzou", "976", "97600"),
        ("97502", "Saint-Pierre", "975", "97500"),
        ("98818", "Nouméa", "988", "98800"),
        ("01001", "L'Abergement-Clémenciat", "01", "01400"),
    ],
)
def test_codes_of_corsica_overseas_and_the_ain_are_whole(
    france, code, name, department, postal_code
):
    commune = Commune.objects.get(code=code)
    assert (commune.name, commune.department_id) == (name, department)
    assert commune.postal_codes.filter(code=postal_code).exists()


def test_what_the_reference_does_not_know_is_null(france):
    assert Commune.objects.filter(population=None).count() == 6
    assert Commune.objects.filter(latitude=None).count() == 99
    assert Commune.objects.filter(point_source="").count() == 99
    assert Commune.objects.get(code="55039").population == 0
    ile_d_yeu = Commune.objects.get(code="85113")
    assert (ile_d_yeu.epci_siren, ile_d_yeu.epci_name) == ("", "")


def test_communes_are_listed_as_a_dictionary_does(france):
    loiret = Commune.objects.filter(department="45")
    assert names(loiret)[:2] == ["Adon", "Aillant-sur-Milleron"]
    around_e = Commune.objects.filter(department="27", search_name__gte="evr")[:2]
    assert names(around_e) == ["Évreux", "Ézy-sur-Eure"]


def test_the_reference_is_loaded_department_by_department(france):
    with transaction.atomic():
        Commune.objects.filter(department__in=["2A", "2B"]).delete()
        call_command("load_territory", departments=["2A"])
        assert Commune.objects.filter(department="2A").count() == 124
        assert not Commune.objects.filter(department="2B").exists()
        transaction.set_rollback(True)


def test_the_sources_of_every_file_are_named():
    folder = Path(reference.FOLDER)
    attribution = (folder / "ATTRIBUTION.md").read_text()
    shipped = {path.name for path in folder.iterdir()} - {"ATTRIBUTION.md"}
    assert {name for name in shipped if f"`{name}`" not in attribution} == set()
    assert "Licence Ouverte 2.0" in attribution


def test_a_file_of_the_reference_carries_no_date():
    for path in reference.FOLDER.glob("*.gz"):
        modified = path.read_bytes()[4:8]
        assert modified == bytes(4), path.name
