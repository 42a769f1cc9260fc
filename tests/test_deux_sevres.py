"""Data of Deux-Sèvres: five antennes, each with a single reception point and three pôles."""

import pytest

from relocations.models import Relocation
from teams.models import Agency, FormerAgency, Sector, Site, Statement, Team

DEPARTMENT = "79"

pytestmark = [pytest.mark.usefixtures("beside_loiret"), pytest.mark.django_db]

TERRITORIES = {
    *("du Niortais", "du Bressuirais", "du Thouarsais", "de La Gâtine"),
    "du Mellois-Haut Val de Sèvre",
}
POLES = {"Pôle enfance", "Pôle accès aux droits", "Pôle retour à l’emploi et accompagnement social"}
INFORMATION_TEAM = "Équipe d’évaluation des informations préoccupantes"


def house(place: str) -> Team:
    name = f"Maison départementale des solidarités de {place}"
    return Team.objects.with_whereabouts().get(name=name)


class TestWhatWasPublished:
    def test_five_antennes_each_with_its_three_poles(self):
        agencies = Agency.objects.filter(department="79")
        assert set(agencies.values_list("long_name", flat=True)) == {
            f"Antenne territoriale {territory}" for territory in TERRITORIES
        }
        for territory in TERRITORIES:
            poles = Team.objects.filter(kind="pole", agency__name=f"Antenne {territory}")
            names = {
                name.removesuffix(f" {territory}") for name in poles.values_list("name", flat=True)
            }
            assert names == POLES

    def test_the_single_reception_point_of_each_antenne_under_its_newer_name(self):
        houses = Team.objects.filter(kind="house", agency__department="79")
        assert {house_team.agency.name for house_team in houses} == {
            f"Antenne {territory}" for territory in TERRITORIES
        }
        assert {house_team.source.key for house_team in houses} == {"79-radio-gatine", "79-rcf"}

    def test_the_team_for_informations_preoccupantes_is_at_la_gatine(self):
        team = Team.objects.get(kind="service", agency__department="79")
        assert (team.name, team.agency.name) == (INFORMATION_TEAM, "Antenne de La Gâtine")
        assert team.site.city == "Parthenay"

    def test_scanning_errors_are_corrected_in_printed_texts_too(self):
        for model in (Agency, Team, Relocation):
            for text in model.objects.values_list("as_printed", flat=True):
                assert not {"Cingq", "péle", "Gatine", "1°"} & {*text.split()}
        agency = Agency.objects.get(name="Antenne de La Gâtine")
        assert "La Gâtine et le Mellois-Haut Val de Sèvre" in agency.as_printed

    def test_what_was_printed_in_february_does_not_prove_the_1st_of_march(self):
        moves = Relocation.objects.filter(team__agency__department="79")
        done = moves.filter(status="done")
        assert set(done.values_list("actual_date", flat=True)) == {None}
        assert {move.team.agency.name: move.period.edtf for move in done} == {
            "Antenne du Bressuirais": "../2025-03-18",
            "Antenne du Thouarsais": "2025-03-01/2025-04-08",
            "Antenne de La Gâtine": "2025-03-01/2025-04-08",
            "Antenne du Mellois-Haut Val de Sèvre": "2025-03-01/2025-04-08",
        }
        assert {move.source.key for move in done} == {"79-rcf", "79-radio-gatine"}
        (niort,) = moves.exclude(status="done")
        assert niort.team == house("Niort"), "nobody published that it opened"
        assert niort.period.edtf == "2025-03-01/.."

    def test_roles_and_never_names_of_persons(self):
        for topic in ("Responsable de l’antenne", "Référents handicap", "Une seule porte"):
            assert Statement.objects.filter(department="79", topic__startswith=topic).count() == 5
        assert not Statement.objects.filter(text__contains="Dénoues").exists()

    @pytest.mark.parametrize("topic", ["Responsable de l’antenne", "Référents handicap"])
    def test_a_principle_is_never_told_as_done(self, topic):
        for statement in Statement.objects.filter(department="79", topic__startswith=topic):
            assert statement.topic.endswith("un principe")
            assert statement.text.startswith("Parmi les « sept grands principes d’organisation »")
            assert "l’instauration d" in statement.text

    def test_the_pilot_and_the_inaugurations_have_their_sources(self):
        pilot = Statement.objects.get(key="79-bressuire-pilote")
        assert "septembre 2024" in pilot.text
        names = Statement.objects.filter(topic="Nouveau nom", agency__department="79")
        assert {name.agency.name for name in names} == {
            f"Antenne {territory}" for territory in TERRITORIES
        }
        assert "18 mars 2025" in names.get(agency__name="Antenne du Bressuirais").text

    def test_the_six_older_antennes_are_counted_and_never_named(self):
        assert not FormerAgency.objects.filter(department="79").exists()
        assert "Six antennes" in Statement.objects.get(key="79-six-antennes").text

    def test_without_a_published_street_the_commune_is_the_location(self):
        sites = Site.objects.filter(department="79")
        assert not sites.exclude(address="").exists()
        assert all(site.is_approximate and site.point[0] for site in sites)

    def test_everything_has_its_source(self):
        for model in (Agency, Site, Statement):
            assert not model.objects.filter(department="79", source=None).exists(), model
        assert not Team.objects.filter(agency__department="79", source=None).exists()
        assert not Sector.objects.filter(commune__department="79", source=None).exists()


