"""`/accueil/<slug>/`: the page of a reception point, and the calendars of an itinerant one."""

import html
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar

from accueil.models import ReceptionPoint, SpecialHours, Stop, StopChange
from portal.core.opening_hours.calendars import PARIS
from tests.accueil.conftest import TUESDAY
from tests.accueil.pages import appear_in_order, get_page, links, main_html, page_text
from tests.factories import ReceptionPointFactory, RelocationFactory, SiteFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_tuesday")]

BONNY = "/accueil/france-services-de-bonny-sur-loire/"
ORLEANS = "/accueil/permanence-daccueil-inconditionnel-orleanais/"
LOGES = "/accueil/bus-france-services-de-la-communaute-de-communes-des-loges/"


class TestWhatItSays:
    def test_a_point_as_published(self, client, loiret):
        page = get_page(client, BONNY)
        assert appear_in_order(
            *(page, "France services de Bonny-sur-Loire", "ouvert, ferme à 12 h 30"),
            *("1 Place Beaupin Lagier - 45420 Bonny-sur-Loire",),
            "du mardi au vendredi de 9 h 00 à 12 h 30 et de 14 h 00 à 17 h 30",
            *("On vient sans rendez-vous.", "Appeler le 02 38 05 18 74", "Source :"),
            *("Cette information est fausse", "mardi 24 novembre", "lundi 7 décembre"),
        )
        assert "Langues à renseigner" in page_text(page)

    def test_hours_that_nobody_published(self, client, loiret):
        text = page_text(get_page(client, "/accueil/france-services-de-beaugency/"))
        assert "Horaires : à renseigner" in text
        assert "Les 14 prochains jours" not in text
        assert "Appeler le 02 38 25 45 45" in text, "the line"

    def test_the_next_14_days_with_holidays_closures_and_appointments(self, client, clock_at):
        point = ReceptionPointFactory(
            hours="Mo-Fr 09:00-12:00; PH off", appointment_hours="Mo-Fr 14:00-16:00; PH off"
        )
        special = SpecialHours.objects.create(
            department=point.department,
            first_day=date(2026, 12, 28),
            last_day=date(2026, 12, 29),
            effect="closed",
            message="Travaux",
        )
        special.points.add(point)
        clock_at(datetime(2026, 12, 21, 8, 0, tzinfo=PARIS))
        rows = [
            " ".join(html.unescape(row).split())
            for row in page_text(get_page(client, point.get_absolute_url())).split(
                " Sur rendez-vous "
            )[-1:]
        ]
        text = rows[0]
        assert "lundi 21 décembre de 9 h à 12 h de 14 h à 16 h" in text
        assert "vendredi 25 décembre fermé, jour férié Noël fermé, jour férié" in text
        assert "lundi 28 décembre fermé fermé : Travaux fermé" in text
        assert "mercredi 30 décembre de 9 h à 12 h de 14 h à 16 h" in text
        assert "vendredi 1er janvier fermé, jour férié jour de l'An" in text
        assert "dimanche 3 janvier" in text
        assert "lundi 4 janvier" not in text

    def test_what_an_agent_wrote_of_it(self, client):
        point = ReceptionPointFactory(
            offers="Premier accueil",
            documents="Une pièce d'identité",
            languages="français, arabe",
            wheelchair="limited",
            access_notes="Une marche à l'entrée",
            access_url="https://acceslibre.beta.gouv.fr/x/",
            checked_on=date(2026, 11, 2),
        )
        page = get_page(client, point.get_absolute_url())
        for text in [
            *["Premier accueil", "Une pièce d'identité", "français, arabe"],
            *["accessible en fauteuil roulant avec de l'aide", "Une marche à l'entrée"],
            "Vérifié le 2 novembre 2026.",
        ]:
            assert text in page_text(page)
        assert "https://acceslibre.beta.gouv.fr/x/" in links(page).values()

    def test_the_team_that_moves(self, client, clock_at):
        team = TeamFactory(site__address="1 rue Ancienne")
        move = RelocationFactory(team=team, destination=SiteFactory(address="2 rue Nouvelle"))
        point = ReceptionPointFactory(team=team, site=None)
        clock_at(datetime(2023, 11, 24, 10, 0, tzinfo=PARIS))
        page = get_page(client, point.get_absolute_url())
        assert "L'équipe est ici : 1 rue Ancienne." in page_text(page)
        assert links(page)["Déménagement annoncé : 2024"] == move.get_absolute_url()
        clock_at(datetime(2024, 6, 1, 10, 0, tzinfo=PARIS))
        text = page_text(get_page(client, point.get_absolute_url()))
        assert "Avant : 1 rue Ancienne. Après : 2 rue Nouvelle." in text

    def test_unknown(self, client, loiret):
        answer = client.get("/accueil/inconnu/")
        assert answer.status_code == 404
        assert "Trouver mon équipe" in links(answer)

    def test_from_the_answer_of_a_person_whom_nobody_follows(self, client, loiret):
        page = client.get("/communes/45040/", {"suivi": "non"})
        assert links(page)["France services de Bonny-sur-Loire"] == BONNY

    def test_as_many_queries_whatever_its_stops(self, client, queries):
        bus = ReceptionPointFactory(kind="itinerant", site=None)
        counts = []
        for size in (1, 20):
            for _ in range(size):
                stop = Stop.objects.create(
                    point=bus, site=SiteFactory(), weekday=1, starts_at="09:00", ends_at="10:00"
                )
                StopChange.objects.create(stop=stop, day=date(2026, 11, 24))
            address = bus.get_absolute_url()
            client.get(f"{address}?une")
            with queries() as captured:
                client.get(address)
            counts.append(len(captured))
        assert counts[0] == counts[1] <= 6


