"""`teams/<slug>/?on=` on the real département, on three dates of the portal."""

import pytest

from tests.keyboard import typed

pytestmark = pytest.mark.django_db

ORLEANS_RECEPTION = "equipe-daccueil-inconditionnel-orleans-metropole"
OLIVETAINE = ["28 et 29 novembre", "8 rue René Bethelot, Orléans"]


@pytest.fixture
def location(client, loiret):
    def get_location(slug, on=None):
        answer = client.get(f"/api/v1/teams/{slug}/", {"on": on} if on else {})
        assert answer.status_code == 200
        return answer.json()["location"]

    return get_location


def address(site):
    return site and site["address"]


@pytest.mark.parametrize(
    ("day", "slug", "on", "certainty", "site", "next_site"),
    [
        # The announced days are in the future.
        ("2023-11-24", "olivetaine", None, "certain", "Temporairement", None),
        ("2023-11-24", "olivetaine", "2023-11-27", "certain", "Temporairement", None),
        ("2023-11-24", "olivetaine", "2023-11-28", "moving", "Temporairement", "8 rue René"),
        ("2023-11-24", "olivetaine", "2023-11-29", "moving", "Temporairement", "8 rue René"),
        ("2023-11-24", "olivetaine", "2023-11-30", "expected", "8 rue René", "8 rue René"),
        ("2023-11-24", "carmes-madeleine", "2024-01-20", "expected", "Ex AG2R", "Ex AG2R"),
        # Only the year is known.
        ("2023-11-24", "fleuryssois", "2023-12-31", "certain", "Temporairement", None),
        ("2023-11-24", "fleuryssois", "2024-01-20", "uncertain", "Temporairement", "43, rue"),
        ("2023-11-24", "fleuryssois", "2025-01-01", "expected", "43, rue", "43, rue"),
        # The destination is not chosen.
        ("2023-11-24", "steoruellans", "2024-06-01", "uncertain", "Temporairement", None),
        ("2023-11-24", "abraysiens", "2025-02-01", "expected", None, None),
        # Some days are past, the year is not.
        ("2024-02-29", "olivetaine", None, "to_confirm", "Temporairement", "8 rue René"),
        ("2024-02-29", "olivetaine", "2023-11-27", "certain", "Temporairement", None),
        ("2024-02-29", "fleuryssois", None, "uncertain", "Temporairement", "43, rue"),
        ("2024-02-29", "bourgogne-argonne", "2024-03-15", "to_confirm", "Temporairement", "14 av"),
        # The whole period is past.
        ("2026-11-22", "fleuryssois", None, "to_confirm", "3 bis avenue", "43, rue"),
        ("2026-11-22", "steoruellans", None, "to_confirm", "3 bis avenue", None),
        ("2026-11-22", "steoruellans", "2023-12-31", "certain", "Temporairement", None),
        ("2026-11-22", "ep-sologne", None, "certain", "Temporairement", None),
        (
            *("2026-11-22", "equipe-daccueil-inconditionnel-nord-loiret", None),
            *("unknown", None, None),
        ),
    ],
)
def test_where_it_is(today, location, day, slug, on, certainty, site, next_site):
    today(day)
    location_data = location(slug, on)
    assert location_data["certainty"] == certainty
    for place, expected in ((location_data["site"], site), (location_data["next_site"], next_site)):
        assert (place is None) if expected is None else address(place).startswith(expected)


class TestWhatIsSaid:
    def test_certain_comes_with_the_date_of_the_last_check(self, today, location):
        today("2023-11-24")
        assert "Dernière vérification : 24 novembre 2023" in location("olivetaine")["sentence"]

    def test_to_confirm_names_both_places_and_the_phone(self, today, location):
        today("2026-11-22")
        sentence = location("olivetaine")["sentence"]
        assert sentence.startswith("Date dépassée, à confirmer")
        assert "solidarités Orléans Métropole" in sentence
        assert "8 rue René Bethelot, Orléans" in sentence
        assert "28 et 29 novembre" in sentence
        assert "02 38 25 45 45" in sentence

    def test_moving_puts_the_phone_first(self, today, location):
        today("2023-11-28")
        assert location("olivetaine")["sentence"].startswith("Appelez le 02 38 25 45 45")

    def test_uncertain_gives_the_period_as_written(self, today, location):
        today("2024-02-29")
        sentence = location("fleuryssois")["sentence"]
        assert "(2024)" in sentence
        assert "43, rue Danton Fleury les Aubrais" in sentence
        assert "02 38 25 45 45" in sentence

    def test_expected_says_it_is_planned(self, today, location):
        today("2023-11-24")
        sentence = location("olivetaine", "2024-01-20")["sentence"]
        assert sentence.startswith("Prévu")
        assert "8 rue René Bethelot, Orléans" in sentence

    def test_an_unchosen_site_is_mentioned(self, today, location):
        today("2023-11-24")
        for team, on in (("steoruellans", "2024-06-01"), ("abraysiens", "2025-02-01")):
            assert "lieu à l’étude le 24 novembre 2023" in location(team, on)["sentence"]

    def test_unknown_gives_the_phone(self, location):
        sentence = location("equipe-daccueil-inconditionnel-nord-loiret")["sentence"]
        assert "02 38 25 45 45" in sentence


