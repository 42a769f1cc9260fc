"""What nobody published is not claimed: who covers a place, where a street is, who answers."""

import pytest
from django.urls import reverse

from accueil.models import PhoneLine
from tests.accueil.pages import get_page, page_text
from tests.accueil.questions import ask, teams
from tests.factories import CommuneFactory, DepartmentFactory, PhoneLineFactory

pytestmark = pytest.mark.django_db
GIEN, COURTENAY, OLIVET = "45155", "45115", "45232"


def page_of(client, q: str) -> str:
    return page_text(get_page(client, reverse("answer-detail"), q=q))


class TestWhoCoversAPlace:
    def test_a_former_house_names_the_agency_that_replaced_it_and_no_team(self, client, loiret):
        answer = ask(client, "Maison du Département de Gien")
        assert (answer["outcome"], answer["commune"]["code"]) == ("not_covered", GIEN)
        assert teams(answer) == []
        assert "Agence départementale des solidarités Gien-Montargis" in answer["message"]
        sentence, _end, _rest = answer["message"].partition(". ")
        assert sentence in page_of(client, "Maison du Département de Gien")

    def test_a_former_house_that_nobody_says_replaced(self, client, loiret):
        answer = ask(client, "Maison du Département Ouest Orléanais")
        assert teams(answer) == []
        assert answer["message"].startswith("Maison du Département Ouest Orléanais n'existe plus.")

    def test_a_team_named_after_a_town_is_not_the_team_of_that_town(self, client, loiret):
        answer = ask(client, "EP de Courtenay")
        assert (answer["outcome"], answer["commune"]["code"]) == ("team", COURTENAY)
        assert teams(answer) == ["ep-de-courtenay"]
        assert "Pour Courtenay" not in answer["message"]
        assert ask(client, "Courtenay")["outcome"] == "not_covered"

    def test_the_team_of_a_quarter_is_not_that_of_the_town(self, client, loiret):
        answer = ask(client, "la source")
        assert teams(answer) == ["la-source-saint-marceau"]
        assert "Pour La Source (Orléans), votre équipe est" in answer["message"]
        assert "Pour Orléans" not in page_of(client, "la source")

    def test_the_team_of_a_whole_town(self, client, loiret):
        assert "Pour Olivet, votre équipe est" in ask(client, "Olivet")["message"]

    def test_the_service_of_unaccompanied_minors_has_no_printed_origin(self, client, loiret):
        team = client.get("/api/v1/teams/service-mineurs-non-accompagnes/?on=2023-11-24").json()
        assert team["location"]["site"] is None
        assert [move["origin"] for move in team["relocations"]] == [None]


class TestHowManyAreKnown:
    def test_places_are_counted_beside_those_announced(self, client, loiret):
        text = page_text(get_page(client, "/accueil/", departement="45"))
        assert "annonce 47 lieux" in text
        assert "Ce portail en connaît 16." in text

    def test_teams_are_counted_beside_those_printed(self, client, loiret):
        text = page_text(get_page(client, "/chiffres/"))
        printed = text[text.index("Équipes d'accueil inconditionnel 3 équipes") :]
        assert printed.startswith(
            "Équipes d'accueil inconditionnel 3 équipes Ce portail en connaît 5."
        )


class TestATownIsNotAnAddress:
    def test_stops_of_the_bus_in_the_town_have_no_distance(self, client, loiret):
        stops = ask(client, "Orléans")["reception"]["stops"]
        assert len(stops) == 3
        assert {stop["distance_km"] for stop in stops} == {None}
        assert "tout près" not in page_of(client, "Orléans")

    def test_a_stop_in_another_town_is_as_far_as_the_town(self, client, loiret):
        stops = ask(client, "Sandillon")["reception"]["stops"]
        assert stops[0]["name"].startswith("Sandillon")
        assert all(stop["distance_km"] > 1 for stop in stops[1:])


class TestNumbersAndAuthorities:
    def test_a_number_that_works_comes_before_one_that_is_not_published(self, client, loiret):
        department = PhoneLine.objects.get(number="02 38 25 45 45").department
        PhoneLineFactory(department=department, number="", hours="Mo-Fr 09:30-12:00")
        lines = ask(client, "Olivet")["reception"]["phone_lines"]
        assert [bool(line["number"]) for line in lines] == [True, False]

    def test_no_hours_are_announced_for_a_number_that_is_not_published(self, client, loiret):
        department = PhoneLine.objects.get(number="02 38 25 45 45").department
        name = PhoneLineFactory(department=department, number="", hours="24/7").name
        assert f"{name} Numéro à renseigner" in page_of(client, "Gien")
        assert "numéro non publié" in page_of(client, "Gien")

    def test_where_nothing_is_published_the_authority_is_named(self, client, loiret):
        PhoneLine.objects.update(number="")
        text = page_of(client, "Gien")
        assert "ou au Département du Loiret" in text
        assert "Site officiel : Département du Loiret" in text

    def test_an_authority_without_a_published_site(self, client, loiret):
        DepartmentFactory._meta.model.objects.filter(code="45").update(authority_website="")
        PhoneLine.objects.update(number="")
        assert "Site officiel" not in page_of(client, "Gien")

    def test_a_commune_that_is_its_own_departement_is_named_once(self, client, loiret):
        paris = DepartmentFactory(code="75", name="Paris", authority_name="Ville de Paris")
        CommuneFactory(code="75056", name="Paris", department=paris)
        assert ask(client, "Paris")["message"] == (
            "Ce portail ne connaît pas les équipes qui suivent Paris."
            " Adressez-vous à votre mairie ou à la Ville de Paris."
        )


@pytest.mark.parametrize("team", ["ep-sologne", "equipe-daccueil-inconditionnel-giennois"])
def test_a_place_without_an_address_is_not_told_as_one(client, loiret, team):
    page = page_text(get_page(client, f"/equipes/{team}/"))
    assert "adresse inconnue" in page
    assert "lieu connu" not in page
    location = client.get(f"/api/v1/teams/{team}/").json()["location"]
    assert location["sentence"].startswith("Nous savons le lieu, pas l’adresse")
