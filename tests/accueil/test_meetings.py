"""Ways to meet, on the pages of who holds them and in the API, with what the document prints."""

import re
from html import unescape

import pytest

from accueil.enums import MeetingKind
from accueil.models import Meeting
from tests.factories import DepartmentFactory, ReceptionPointFactory
from tests.schema_actions.conftest import REAL

pytestmark = pytest.mark.django_db


def page_text(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accueil/permanence-de-briare/", ["1er lundi du mois de 9 h à 17 h", "puéricultrice"]),
        ("/equipes/ep-sologne/", ["Agora, Beaugency", "le 3e jeudi de chaque mois"]),
        ("/equipes/ep-ppnl/", ["2 à 3 fois par an", "Écoles maternelles de Pithiviers"]),
        (
            "/equipes/equipe-daccueil-inconditionnel-orleans-metropole/",
            ["Permanences en visio", "Visites à domicile"],
        ),
    ],
)
def test_the_pages_of_who_holds_them(client, loiret, address, words):
    text = page_text(client.get(address))
    assert "D'autres façons de nous rencontrer" in text
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    "address", ["/equipes/olivetaine/", "/accueil/permanence-de-bonny-sur-loire/"]
)
def test_nothing_where_the_source_names_nobody(client, loiret, address):
    assert "façons de nous rencontrer" not in page_text(client.get(address))


def test_each_is_printed_in_the_evaluation(loiret):
    if not REAL.is_file():
        pytest.skip(f"the real evaluation is not at {REAL}")
    printed = " ".join(unescape(re.sub(r"<[^>]+>", " ", REAL.read_text())).split())
    rows = Meeting.objects.filter(source__key="45-evaluation-2023")
    assert rows
    for row in rows:
        assert " ".join(row.as_printed.split()) in printed, row.key


def test_the_api(client, loiret):
    answer = client.get("/api/v1/meetings/?department=45&kind=consultation").json()
    by_key = {row["key"]: row for row in answer["results"]}
    assert by_key["45-pmi-briare"]["point"] == "permanence-de-briare"
    assert by_key["45-pmi-bonny"]["agency"] == "ads-gien-montargis"
    assert by_key["45-pmi-saint-aignan"]["rhythm"] == "", "the document gives no timetable"
    assert client.get("/api/v1/meetings/?kind=autre").status_code == 400
    assert client.get("/api/v1/meetings/rien/").status_code == 404


def test_invented_ones_say_that_they_are(client, loiret):
    point = ReceptionPointFactory(department=DepartmentFactory(code="00"))
    fields = {"kind": MeetingKind.GROUP, "title": "Café des parents"}
    meeting = Meeting.objects.create(key="invented", department_id="00", point=point, **fields)
    rows = {row["key"]: row for row in client.get("/api/v1/meetings/").json()["results"]}
    assert rows[meeting.key]["fictitious"] is True
    assert "fictitious" not in rows["45-pmi-briare"]