def test_a_move_that_a_later_one_has_overtaken_is_not_announced(client, loiret, today):
    today("2026-11-30")
    for address in (
        "/accueil/permanence-daccueil-inconditionnel-orleanais/",
        "/trouver/?q=equipe+d+accueil+inconditionnel+orleans+metropole",
    ):
        page = client.get(address).content.decode()
        assert "3 bis avenue des Droits de l'Homme" in page
        assert "Déménagement annoncé" not in page, address


class TestWays:
    def test_to_a_point_that_was_measured(self, client):
        point = ReceptionPointFactory(site=SiteFactory(latitude=47.9, longitude=1.9))
        result = links(get_page(client, point.get_absolute_url()))
        assert result["Application de cartes de ce téléphone"].startswith("geo:47.9,1.9?")
        assert "mlat=47.9&mlon=1.9" in result["OpenStreetMap"]
        assert parse_qs(urlsplit(result["Google Maps"]).query)["destination"] == ["47.9,1.9"]
        assert parse_qs(urlsplit(result["Apple Plans"]).query)["daddr"] == ["47.9,1.9"]

    def test_to_the_printed_address_where_the_point_is_that_of_the_commune(self, client, loiret):
        page = get_page(client, BONNY)
        address = "1 Place Beaupin Lagier - 45420 Bonny-sur-Loire"
        result = links(page)
        assert result["Application de cartes de ce téléphone"].startswith("geo:0,0?q=1+Place")
        assert parse_qs(urlsplit(result["OpenStreetMap"]).query)["query"] == [address]
        assert parse_qs(urlsplit(result["Google Maps"]).query)["destination"] == [address]
        assert "La position exacte n'est pas connue" in page_text(page)
        assert main_html(page).count('rel="noopener noreferrer"') == 4

    def test_none_to_a_place_that_nobody_published(self, client):
        point = ReceptionPointFactory(site=None, team=TeamFactory(site=None))
        assert "OpenStreetMap" not in links(get_page(client, point.get_absolute_url()))


