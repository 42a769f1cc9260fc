"""What search engines and those who share a page read: sitemap, canonical address, schema.org."""

import json
import re

import pytest

from accueil.models import ReceptionPoint
from portal.core.http.response_headers import PRIVATE_PREFIXES
from relocations.models import Relocation
from teams.models import Team

pytestmark = pytest.mark.django_db
SITE = "https://solidarites.example.org"


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = SITE


def head(client, address: str) -> str:
    return client.get(address).content.decode().partition("</head>")[0]


def meta(client, address: str, name: str) -> str:
    return re.search(f'<meta property="{name}" content="([^"]*)">', head(client, address))[1]


def canonical(client, address: str) -> str:
    return re.search('<link rel="canonical" href="([^"]*)">', head(client, address))[1]


def office(client, address: str) -> dict:
    text = re.search('<script type="application/ld.json">(.*?)</script>', head(client, address))[1]
    return json.loads(text)


class TestSitemap:
    def test_it_lists_the_public_pages_and_they_answer(self, client, loiret):
        text = client.get("/sitemap.xml").content.decode()
        addresses = re.findall("<loc>([^<]*)</loc>", text)
        assert all(address.startswith(f"{SITE}/") for address in addresses)
        paths = [address.removeprefix(SITE) for address in addresses]
        expected = {"/", "/equipes/olivetaine/", "/communes/45232/", "/besoins/rsa/", "/schemas/"}
        assert expected <= {*paths}
        assert not [path for path in paths if path.startswith(PRIVATE_PREFIXES)]
        assert len(paths) == len({*paths})
        kinds = {path.split("/")[1]: path for path in paths}  # one of each kind
        assert {path: client.get(path).status_code for path in kinds.values()} == dict.fromkeys(
            kinds.values(), 200
        )

    def test_a_point_closed_for_good_is_no_longer_in_it(self, client, loiret, today):
        today("2026-06-01")
        point = ReceptionPoint.objects.first()
        assert f"/accueil/{point.slug}/" in client.get("/sitemap.xml").content.decode()
        point.closes_on = "2026-05-01"
        point.save()
        assert f"/accueil/{point.slug}/" not in client.get("/sitemap.xml").content.decode()

    def test_robots_are_told_where_it_is(self, client, loiret):
        assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").content.decode()


class TestSharedAddress:
    @pytest.mark.parametrize(
        ("asked", "shared"),
        [
            ("/equipes/olivetaine/?le=2023-11-28", "/equipes/olivetaine/"),
            ("/trouver/?q=olivet", "/communes/45232/"),
            ("/trouver/?q=mon mari me frappe Olivet", "/communes/45232/"),
            ("/trouver/?q=mon mari me frappe", "/trouver/"),
        ],
    )
    def test_it_is_that_of_the_place_never_of_what_was_typed(self, client, loiret, asked, shared):
        assert canonical(client, asked) == meta(client, asked, "og:url") == f"{SITE}{shared}"

    def test_a_shared_link_has_the_title_of_the_page(self, client, loiret):
        assert meta(client, "/equipes/olivetaine/", "og:title") == "Équipe Olivétaine"
        assert "Olivet" in meta(client, "/communes/45232/", "og:description")


class TestStructuredData:
    def test_a_team_is_an_office_of_its_authority(self, client, loiret):
        team = office(client, "/equipes/olivetaine/")
        assert (team["@type"], team["name"]) == ("GovernmentOffice", "Équipe Olivétaine")
        assert team["parentOrganization"]["name"] == "Département du Loiret"

    def test_the_address_of_a_team_is_there_once_it_is_certain(self, client, loiret, today):
        today("2023-12-10")
        assert "address" not in office(client, "/equipes/olivetaine/")
        move = Relocation.objects.get(team__slug="olivetaine")
        Relocation.objects.filter(pk=move.pk).update(status="done", actual_date="2023-11-28")
        Team.objects.filter(slug="olivetaine").update(site=move.destination)
        address = office(client, "/equipes/olivetaine/")["address"]
        assert address["streetAddress"] == "8 rue René Bethelot, Orléans"

    def test_the_words_of_a_note_are_no_street(self, client, loiret):
        team = office(client, "/equipes/ep-de-courtenay/")
        assert "streetAddress" not in team.get("address", {})

    @pytest.mark.parametrize(("day", "is_told"), [("2024-11-05", True), ("2024-01-20", False)])
    def test_the_address_of_a_point_is_there_while_its_team_is_certainly_there(
        self, client, loiret, today, day, is_told
    ):
        today(day)
        point = office(client, "/accueil/permanence-daccueil-inconditionnel-orleanais/")
        assert ("address" in point) is is_told

    def test_the_hours_of_a_point_are_those_of_each_day_holidays_included(
        self, client, loiret, today
    ):
        today("2026-12-21")
        point = ReceptionPoint.objects.exclude(hours="").first()
        ReceptionPoint.objects.filter(pk=point.pk).update(hours="Mo-Fr 08:30-12:00,13:30-17:00")
        hours = office(client, f"/accueil/{point.slug}/")["specialOpeningHoursSpecification"]
        by_day = {
            day: [(row["opens"], row["closes"]) for row in hours if row["validFrom"] == day]
            for day in ("2026-12-24", "2026-12-25")
        }
        assert by_day == {
            "2026-12-24": [("08:30", "12:00"), ("13:30", "17:00")],
            "2026-12-25": [("00:00", "00:00")],
        }

    def test_a_name_cannot_end_the_script(self, client, loiret):
        Team.objects.filter(slug="olivetaine").update(name="</script><b>&")
        assert office(client, "/equipes/olivetaine/")["name"] == "Équipe </script><b>&"


class TestQrCode:
    def code(self, client, address: str) -> bytes:
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        return answer.content

    def test_each_place_has_its_own(self, client, loiret):
        addresses = (
            *("/communes/45232/qr.svg", "/communes/45147/qr.svg", "/equipes/olivetaine/qr.svg"),
            "/accueil/france-services-de-montargis/qr.svg",
        )
        assert len({self.code(client, address) for address in addresses}) == len(addresses)

    def test_it_leads_to_the_answer_of_the_day_when_it_is_read(self, client, loiret):
        some_day = self.code(client, "/communes/45232/qr.svg?le=2023-11-28")
        assert some_day == self.code(client, "/communes/45232/qr.svg")

    def test_that_of_a_street_is_kept_nowhere(self, client, loiret):
        answer = client.get("/communes/45147/qr.svg?rue=rue Danton")
        assert "no-store" in answer["Cache-Control"]

    def test_a_danger_has_none_and_is_not_shared(self, client, loiret):
        page = client.get("/trouver/?q=mon mari me frappe Olivet").content.decode()
        assert "qr.svg" not in page
        assert "data-share" not in page
        assert "sms:?" not in page
        assert "qr.svg" in client.get("/communes/45232/").content.decode()

    def test_an_unknown_place_is_a_404(self, client, loiret):
        for address in ("/communes/45999/qr.svg", "/equipes/zz/qr.svg", "/accueil/zz/qr.svg"):
            assert client.get(address).status_code == 404
