"""`/api/v1/communes/`: filters by name, département and postal code."""

import pytest

from portal.territory.importers import load_reference
from portal.territory.models import Commune, Department, PostalCode
from portal.territory.reference import read_reference

pytestmark = pytest.mark.usefixtures("nothing_loaded")

COMMUNES = "/api/v1/communes/"


@pytest.fixture
def loaded(nothing_loaded, files) -> None:
    load_reference(read_reference(files()))


def codes(client, **filters: str) -> list[str]:
    answer = client.get(COMMUNES, filters)
    assert answer.status_code == 200, answer.content
    return [commune["code"] for commune in answer.json()["results"]]


def test_a_commune_says_all_that_is_known_of_it(client, loaded):
    assert client.get(f"{COMMUNES}45191/").json() == {
        "code": "45191",
        "name": "Le Malesherbois",
        "department": "45",
        "postal_codes": ["45300", "45330"],
        "population": 8016,
        "epci": {"siren": "200071850", "name": "CC du Pithiverais-Gâtinais"},
        "latitude": 48.2955,
        "longitude": 2.4163,
        "former_names": ["Malesherbes", "Manchecourt"],
        "authority": {"name": "Département du Loiret", "website": "https://www.loiret.fr"},
    }


def test_what_is_unknown_of_a_commune_is_null(client, loaded):
    Department.objects.filter(code="45").update(authority_name="")
    assert client.get(f"{COMMUNES}45282/").json() == {
        "code": "45282",
        "name": "Saint-Hilaire-Saint-Mesmin",
        "department": "45",
        "postal_codes": ["45160"],
        "population": None,
        "epci": None,
        "latitude": None,
        "longitude": None,
        "former_names": [],
        "authority": None,
    }


def test_a_former_name_is_another_name(client, files):
    load_reference(read_reference(files(("45191;Malesherbes;", "45191;Le Malesherbois;"))))
    assert client.get(f"{COMMUNES}45191/").json()["former_names"] == ["Manchecourt"]


def test_a_list_has_the_fields_of_a_detail(client, loaded):
    for commune in client.get(COMMUNES).json()["results"]:
        assert client.get(f"{COMMUNES}{commune['code']}/").json() == commune


def test_a_code_of_corsica_has_its_letter(client, loaded):
    corse = Department.objects.create(code="2A", name="Corse-du-Sud", region_code="94")
    Commune.objects.create(code="2A004", name="Ajaccio", department=corse)
    assert client.get(f"{COMMUNES}2A004/").json()["department"] == "2A"
    assert codes(client, department="2A") == ["2A004"]


@pytest.mark.parametrize("code", ["45999", "4519", "olivet", "45232x", "2a004", "%00"])
def test_an_unknown_commune_is_a_404(client, loaded, code):
    answer = client.get(f"{COMMUNES}{code}/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_communes_come_in_the_order_of_their_names(client, loaded):
    Commune.objects.create(code="45135", name="Échilleuses", department_id="45")
    assert codes(client) == ["41018", "45135", "45191", "45232", "45282"]


def test_communes_of_a_department(client, loaded):
    assert codes(client, department="41") == ["41018"]
    assert codes(client, department="45") == ["45191", "45232", "45282"]
    assert len(codes(client, department="")) == 4


def test_communes_that_share_a_postal_code(client, loaded):
    assert codes(client, postal_code="45160") == ["45232", "45282"]
    assert codes(client, postal_code="45330") == ["45191"]
    assert codes(client, postal_code="45160", department="41") == []


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Oliv", ["45232"]),
        ("OLIVET", ["45232"]),
        ("st hilaire", ["45282"]),
        ("Saint-Hilaire-Saint", ["45282"]),
        ("le mal", ["45191"]),
        ("malesherbois", []),
        ("Bloïs", ["41018"]),
        ("%", []),
        ("_", []),
        ("'", []),
    ],
)
def test_communes_by_the_start_of_their_name(client, loaded, typed, names):
    assert codes(client, name=typed) == names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("st", ["Saint-Ay", "Sainte-Ode", "Stenay", "Strasbourg"]),
        ("ST-", ["Saint-Ay", "Sainte-Ode"]),
        ("st a", ["Saint-Ay"]),
        ("ste", ["Sainte-Ode", "Stenay"]),
        ("str", ["Strasbourg"]),
    ],
)
def test_an_abbreviated_saint_may_also_start_another_word(client, loaded, typed, names):
    for number, name in enumerate(["Strasbourg", "Stenay", "Saint-Ay", "Sainte-Ode"]):
        Commune.objects.create(code=f"4100{number}", name=name, department_id="41")
    answer = client.get(COMMUNES, {"name": typed, "department": "41"}).json()
    assert [commune["name"] for commune in answer["results"]] == names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("department", "99"),
        ("department", "Loiret"),
        ("department", "\0"),
        ("postal_code", "4516"),
        ("postal_code", "45 160"),
        ("postal_code", "99999"),
        ("postal_code", "\0"),
        ("name", "\0"),
        ("page_size", "0"),
        ("page", "x"),
    ],
)
def test_an_unknown_or_malformed_value_is_a_400_that_names_it(client, loaded, name, value):
    answer = client.get(COMMUNES, {name: value})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [name]


def test_a_list_takes_as_many_queries_whatever_its_size(client, loaded, queries):
    counts = []
    for size in (2, 40):
        for number in range(size):
            commune = Commune.objects.create(
                code=f"45{size + number:03}", name=f"Commune {number}", department_id="45"
            )
            commune.postal_codes.add(PostalCode.objects.get_or_create(code=f"45{number:03}")[0])
            commune.former_communes.create(code=commune.code, name=f"Ancienne {number}")
        with queries() as captured:
            answer = client.get(COMMUNES, {"department": "45", "page_size": "100"})
        counts.append((len(answer.json()["results"]), len(captured)))
    assert counts == [(5, 5), (45, 5)]


def test_a_detail_takes_three_queries(client, loaded, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get(f"{COMMUNES}45191/")


def test_a_reader_without_a_key_may_not_write(client, loaded):
    assert client.delete(f"{COMMUNES}45191/").status_code in (403, 405)
    assert Commune.objects.filter(code="45191").exists()