class TestItinerant:
    @pytest.fixture
    def bus(self):
        return ReceptionPointFactory(kind="itinerant", site=None, name="Le bus", slug="le-bus")

    @pytest.fixture
    def stop(self, bus):
        """Every Thursday from 9 h 30 to 12 h; cancelled on 3 December, moved on 10 December."""
        stop = Stop.objects.create(
            point=bus,
            site=SiteFactory(name="Place du marché", city="Jargeau"),
            **{"weekday": 3, "starts_at": time(9, 30), "ends_at": time(12)},
            valid_from=date(2026, 11, 5),
        )
        StopChange.objects.create(stop=stop, day=date(2026, 12, 3), message="Panne")
        StopChange.objects.create(
            stop=stop,
            day=date(2026, 12, 10),
            new_day=date(2026, 12, 11),
            starts_at=time(14),
            ends_at=time(16),
            new_place="Gymnase",
        )
        return stop

    def test_its_stops_and_passages(self, client, stop):
        page = get_page(client, "/accueil/le-bus/")
        assert appear_in_order(
            *(page, "fermé, ouvre jeudi 26 novembre à 9 h 30"),
            *("jeudi 26 novembre de 9 h 30 à 12 h", "Place du marché"),
            *("jeudi 3 décembre de 9 h 30 à 12 h", "annulé", "Panne", "chaque jeudi"),
        )
        assert links(page)["Tous ses passages dans votre agenda (iCalendar)"] == (
            "/accueil/le-bus/calendrier.ics"
        )

    def test_a_printed_rhythm_without_days(self, client, loiret):
        text = page_text(get_page(client, LOGES))
        assert (
            "deux semaines sur trois (deux communes par jour, 9 h 30-12 h et 14 h-16 h 30)" in text
        )
        assert "jour à renseigner" in text
        assert "Aucun jour n'est publié" in text

    def events(self, client, address):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        made = Calendar.from_ical(answer.content)
        assert [str(zone["TZID"]) for zone in made.walk("VTIMEZONE")] == ["Europe/Paris"]
        return made.walk("VEVENT")

    def test_the_calendar_of_a_bus(self, client, stop):
        result = {
            str(event["UID"]).partition("@")[0]: event
            for event in self.events(client, "/accueil/le-bus/calendrier.ics")
        }
        assert len(result) == 27 + 2, "from 5 November to six months ahead"
        usual = result[f"passage-{stop.pk}-20261126"]
        assert usual["DTSTART"].dt == datetime(2026, 11, 26, 9, 30, tzinfo=PARIS)
        assert usual["DTEND"].dt == datetime(2026, 11, 26, 12, 0, tzinfo=PARIS)
        assert usual["STATUS"] == "CONFIRMED"
        assert usual["LOCATION"] == "Place du marché, Jargeau"
        cancelled = result[f"passage-{stop.pk}-20261203"]
        assert cancelled["STATUS"] == "CANCELLED"
        assert cancelled["SUMMARY"] == "Annulé : Le bus, Place du marché"
        assert cancelled["DESCRIPTION"] == "Panne"
        moved = result[f"passage-{stop.pk}-20261210"]
        assert moved["DTSTART"].dt == datetime(2026, 12, 11, 14, 0, tzinfo=PARIS)
        assert moved["STATUS"] == "CONFIRMED"
        assert "Gymnase" in moved["SUMMARY"]

    def test_identities_stay_when_days_pass(self, client, stop, clock_at):
        address = "/accueil/le-bus/calendrier.ics"
        first = {str(event["UID"]) for event in self.events(client, address)}
        clock_at(TUESDAY + timedelta(days=7))
        assert len(first & {str(event["UID"]) for event in self.events(client, address)}) >= 28

    def test_the_calendar_of_a_stop(self, client, bus, stop):
        Stop.objects.create(
            point=bus, site=SiteFactory(), weekday=0, starts_at="09:00", ends_at="10:00"
        )
        address = f"/accueil/le-bus/arrets/{stop.pk}/calendrier.ics"
        places = {str(event["UID"]).split("-")[1] for event in self.events(client, address)}
        assert places == {str(stop.pk)}
        assert client.get(f"/accueil/autre/arrets/{stop.pk}/calendrier.ics").status_code == 404

    def test_nothing_for_days_that_are_not_known(self, client, loiret):
        assert self.events(client, f"{LOGES}calendrier.ics") == []

    def test_a_point_that_is_not_itinerant_has_no_calendar(self, client, loiret):
        assert client.get(f"{BONNY}calendrier.ics").status_code == 404


def test_the_printed_page_has_what_matters(client, loiret):
    """Screen-only elements are marked as such; hours and days are not."""
    page = main_html(get_page(client, BONNY))
    assert '<section class="card stack no-print" aria-labelledby="venir">' in page
    assert "no-print" not in page.partition("<table")[2].partition("</table>")[0]
    assert ReceptionPoint.objects.filter(slug="france-services-de-bonny-sur-loire").exists()
