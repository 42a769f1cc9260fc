"""The reference files are read whole, or refused with the numbers of the faulty lines."""

import gzip

import pytest

from portal.registries.loaders import LoadRefused
from portal.territory.reference import (
    CommuneRow,
    FormerCommuneRow,
    UnknownDepartmentsError,
    read_reference,
)

OLIVET = "45232;Olivet;45;24;45160;23507;244500468;Orléans Métropole;47.8655;1.8977;mairie"
MANCHECOURT = "45192;Manchecourt;commune-deleguee;45191"
FIRST_CORNER = "[1.8,47.8],[1.9,47.8]"


def faults(folder) -> list[tuple[str, int]]:
    with pytest.raises(LoadRefused) as refused:
        read_reference(folder)
    return [(fault.file, fault.line) for fault in refused.value.faults]


def test_a_commune_is_read_with_all_that_is_known_of_it(files):
    assert read_reference(files()).communes["45191"] == CommuneRow(
        code="45191",
        name="Le Malesherbois",
        search_name="le malesherbois",
        department_id="45",
        postal_codes=("45300", "45330"),
        population=8016,
        epci_siren="200071850",
        epci_name="CC du Pithiverais-Gâtinais",
        latitude=48.2955,
        longitude=2.4163,
        point_source="mairie",
    )


def test_what_is_unknown_of_a_commune_stays_empty(files):
    commune = read_reference(files()).communes["45282"]
    assert (commune.population, commune.latitude, commune.longitude) == (None, None, None)
    assert (commune.epci_siren, commune.epci_name, commune.point_source) == ("", "", "")


def test_a_quoted_name_is_read_without_its_quotes(files):
    assert read_reference(files()).communes["41018"].epci_name == 'CA de Blois "Agglopolys"'
    folder = files(('CA de Blois "Agglopolys"', '"CA de Blois ""Agglopolys"""'))
    assert read_reference(folder).communes["41018"].epci_name == 'CA de Blois "Agglopolys"'


def test_a_former_commune_names_the_commune_of_today(files):
    assert read_reference(files()).former_communes[1] == FormerCommuneRow(
        code="45192",
        name="Manchecourt",
        search_name="manchecourt",
        kind="commune-deleguee",
        commune_id="45191",
    )


def test_only_the_geometry_of_a_contour_is_read(files):
    [contour] = read_reference(files()).contours
    assert contour.commune_id == "45232"
    assert sorted(contour.geometry) == ["coordinates", "type"]
    assert contour.geometry["coordinates"][0][0] == [1.8, 47.8]


@pytest.mark.parametrize(
    "faulty",
    [
        OLIVET.replace("45232", "4523"),
        OLIVET.replace("45232", "45C32"),
        OLIVET.replace(";45;24", ";41;24"),
        OLIVET.replace(";45;24", ";99;24"),
        OLIVET.replace("Olivet", ""),
        OLIVET.replace("Olivet", "…"),
        OLIVET.replace("Olivet", "O" * 81),
        OLIVET.replace("45160", "4516"),
        OLIVET.replace("45160", "45160||45000"),
        OLIVET.replace("23507", "-1"),
        OLIVET.replace("23507", "1e3"),
        OLIVET.replace("23507", "12345678901"),
        OLIVET.replace("244500468", "24450046"),
        OLIVET.replace("244500468", ""),
        OLIVET.replace("Orléans Métropole", ""),
        OLIVET.replace("47.8655", ""),
        OLIVET.replace("47.8655", "nan"),
        OLIVET.replace("47.8655", "97.8655"),
        OLIVET.replace("1.8977", "181"),
        OLIVET.replace("mairie", ""),
        OLIVET.replace("mairie", "clocher"),
        OLIVET.replace(";mairie", ""),
        OLIVET.replace("45232", "41018").replace(";45;24", ";41;24"),
    ],
)
def test_a_faulty_commune_is_refused_by_its_line(files, faulty):
    assert faults(files((OLIVET, faulty))) == [("communes.csv.gz", 4)]


@pytest.mark.parametrize(
    "faulty",
    [
        MANCHECOURT.replace("45192", "4519"),
        MANCHECOURT.replace("Manchecourt", ""),
        MANCHECOURT.replace("commune-deleguee", "hameau"),
        MANCHECOURT.replace(";45191", ";45999"),
        MANCHECOURT.replace("45192;Manchecourt", "45191;Malesherbes"),
    ],
)
def test_a_faulty_former_commune_is_refused_by_its_line(files, faulty):
    assert faults(files((MANCHECOURT, faulty))) == [("former_communes.csv.gz", 3)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"insee":"45232"', '"insee":"45999"'),
        ('"insee":"45232"', '"insee":"41018"'),
        ('"insee":"45232"', '"insee":["45232"]'),
        ('"Polygon"', '"Point"'),
        ('"Polygon"', '"MultiPolygon"'),
        (FIRST_CORNER, "[1.7,47.8],[1.9,47.8]"),
        (FIRST_CORNER, "[181,47.8],[1.9,47.8]"),
        (FIRST_CORNER, "[1.8,47.8]"),
        (FIRST_CORNER, '["est",47.8],[1.9,47.8]'),
        ('"geometry":', '"geometrie":'),
        ('"properties"', "properties"),
    ],
)
def test_a_faulty_contour_is_refused_by_its_line(files, old, new):
    assert faults(files((old, new))) == [("contours_45.json.gz", 2)]


def test_every_faulty_line_of_a_file_is_numbered(files):
    folder = files(("41018;Blois", "41018;"), ("45232;Olivet", "45232;"))
    assert faults(folder) == [("communes.csv.gz", 2), ("communes.csv.gz", 4)]


def test_a_fault_says_its_file_its_line_and_what_is_wrong(files):
    with pytest.raises(LoadRefused, match=r"communes\.csv\.gz, ligne 4 : « 4516 » est mal écrit\."):
        read_reference(files((OLIVET, OLIVET.replace("45160", "4516"))))


def test_columns_are_those_expected(files):
    assert faults(files(("code;nom;code_region", "code;name;region"))) == [
        ("departements.csv.gz", 1)
    ]


def test_a_quote_left_open_is_refused(files):
    assert faults(files(("Malesherbes;", '"Malesherbes;'))) == [("former_communes.csv.gz", 2)]


def test_a_file_that_is_missing_cut_short_or_not_text_is_refused(files):
    folder = files()
    communes = folder / "communes.csv.gz"
    communes.write_bytes(communes.read_bytes()[:-20])
    assert faults(folder) == [("communes.csv.gz", 1)]
    communes.write_bytes(gzip.compress("code_insee\nOrléans".encode("latin-1")))
    assert faults(folder) == [("communes.csv.gz", 2)]
    communes.write_text("code_insee")
    assert faults(folder) == [("communes.csv.gz", 1)]
    communes.unlink()
    assert faults(folder) == [("communes.csv.gz", 1)]


def test_a_reference_is_restricted_to_departments(files):
    restricted = read_reference(files()).restricted_to(["41"])
    assert list(restricted.departments) == ["41", "45"]
    assert list(restricted.communes) == ["41018"]
    assert (restricted.former_communes, restricted.contours) == ([], [])


def test_a_department_that_does_not_exist_is_named(files):
    with pytest.raises(UnknownDepartmentsError, match="4X, 99"):
        read_reference(files()).restricted_to(["99", "45", "4X"])
