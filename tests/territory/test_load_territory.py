"""`load_territory` makes the database equal to the reference, and can be repeated."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.db.models import QuerySet

from portal.territory.enums import FormerCommuneKind, PointSource
from portal.territory.models import (
    Commune,
    CommuneContour,
    Department,
    FormerCommune,
    PostalCode,
)

pytestmark = pytest.mark.usefixtures("nothing_loaded")

TABLES = [
    *(Department, Commune, PostalCode, FormerCommune, CommuneContour),
    Commune.postal_codes.through,
]


def load(*departments: str) -> None:
    call_command("load_territory", **({"departments": departments} if departments else {}))


def rows() -> dict[str, list]:
    """Return all rows of the territory, keys included."""
    return {table.__name__: sorted(table.objects.values_list(), key=str) for table in TABLES}


def postal_codes(code: str) -> set[str]:
    return set(PostalCode.objects.filter(communes=code).values_list("code", flat=True))


def test_the_reference_is_loaded(files):
    load()
    assert Department.objects.count() == 2
    assert Commune.objects.count() == 4
    malesherbois = Commune.objects.get(code="45191")
    assert malesherbois.department_id == "45"
    assert malesherbois.search_name == "le malesherbois"
    assert malesherbois.point_source == PointSource.TOWN_HALL
    assert postal_codes("45191") == {"45300", "45330"}
    assert {former.name for former in malesherbois.former_communes.all()} == {
        "Malesherbes",
        "Manchecourt",
    }
    assert [contour.commune_id for contour in CommuneContour.objects.all()] == ["45232"]


def test_names_are_loaded_as_they_are_searched(files):
    load()
    saint_hilaire = Commune.objects.get(code="45282")
    assert saint_hilaire.search_name == "saint hilaire saint mesmin"
    assert FormerCommune.objects.get(code="45192").search_name == "manchecourt"


def test_a_second_load_writes_nothing(files, queries):
    load()
    before = rows()
    with queries() as captured:
        load()
    assert rows() == before
    written = [query["sql"] for query in captured if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert written == []


def test_a_second_load_says_that_nothing_changed(files, capsys):
    load()
    assert "\ncommunes : 4 (écritures : 4, suppressions : 0)\n" in capsys.readouterr().out
    load()
    output = capsys.readouterr().out
    assert "\ncommunes : 4 (écritures : 0, suppressions : 0)\n" in output
    assert "laissées" not in output
    assert re.search(r"Chargé en \d+\.\d s\.", output)


def test_what_changed_in_the_reference_changes_in_the_database(files):
    load()
    files(
        ("Orléans Métropole", "Métropole d'Orléans"),
        ("45330|45300", "45330"),
        ("45232;Olivet;45;24;45160", "45232;Olivet;45;24;45160|45100"),
        ("Manchecourt;commune-deleguee", "Manchecourt;commune-associee"),
        ("[1.9,47.9]", "[1.9,47.95]"),
        ("41;Loir-et-Cher", "41;Loir et Cher"),
    )
    load()
    assert Commune.objects.get(code="45232").epci_name == "Métropole d'Orléans"
    assert postal_codes("45191") == {"45330"}
    assert postal_codes("45232") == {"45160", "45100"}
    assert FormerCommune.objects.get(code="45192").kind == FormerCommuneKind.ASSOCIATED
    assert CommuneContour.objects.get().geometry["coordinates"][0][2] == [1.9, 47.95]
    assert Department.objects.get(code="41").name == "Loir et Cher"


def test_a_postal_code_that_no_commune_has_any_more_is_forgotten(files, capsys):
    load()
    files(("45330|45300", "45330"))
    load()
    output = capsys.readouterr().out
    assert "codes postaux sans commune : 0 (écritures : 0, suppressions : 1)" in output
    assert not PostalCode.objects.filter(code="45300").exists()


def test_former_communes_and_contours_gone_from_the_reference_are_removed(files, capsys):
    load()
    files(
        contours_45='{"type":"FeatureCollection", "features": [\n]}\n',
        former_communes="code_insee;nom;type;code_insee_actuel\n"
        "45191;Malesherbes;commune-deleguee;45191\n",
    )
    load()
    assert [former.name for former in FormerCommune.objects.all()] == ["Malesherbes"]
    assert not CommuneContour.objects.exists()
    output = capsys.readouterr().out
    assert "anciennes communes et arrondissements : 1 (écritures : 0, suppressions : 1)" in output


def test_a_former_commune_follows_the_commune_that_takes_it(files):
    load()
    files(("45192;Manchecourt;commune-deleguee;45191", "45192;Manchecourt;commune-deleguee;45232"))
    load()
    assert FormerCommune.objects.get(code="45192").commune_id == "45232"
    assert FormerCommune.objects.count() == 2


def test_a_commune_gone_from_the_reference_is_left_with_all_it_has_and_named(files, capsys):
    load()
    lieu = Commune.objects.create(code="45999", name="Lieu-Disparu", department_id="45")
    lieu.postal_codes.add(PostalCode.objects.create(code="45998"))
    lieu.former_communes.create(code="45997", name="Vieux-Lieu")
    CommuneContour.objects.create(commune=lieu, geometry={})
    before = rows()
    capsys.readouterr()
    load()
    assert rows() == before
    assert "Hors de la référence, laissées telles quelles : Lieu-Disparu (45999)." in (
        capsys.readouterr().out
    )


def test_only_the_communes_of_the_departments_asked_for_are_loaded(files):
    load("41")
    assert [department.code for department in Department.objects.all()] == ["41", "45"]
    assert [commune.code for commune in Commune.objects.all()] == ["41018"]
    assert [postal_code.code for postal_code in PostalCode.objects.all()] == ["41000"]
    assert not FormerCommune.objects.exists()
    assert not CommuneContour.objects.exists()


def test_a_department_more_leaves_the_others_as_they_are(files, capsys):
    load("45")
    loiret = rows()["Commune"]
    capsys.readouterr()
    load("41")
    assert "laissées" not in capsys.readouterr().out
    assert [row for row in rows()["Commune"] if row[0].startswith("45")] == loiret
    assert Commune.objects.count() == 4
    assert FormerCommune.objects.count() == 2
    assert CommuneContour.objects.count() == 1


@pytest.mark.parametrize("unknown", ["4X", "", "045", "99"])
def test_an_unknown_department_is_refused_and_the_database_left(files, unknown):
    load("41")
    before = rows()
    with pytest.raises(CommandError, match=f"Département inconnu, base inchangée : {unknown}\\."):
        load("45", unknown)
    assert rows() == before


def test_a_faulty_reference_is_refused_and_the_database_left(files):
    load()
    before = rows()
    files(("41018;Blois", "41018;Blois-sur-Loire"), ('"insee":"45232"', '"insee":"45999"'))
    with pytest.raises(CommandError, match=r"(?s)base inchangée.*contours_45\.json\.gz, ligne 2"):
        load()
    assert rows() == before


def test_a_load_that_breaks_half_way_leaves_the_database(files, monkeypatch):
    load()
    before = rows()
    files(("41018;Blois", "41018;Blois-sur-Loire"), ("[1.9,47.9]", "[1.9,47.95]"))
    bulk_create = QuerySet.bulk_create

    def breaking(self, *args, **kwargs):
        if self.model is CommuneContour:
            raise DatabaseError
        return bulk_create(self, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "bulk_create", breaking)
    with pytest.raises(CommandError, match="La base ne répond pas"):
        load()
    assert rows() == before