class TestTheAgencyOfOrleansLeftForThePavillon:
    @pytest.mark.parametrize("team", ["olivetaine", "fleuryssois", "steoruellans", "abraysiens"])
    def test_teams_printed_there_are_at_its_address_since(self, today, client, location, team):
        today("2026-11-30")
        before, since = location(team, "2024-10-23"), location(team, "2024-10-24")
        assert before["site"]["name"].startswith("Agence départementale des solidarités Orléans")
        assert "3 bis" not in before["sentence"]
        assert since["site"]["address"] == "3 bis avenue des Droits de l’Homme à Orléans"
        pavillon = "Pavillon Citoyenneté, 3 bis avenue des Droits de l’Homme"
        assert f"(depuis le 24 octobre 2024 : {pavillon}" in since["sentence"]
        page = client.get(f"/equipes/{team}/").content.decode()
        assert page.count(typed(f"depuis le 24 octobre 2024 : {pavillon}")) >= 2

    def test_those_of_other_agencies_stay_where_they_were_printed(self, today, location):
        today("2026-11-30")
        site = location("ep-de-courtenay")["site"]
        assert site["name"] == "Agence départementale des solidarités Gien-Montargis"


def test_the_orleans_reception_team_moves_twice(client, loiret):
    first, second = client.get(f"/api/v1/teams/{ORLEANS_RECEPTION}/").json()["relocations"]
    assert first["period"]["edtf"] == "2024-01-08/2024-01-09"
    assert first["origin"]["address"].startswith("bâtiment C, 131 rue de Faubourg Bannier")
    assert first["destination"]["address"] == second["origin"]["address"] == "bâtiment E"
    assert (second["status"], second["actual_date"]) == ("done", "2024-10-24")
    assert second["destination"]["address"].startswith("3 bis avenue des Droits de l’Homme")


@pytest.mark.parametrize(
    ("day", "on", "certainty", "site", "next_site"),
    [
        ("2023-11-24", "2024-02-01", "expected", "bâtiment E", "bâtiment E"),
        ("2026-11-30", "2024-01-07", "certain", "bâtiment C", None),
        # Nothing says that it moved on the announced days, nor that it did not.
        ("2026-11-30", "2024-01-20", "to_confirm", "bâtiment C", "bâtiment E"),
        ("2026-11-30", "2024-10-23", "to_confirm", "bâtiment C", "bâtiment E"),
        ("2026-11-30", "2024-10-24", "certain", "3 bis avenue", None),
        ("2026-11-30", None, "certain", "3 bis avenue", None),
    ],
)
def test_a_later_fact_leads_from_its_day_on(today, location, day, on, certainty, site, next_site):
    today(day)
    data = location(ORLEANS_RECEPTION, on)
    assert data["certainty"] == certainty
    assert address(data["site"]).startswith(site)
    assert next_site is None or address(data["next_site"]).startswith(next_site)


def test_it_is_checked_on_the_day_when_it_was_done_at_the_earliest(today, location):
    today("2026-11-30")
    assert "Dernière vérification : 24 octobre 2024." in location(ORLEANS_RECEPTION)["sentence"]


def test_a_past_day_is_in_the_past_tense(client, today, location):
    today("2026-11-30")
    assert location(ORLEANS_RECEPTION, "2023-11-27")["sentence"].startswith("L’équipe était ici : ")
    page = client.get("/equipes/olivetaine/?le=2023-11-27").content.decode()
    assert "le lundi 27 novembre 2023" in page
    assert "Nous savons le lieu de ce jour-là" in page


def test_a_missing_phone_falls_back_to_the_agency_then_to_the_line(client, loiret):
    from teams.models import Agency, Team

    def phone():
        return client.get("/api/v1/teams/olivetaine/").json()["phone"]

    assert phone() == "02 38 25 45 45"
    Agency.objects.filter(slug="ads-orleans-metropole").update(phone="02 38 11 11 11")
    assert phone() == "02 38 11 11 11"
    Team.objects.filter(slug="olivetaine").update(phone="02 38 22 22 22")
    assert phone() == "02 38 22 22 22"


def test_the_shape_of_a_team(client, loiret):
    team = client.get("/api/v1/teams/olivetaine/").json()
    assert list(team) == [
        *("slug", "name", "kind", "agency", "phone", "email", "location", "provenance"),
        "relocations",
    ]
    assert team["agency"] == {"slug": "ads-orleans-metropole", "name": "ADS Orléans Métropole"}
    assert list(team["location"]) == ["certainty", "sentence", "site", "next_site"]
    assert list(team["location"]["site"]) == [
        *("id", "name", "address", "postal_code", "city", "commune", "latitude", "longitude"),
        *("approximate", "source", "source_date", "provenance"),
    ]
    assert list(team["relocations"][0]) == [
        *("id", "kind", "status", "version", "team", "period", "origin", "destination"),
        *("actual_date", "source", "source_date", "provenance"),
    ]


@pytest.mark.parametrize("on", ["hier", "2023-13-01", "20231128", "2023-11-28T10:00", "", "0"])
def test_a_malformed_day_is_a_400_that_names_it(client, loiret, on):
    answer = client.get("/api/v1/teams/olivetaine/", {"on": on})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["on"]


@pytest.mark.parametrize("path", ["teams", "agencies", "sectors"])
@pytest.mark.parametrize("slug", ["personne", "%00", "é", "a b"])
def test_an_unknown_team_is_a_404(client, db, path, slug):
    answer = client.get(f"/api/v1/{path}/{slug}/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
