"""« Cette information est fausse »: a report reaches the agency, nothing about the reader is
stored.
"""

import pytest
from django.core.cache import cache

from accueil.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


def send(client, page="/equipes/olivetaine/", message="L'adresse a changé.", **more):
    return client.post("/signaler/", {"page": page, "message": message, **more})


@pytest.mark.parametrize(
    ("page", "agency"),
    [
        ("/equipes/olivetaine/?le=2024-01-20", "ads-orleans-metropole"),
        ("/equipes/ep-sologne/", "ads-beauce-a-sologne"),
        ("/communes/45232/", "ads-orleans-metropole"),
        ("/communes/45252/", None),
        ("/nulle-part/", None),
    ],
)
def test_it_reaches_the_agency_of_the_page(client, loiret, page, agency):
    assert send(client, page).status_code == 302
    report = Report.objects.get()
    assert (report.page, report.message) == (page, "L'adresse a changé.")
    assert (report.agency and report.agency.slug) == agency


@pytest.mark.parametrize(
    ("page", "stored"),
    [
        ("/trouver/?q=mon+mari+me+frappe", "/trouver/"),
        ("/trouver/?%71=mon+mari+me+frappe&le=2024-01-20", "/trouver/?le=2024-01-20"),
        ("/communes/45232/?rue=rue+des+Lilas", "/communes/45232/"),
        ("/equipes/?le=mon+mari+me+frappe", "/equipes/"),
        ("/equipes/#mon+mari+me+frappe", "/equipes/"),
    ],
)
def test_what_was_typed_on_the_page_is_not_stored(client, db, page, stored):
    assert send(client, page).status_code == 302
    assert Report.objects.get().page == stored


def test_a_move_s_page_reaches_its_agency(client, loiret):
    move = client.get("/api/v1/relocations/?team=olivetaine").json()["results"][0]
    send(client, f"/demenagements/{move['id']}/")
    assert Report.objects.get().agency.slug == "ads-orleans-metropole"


def test_the_team_s_page_leads_to_the_form(client, loiret):
    page = client.get("/equipes/olivetaine/").content.decode()
    assert 'href="/signaler/?page=%2Fequipes%2Folivetaine%2F"' in page
    form = client.get("/signaler/?page=/equipes/olivetaine/").content.decode()
    assert 'value="/equipes/olivetaine/"' in form


@pytest.mark.parametrize("page", ["https://ailleurs.example/", "//ailleurs.example", "x"])
def test_another_site_is_refused(client, db, page):
    assert client.get("/signaler/", {"page": page}).status_code == 400
    assert send(client, page).status_code == 400
    assert not Report.objects.exists()


def test_a_refused_report_stays_in_the_form(client, db):
    answer = send(client, message="a" * 1001)
    assert answer.status_code == 400
    assert "a" * 1001 in answer.content.decode()
    assert send(client, message="").status_code == 400


def test_it_is_limited(client, db):
    answers = [send(client) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1]["Retry-After"] == "3600"
    assert Report.objects.count() == 5


def test_a_program_that_fills_everything_writes_nothing(client, db):
    assert send(client, website="http://spam.example").status_code == 302
    assert not Report.objects.exists()


def test_nothing_about_the_reader_is_stored():
    stored = {field.name for field in Report._meta.get_fields()}
    assert stored == {
        *("id", "page", "message", "agency", "department"),
        *("created_at", "handled_at", "handled_by"),  # by one of the agents
    }


def test_a_refused_form_says_so_in_its_title_and_links_to_each_field(client, loiret):
    answer = client.post("/signaler/", {"page": "/equipes/", "message": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>Erreur – Cette information est fausse ?" in page
    assert '<a href="#id_message">Qu\'est-ce qui est faux ?</a>' in page
    assert "Erreur – " not in client.get("/signaler/?page=/equipes/").content.decode()
