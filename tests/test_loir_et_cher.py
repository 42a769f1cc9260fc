"""Data of Loir-et-Cher: twelve houses that open one after the other."""

import html
import re
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from accueil.models import PhoneLine, ReceptionPoint
from portal.core.opening_hours.hours import Hours
from relocations.models import Relocation
from teams.models import Agency, FormerAgency, Sector, Site, Statement, Team

DEPARTMENT = "41"

pytestmark = [pytest.mark.usefixtures("beside_loiret"), pytest.mark.django_db]

HOUSES = {
    *("Mondoubleau", "Fréteval", "Vendôme", "Mer", "Veuzain-sur-Loire", "Blois", "Bracieux"),
    *("Selles-sur-Cher", "Montrichard", "Romorantin", "Lamotte-Beuvron", "Salbris"),
}
OPEN_IN_2024 = ("Blois", "Vendôme", "Romorantin", "Lamotte-Beuvron")
BY_2026 = "au plus tard début 2026"


def page_text(answer):
    """Return the visible text of a page: no tags, single spaces."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def openings():
    return Relocation.objects.filter(team__agency__department="41")


def house(place: str) -> Team:
    return Team.objects.with_whereabouts().get(name=f"Maison des solidarités de {place}")


def whereabouts_sentence(place: str) -> str:
    team = house(place)
    return team.describe_whereabouts(team.whereabouts())


class TestWhatWasPublished:
    def test_twelve_houses_each_an_agency_and_its_team(self):
        names = {f"Maison des solidarités de {place}" for place in HOUSES}
        assert set(Agency.objects.filter(department="41").values_list("name", flat=True)) == names
        teams = Team.objects.filter(agency__department="41")
        assert set(teams.values_list("name", "kind")) == {(name, "house") for name in names}

    def test_the_five_older_houses_are_counted_and_never_named(self):
        [former] = FormerAgency.objects.filter(department="41")
        assert former.name == "Maison départementale de cohésion sociale (MDCS)"
        assert former.successors.count() == len(HOUSES)
        five = Statement.objects.get(key="41-cinq-mdcs")
        assert "cinq maisons départementales de cohésion sociale" in five.text

    @pytest.mark.parametrize(
        ("text", "team"),
        [
            ("MDCS", None),
            ("MDCS de Blois", "maison-des-solidarites-de-blois"),
            ("MDCS Vendôme", "maison-des-solidarites-de-vendome"),
            ("MDCS Romorantin", "maison-des-solidarites-de-romorantin"),
            (
                "maison départementale de cohésion sociale de Romorantin",
                "maison-des-solidarites-de-romorantin",
            ),
        ],
    )
    def test_people_still_name_the_older_houses(self, client, text, team):
        answer = client.get("/api/v1/lookup/", {"q": text}).json()
        assert [row["slug"] for row in answer["teams"]] == ([team] if team else [])
        if not team:
            assert "n'existe plus ; c'est maintenant : 12 maisons" in answer["message"]

    def test_every_house_opens_and_none_comes_from_elsewhere(self):
        assert set(openings().values_list("kind", "origin")) == {("opening", None)}
        assert openings().count() == len(HOUSES)

    def test_the_printed_conditions(self):
        printed = {
            name.removeprefix("Maison des solidarités de "): text
            for name, text in openings().values_list("team__name", "period_text")
        }
        assert printed.pop("Bracieux") == "courant 2024"
        assert printed.pop("Veuzain-sur-Loire") == "2 janvier"
        assert {place for place, text in printed.items() if text == BY_2026} == {
            *("Mondoubleau", "Selles-sur-Cher", "Salbris")
        }
        bracieux = openings().get(team__name__endswith="Bracieux")
        assert "EHPAD « La bonne Eure »" in bracieux.destination.name
        assert bracieux.period.latest == date(2024, 12, 31)

    @pytest.mark.parametrize(
        ("place", "day", "attested"),
        [
            ("Veuzain-sur-Loire", date(2024, 1, 2), "2024-01-02"),
            ("Mer", None, "../2025-05-21"),
            *((place, None, "../2024-12-31") for place in OPEN_IN_2024),
        ],
    )
    def test_those_that_a_later_page_names_as_open_are_done(self, place, day, attested):
        move = openings().get(team__name__endswith=place)
        assert (move.status, move.actual_date, move.period.edtf) == ("done", day, attested)
        assert house(place).site == move.destination

    def test_other_openings_are_not_done(self):
        assert openings().filter(status="done").count() == 6

    @pytest.mark.parametrize(
        ("place", "edtf", "certainty"),
        [
            ("Montrichard", "2026-09", "to_confirm"),
            ("Fréteval", "2026-09-01/2026-12-31", "uncertain"),
        ],
    )
    def test_what_was_published_in_march_2026_leads(self, client, today, place, edtf, certainty):
        today("2026-11-30")
        answer = client.get(f"/api/v1/teams/{house(place).slug}/").json()
        assert answer["location"]["certainty"] == certainty
        assert BY_2026 not in answer["location"]["sentence"]
        (opening,) = answer["relocations"]
        assert opening["period"]["edtf"] == edtf
        assert (opening["provenance"]["kind"], opening["provenance"]["on"]) == (
            "published",
            "2026-03-07",
        )
        assert opening["provenance"]["fields"]["period"]["printed"] == BY_2026
        page = page_text(client.get(f"/demenagements/{opening['id']}/"))
        assert f"Était imprimé « {BY_2026} »" in page

    def test_an_answer_for_an_earlier_day_does_not_change(self, client, today):
        today("2026-11-30")
        for on, certainty in (("2026-03-06", "to_confirm"), ("2026-03-07", "unknown")):
            answer = client.get(f"/api/v1/teams/{house('Montrichard').slug}/", {"on": on}).json()
            assert answer["location"]["certainty"] == certainty
            assert (BY_2026 in answer["location"]["sentence"]) is (certainty == "to_confirm")

    def test_a_site_without_a_street_uses_its_commune_and_is_approximate(self, client):
        sites = Site.objects.filter(department="41")
        assert set(sites.exclude(address="").values_list("address", flat=True)) == {
            "5 avenue Maunoury, Mer"
        }
        blois = sites.get(key="41-mds-blois")
        answer = client.get(f"/api/v1/sites/{blois.pk}/").json()
        assert (answer["commune"], answer["approximate"]) == ("41018", True)
        assert answer["latitude"] == blois.commune.latitude is not None
        assert blois.label == "Blois (adresse à renseigner)"

    def test_a_sector_is_deduced_only_for_the_commune_that_names_its_house(self):
        sectors = Sector.objects.filter(commune__department="41")
        assert set(sectors.values_list("kind", "basis")) == {("commune", "name")}
        assert sectors.count() == len(HOUSES)
        assert sectors.get(commune="41151").team.name == "Maison des solidarités de Montrichard"

    @pytest.mark.parametrize(
        ("topic", "older", "newer"),
        [
            ("Nombre de maisons des solidarités", "douze sites", "bientôt treize"),
            ("Accueil téléphonique", "de 9h30 à 11h30 et de 14h à 16h", "9h30-12h et 13h30-16h"),
            ("Accueil sans rendez-vous", "chacune des 12 sites", "Vendôme, Blois et Romorantin"),
            ("Schéma des solidarités", "2024/2029", "2024-2028"),
        ],
    )
    def test_later_figures_are_stored_beside_the_printed_ones(self, topic, older, newer):
        both = Statement.objects.filter(topic=topic, team=None, department="41").order_by("key")
        assert {older in statement.text for statement in both} == {True, False}
        assert {newer in statement.text for statement in both} == {True, False}
        assert len({statement.source_id for statement in both}) == 2

    def test_everything_has_its_source(self):
        for model in (Agency, Site, Statement):
            assert not model.objects.filter(department="41", source=None).exists(), model
        assert not openings().filter(source=None).exists()
        assert not Team.objects.filter(agency__department="41", source=None).exists()

    @pytest.mark.parametrize(
        "house",
        ["Montrichard", "Fréteval", "Mondoubleau", "Bracieux", "Selles-sur-Cher", "Salbris"],
    )
    def test_a_house_not_yet_open_shows_the_last_published_words(self, client, house):
        team = Team.objects.get(name=f"Maison des solidarités de {house}")
        page = page_text(client.get(team.get_absolute_url()))
        assert "onze MDS (et bientôt treize avec Montrichard en septembre et Fréteval" in page
        assert ("Suivront, cette année, celles de Mer et de Bracieux" in page) is (
            house == "Bracieux"
        )

    @pytest.mark.parametrize(
        ("house", "text", "edtf"),
        [
            ("Montrichard", "en septembre", "2026-09"),
            ("Fréteval", "à la fin de l’année", "2026-09-01/2026-12-31"),
        ],
    )
    def test_a_date_published_without_its_year_is_inferred(self, client, house, text, edtf):
        name = f"Maison des solidarités de {house}"
        move = openings().get(team__name=name)
        assert (move.period.text, move.period.edtf, move.period.inferred) == (text, edtf, True)
        page = page_text(client.get(move.get_absolute_url()))
        assert f"annoncé « {text} »" in page.replace("'", "’")

    def test_the_trades_of_a_house_are_told_as_a_future(self):
        trades = Team.objects.filter(agency__department="41").values_list("disciplines", flat=True)
        assert len(trades) == len(HOUSES)
        assert all(text.startswith("« Seront présents au sein des MDS »") for text in trades)

    def test_no_phone_is_invented(self):
        assert not Agency.objects.filter(department="41").exclude(phone="").exists()
        assert not Team.objects.filter(agency__department="41").exclude(phone="").exists()
        assert house("Blois").public_phone != "02 38 25 45 45", "the line of the Loiret"

    def test_loading_again_changes_nothing(self):
        before = list(Relocation.objects.values()), list(Team.objects.values())
        call_command("load_department", "41", stdout=StringIO())
        assert (list(Relocation.objects.values()), list(Team.objects.values())) == before


class TestWhatACitizenReads:
    @pytest.mark.parametrize(
        ("day", "place", "expected"),
        [
            ("2023-12-10", "Mondoubleau", f"Ouverture annoncée, jour à préciser ({BY_2026})."),
            ("2024-06-01", "Mondoubleau", f"Ouverture annoncée, jour à préciser ({BY_2026})."),
            (
                "2026-11-22",
                "Mondoubleau",
                f"Date dépassée, à confirmer : l'ouverture était annoncée ({BY_2026}).",
            ),
            (
                "2023-12-10",
                "Blois",
                "Ouverture, jour non publié (au plus tard en 2024) : à confirmer pour ce jour-là.",
            ),
            (
                "2026-11-22",
                "Blois",
                "Nous savons la ville, pas la rue : Blois. Dernière vérification : 7 mars 2026."
                " Appelez le 02 54 58 41 41 avant",
            ),
            (
                "2023-12-10",
                "Mer",
                "Ouverture, jour non publié (au plus tard le mercredi 21 mai 2025) : à confirmer",
            ),
            ("2026-11-22", "Mer", "L'équipe est ici : 5 avenue Maunoury, Mer."),
            ("2023-12-10", "Bracieux", "Pas encore ouvert. Ouverture annoncée : courant 2024."),
            ("2024-06-01", "Bracieux", "Ouverture annoncée, jour à préciser (courant 2024)."),
        ],
    )
    def test_on_that_day(self, today, day, place, expected):
        today(day)
        assert whereabouts_sentence(place).startswith(expected)
        assert "déménage" not in whereabouts_sentence(place), "a house that opens leaves nothing"

    def test_a_house_open_since_an_unknown_day_is_shown_as_open(self, client, today):
        today("2026-11-22")
        page = page_text(client.get("/demenagements/?department=41"))
        assert page.count("ouvert, jour non publié") == 5
        assert "Pour 5 déménagements, la date annoncée est passée." in page

    @pytest.mark.parametrize("place", ["Mer", *OPEN_IN_2024])
    def test_a_house_found_open_does_not_announce_its_opening(self, client, today, place):
        today("2026-11-30")
        point = client.get(f"/accueil/accueil-de-la-{house(place).slug}/")
        team_card = client.get("/trouver/", {"q": f"MDS de {place}"})
        for page in (point, team_card):
            assert "annoncé" not in page_text(page).split("Aussi publié")[0]

    @pytest.mark.parametrize(
        ("on", "certainty"),
        [
            ("2010-01-01", "to_confirm"),
            ("2025-05-21", "to_confirm"),
            ("2025-05-22", "certain"),
            ("2026-11-29", "certain"),
            ("2026-11-30", "certain"),
            ("2026-12-01", "certain"),
        ],
    )
    def test_open_without_a_day_it_is_certain_once_its_period_is_over(
        self, client, today, on, certainty
    ):
        today("2026-11-30")
        answer = client.get(f"/api/v1/teams/{house('Mer').slug}/", {"on": on}).json()
        assert answer["location"]["certainty"] == certainty
        both = (answer["location"]["site"], answer["location"]["next_site"])
        assert [site and site["address"] for site in both] == (
            ["5 avenue Maunoury, Mer", None]
            if certainty == "certain"
            else [None, "5 avenue Maunoury, Mer"]
        )

    @pytest.mark.parametrize(
        ("q", "place"),
        [
            ("MDS de Blois", "Blois"),
            ("mds vendome", "Vendôme"),
            ("mds veuzain", "Veuzain-sur-Loire"),
            ("maison des solidarités de mer", "Mer"),
            ("MDS Romorantin", "Romorantin"),
            ("mds de montrichard val de cher", "Montrichard"),
            ("41170 Mondoubleau", "Mondoubleau"),
        ],
    )
    def test_it_is_found_by_its_usual_names(self, client, q, place):
        answer = client.get("/api/v1/lookup/", {"q": q}).json()
        assert [team["name"] for team in answer["teams"]] == [f"Maison des solidarités de {place}"]
        assert answer["commune"]["department"] == "41"

    def test_the_atom_feed_lists_openings(self, client):
        feed = html.unescape(client.get("/demenagements/flux.atom?department=41").content.decode())
        assert "Maison des solidarités de Mer – C'est ouvert : le jour n'est pas publié." in feed
        assert "Maison des solidarités de Salbris – L'ouverture est prévue." in feed

    def test_the_schedule_names_departements_until_one_is_selected(self, client):
        every = page_text(client.get("/demenagements/"))
        assert "Maison des solidarités de Blois Loir-et-Cher ouverture" in every
        assert "Olivétaine Loiret" in every
        filtered = page_text(client.get("/demenagements/?department=41"))
        assert "Maison des solidarités de Blois ouverture" in filtered
        assert "Olivétaine Loiret" not in filtered


class TestReception:
    @pytest.mark.parametrize(
        ("day", "is_told"),
        [("2023-11-18", False), ("2023-11-19", True), ("2023-12-22", True), ("2023-12-23", False)],
    )
    def test_the_mornings_closed_in_december(self, client, today, day, is_told):
        today(day)
        page = page_text(client.get("/communes/41018/"))
        assert (
            "Les services actuels des MDCS seront fermés au public le matin." in page
        ) is is_told
        page = page_text(client.get("/communes/45232/"))
        assert "MDCS" not in page, "what closes in a département is not said in another"

    @pytest.mark.parametrize(
        ("at", "is_open"),
        [
            ("2024-01-08T10:00", True),
            ("2024-01-08T11:45", False),
            ("2026-03-02T11:45", True),  # Monday, with the hours of March 2026
            ("2026-03-03T14:00", False),  # Tuesday afternoon
            ("2026-03-04T14:00", True),
        ],
    )
    def test_the_single_number_is_open_at_its_hours(self, client, at, is_open):
        line = PhoneLine.objects.get(slug="numero-unique-du-loir-et-cher")
        assert Hours(line.hours).is_open(datetime.fromisoformat(at)) is is_open
        # Nobody can call a number that is not published: it is not told open.
        lines = client.get("/api/v1/phone-lines/", {"department": "41", "at": at}).json()["results"]
        assert (lines[-1]["slug"], lines[-1]["number"]) == (line.slug, "")
        assert (lines[-1]["open_now"], lines[-1]["next_change"]) == (None, None)

    @pytest.mark.parametrize(
        ("on", "first_words"),
        [("2024-06-03", "ouvert de 9h30 à 11h30"), ("2026-03-07", "depuis le 1er mars 2026")],
    )
    def test_its_hours_are_those_known_on_the_day(self, client, on, first_words):
        answer = client.get("/api/v1/lookup/", {"commune": "41018", "on": on}).json()
        line = answer["reception"]["phone_lines"][-1]
        assert line["hours"].startswith(first_words)

    @pytest.mark.parametrize("commune", ["41143", "41018"])
    def test_no_phone_line_of_another_departement_for_people_not_yet_followed(
        self, client, commune
    ):
        answer = client.get("/api/v1/lookup/", {"commune": commune, "followed": "no"}).json()
        assert {line["slug"] for line in answer["reception"]["phone_lines"]} == {
            "numero-unique-du-loir-et-cher",
            "standard-du-departement-de-loir-et-cher",
        }
        assert all(
            "maison-des-solidarites" in point["slug"] for point in answer["reception"]["points"]
        )

    def test_an_unpublished_number_is_shown_as_missing(self, client):
        page = page_text(client.get("/communes/41143/?suivi=non"))
        assert "Numéro à renseigner" in page
        assert "02 38" not in page

    @pytest.mark.parametrize("address", ["/accueil/?departement=41", "/communes/41018/"])
    def test_an_unknown_number_has_no_tel_link(self, client, address):
        page = client.get(address).content.decode()
        assert 'href="tel:"' not in page
        assert "Numéro à renseigner" in html.unescape(page)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [("2025-06-03T13:00", None), ("2026-03-03T10:00", True), ("2026-03-03T13:00", False)],
)
def test_before_its_hours_without_appointment_were_published_nobody_knows_them(client, at, is_open):
    address = "/api/v1/reception-points/accueil-de-la-maison-des-solidarites-de-blois/"
    assert client.get(address, {"at": at}).json()["open_now"] is is_open


def test_each_field_says_whether_a_later_page_published_it(client):
    line = client.get("/api/v1/phone-lines/numero-unique-du-loir-et-cher/").json()
    provenance = line["provenance"]
    assert (provenance["kind"], provenance["on"]) == ("published", "2026-03-07")
    assert provenance["printed"].endswith(
        "ouvert de 9h30 à 11h30 et de 14h à 16h du lundi au vendredi"
    )
    assert provenance["fields"]["hours"]["printed"].startswith("ouvert de 9h30 à 11h30")
    assert provenance["fields"]["purpose"]["kind"] == "printed"
    assert (line["source"], line["source_date"]) == ("Nouveaux horaires pour les MDS", "2026-03-07")


def test_with_or_without_appointment_is_the_same_in_hours_badge_and_filter(client):
    walk_in = page_text(client.get("/accueil/?departement=41&rdv=sans"))
    for place in ("Blois", "Vendôme", "Romorantin"):
        assert f"Accueil de la maison des solidarités de {place}" in walk_in
    assert "Veuzain" not in walk_in
    assert "avec ou sans rendez-vous" in walk_in
    both = page_text(client.get("/accueil/?departement=41&rdv=avec"))
    assert "maison des solidarités de Blois" in both
    assert "maison des solidarités de Veuzain" in both
    for point in ReceptionPoint.objects.without_appointment():
        assert point.needs_appointment is False
    blois = ReceptionPoint.objects.get(slug="accueil-de-la-maison-des-solidarites-de-blois")
    at = {"at": "2026-12-01T10:00"}
    answer = client.get(f"/api/v1/reception-points/{blois.slug}/", at).json()
    assert (answer["by_appointment"], answer["open_now"]) == (False, True)
    assert "On vient avec ou sans rendez-vous" in page_text(client.get(blois.get_absolute_url()))