class TestWhatACitizenReads:
    @pytest.mark.parametrize(
        "team",
        [
            *("maison-departementale-des-solidarites-de-bressuire", "pole-enfance-du-bressuirais"),
            *("equipe-devaluation-des-informations-preoccupantes", "pole-enfance-de-la-gatine"),
        ],
    )
    def test_nothing_is_present_before_it_opened(self, client, today, team):
        today("2026-11-30")
        before = "to_confirm" if "bressuir" in team else "unknown"
        for on, certainty in (("2020-01-01", before), ("2025-04-09", "certain")):
            location = client.get(f"/api/v1/teams/{team}/", {"on": on}).json()["location"]
            assert location["certainty"] == certainty
            assert (location["site"] is None) is (certainty != "certain")

    @pytest.mark.parametrize(
        ("team", "certainty"),
        [
            *(("maison-departementale-des-solidarites-de-thouars", "unknown"),),
            *(("pole-enfance-de-la-gatine", "unknown"),),
            *(("pole-acces-aux-droits-du-mellois-haut-val-de-sevre", "unknown"),),
            *(("pole-enfance-du-bressuirais", "to_confirm"),),  # a pilot since September 2024
        ],
    )
    def test_nor_before_the_day_announced_for_its_installation(
        self, client, today, team, certainty
    ):
        today("2026-11-30")
        location = client.get(f"/api/v1/teams/{team}/", {"on": "2025-02-15"}).json()["location"]
        assert (location["certainty"], location["site"]) == (certainty, None)
        location = client.get(f"/api/v1/teams/{team}/", {"on": "2025-03-05"}).json()["location"]
        assert location["certainty"] == "to_confirm"

    def test_nor_checked_before_it_opened(self, today):
        today("2026-11-30")
        team = house("Bressuire")
        sentence = team.describe_whereabouts(team.whereabouts())
        assert "Dernière vérification : 9 avril 2025." in sentence

    @pytest.mark.parametrize(
        ("place", "city"), [("Bressuire", "Bressuire"), ("Gâtine", "Parthenay")]
    )
    def test_since(self, today, place, city):
        today("2026-11-22")
        team = house(place)
        sentence = team.describe_whereabouts(team.whereabouts())
        assert sentence.startswith(f"Nous savons la ville, pas la rue : {city}.")

    def test_an_announced_opening_shows_its_year(self, today):
        today("2026-11-22")
        team = house("Niort")
        sentence = team.describe_whereabouts(team.whereabouts())
        assert sentence.startswith(
            "Date passée, sans nouvelles : l’ouverture était annoncée (à partir du samedi 1er mars 2025,"
            " annoncé « à partir du 1er mars prochain »)."
        )

    def test_an_opening_that_nobody_confirmed_is_not_ahead(self, client, today):
        today("2026-11-22")
        page = client.get("/demenagements/", {"department": "79"}).content.decode()
        assert "À venir" not in page
        assert "Date passée, sans nouvelles" in page
        move = client.get(house("Niort").relocations.get().get_absolute_url()).content.decode()
        assert "pas encore inaugurée" in move

    @pytest.mark.parametrize(
        ("q", "place"),
        [
            ("antenne territoriale de parthenay", "Gâtine"),
            ("maison departementale des solidarites niort", "Niort"),
            ("antenne de Bressuire", "Bressuire"),
            ("MDS de Bressuire", "Bressuire"),
            ("mds saint maixent", "Saint-Maixent"),
            ("79100 Thouars", "Thouars"),
        ],
    )
    def test_it_is_found_by_its_usual_names(self, client, q, place):
        answer = client.get("/api/v1/lookup/", {"q": q}).json()
        assert [team["name"] for team in answer["teams"]] == [house(place).name]
        assert answer["commune"]["department"] == "79"
        numbers = {line["number"] for line in answer["reception"]["phone_lines"]}
        assert "02 38 25 45 45" not in numbers, "never the line of another département"

    def test_the_name_of_a_territory_finds_all_teams_of_its_antenne(self, client):
        answer = client.get("/api/v1/lookup/", {"q": "antenne de la Gâtine"}).json()
        assert len(answer["teams"]) == 5
        assert INFORMATION_TEAM in {team["name"] for team in answer["teams"]}


@pytest.mark.parametrize(("commune", "house"), [("79049", "bressuire"), ("79202", "gatine")])
def test_the_single_reception_point_comes_first_for_people_not_yet_followed(client, commune, house):
    answer = client.get("/api/v1/lookup/", {"commune": commune, "followed": "no"}).json()
    first, *other_points = answer["reception"]["points"]
    assert first["slug"].endswith(house)
    assert (first["distance_km"], first["open_now"]) == (None, None), "no street, no hours"
    assert answer["reception"]["phone_lines"] == []
    assert all("maison-departementale" in point["slug"] for point in other_points)
