"""Points that close for good: announced, then left out of lists; their page says where else to go."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from icalendar import Calendar

from accueil.models import ReceptionPoint
from accueil.reception_points.candidates import Criteria, _nearest_query, _window
from portal.core.opening_hours.calendars import PARIS
from tests.accueil.pages import (
    form_errors,
    form_fields,
    get_page,
    links,
    listed_names,
    main_html,
    page_text,
)
from tests.accueil.test_reception_point_editing import ORLEANS, SAVE, address, send
from tests.factories import (
    BusFactory,
    ReceptionPointFactory,
    SiteFactory,
    SpecialHoursFactory,
    StopFactory,
    agent,
)
from tests.loaded_database import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_tuesday")]

LIST_URL = "/accueil/"
LAST_EVE, CLOSES = date(2027, 3, 2), date(2027, 3, 3)  # a Tuesday, a Wednesday
HOURS = "Mo-Fr 09:00-12:00"
NOTE = "L'accueil se fait désormais à la mairie."
ANNOUNCED = f"Ferme définitivement le 3 mars 2027. {NOTE}"
CLOSED = f"Ce lieu est fermé depuis le 3 mars 2027. {NOTE}"
HERE = "98001"


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


@pytest.fixture
def closing(make_point):
    """Return a point that closes on 3 March 2027, beside one that stays."""
    make_point("Reste", 2, hours=HOURS)
    return make_point("Ferme", 1, hours=HOURS, closes_on=CLOSES, closing_note=NOTE)


# How many days after the closing, whether it is announced, whether it is still given.
DAYS = [
    (-16, False, True),
    (-15, True, True),
    (-1, True, True),
    (0, False, False),
    (1, False, False),
]


@pytest.mark.parametrize(("after", "is_announced", "is_given"), DAYS)
class TestDayByDay:
    @pytest.fixture(autouse=True)
    def the_day(self, closing, on_tuesday, clock_at, after):
        clock_at(at(CLOSES + timedelta(days=after)))

    def test_its_page(self, client, after, is_announced, is_given):
        text = page_text(get_page(client, f"{LIST_URL}ferme/"))
        assert (ANNOUNCED in text) is is_announced
        assert (CLOSED in text) is not is_given
        assert ("ouvert, ferme à 12 h" in text) is is_given

    @pytest.mark.parametrize(
        "params",
        [
            *({"commune": HERE}, {"departement": "98"}),
            *({"commune": HERE, "ouvert": "maintenant"}, {"departement": "98", "rdv": ""}),
        ],
    )
    def test_the_list(self, client, after, is_announced, is_given, params):
        page = get_page(client, LIST_URL, **params)
        assert set(listed_names(page)) == ({"Ferme", "Reste"} if is_given else {"Reste"})
        assert (ANNOUNCED in page_text(page)) is is_announced
        assert ("Ferme (ouvert" in main_html(page)) is is_given, "on the map"
        if "commune" not in params:
            assert ("2 lieux" if is_given else "1 lieu") in page_text(page)

    def test_the_answer_of_a_person_whom_nobody_follows(
        self, client, after, is_announced, is_given
    ):
        page = get_page(client, f"/communes/{HERE}/", suivi="non")
        assert ("Ferme" in links(page)) is is_given
        assert "Reste" in links(page)
        assert (ANNOUNCED in page_text(page)) is is_announced

    def test_the_api(self, client, after, is_announced, is_given):
        expected = {"ferme", "reste"} if is_given else {"reste"}
        answer = client.get("/api/v1/lookup/", {"commune": HERE}).json()
        points = {item["slug"]: item for item in answer["reception"]["points"]}
        assert set(points) == expected
        if is_given:
            assert points["ferme"]["open_now"] is True
            assert "closes_on" not in points["ferme"], "its keys are fixed"
        for near in ({}, {"commune": HERE}):
            listed = client.get("/api/v1/reception-points/", {"department": "98", **near}).json()
            assert {item["slug"] for item in listed["results"]} == expected
        alone = client.get("/api/v1/reception-points/ferme/").json()
        assert (alone["closes_on"], alone["closing_note"]) == ("2027-03-03", NOTE)
        assert alone["open_now"] is is_given


class TestOpenNow:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (at(date(2027, 2, 15), 13), (False, at(date(2027, 2, 16), 9))),
            (at(LAST_EVE, 8), (False, at(LAST_EVE, 9))),
            (at(LAST_EVE, 9), (True, at(LAST_EVE, 12))),
            (at(LAST_EVE, 12), (False, None)),
            (at(CLOSES, 10), (False, None)),
            (at(date(2028, 3, 1), 10), (False, None)),
        ],
    )
    def test_no_next_opening_is_given(self, closing, moment, expected):
        assert closing.opening_state(moment)[:2] == expected

    def test_not_even_for_a_day_with_other_hours(self):
        make_point = ReceptionPointFactory(hours=HOURS, closes_on=CLOSES)
        unknown = ReceptionPointFactory(closes_on=CLOSES)
        SpecialHoursFactory(
            **{"first_day": LAST_EVE, "last_day": CLOSES, "points": [make_point, unknown]},
            **{"effect": "open_only", "spans": "14:00-15:00"},
        )
        for item in (make_point, unknown):
            assert item.opening_state(at(LAST_EVE, 14))[:2] == (True, at(LAST_EVE, 15))
            assert item.opening_state(at(LAST_EVE, 16))[:2] == (False, None)
            assert item.opening_state(at(CLOSES, 14))[:2] == (False, None)

    def test_closed_is_not_unknown(self):
        unknown = ReceptionPointFactory(closes_on=CLOSES)
        assert unknown.opening_state(at(LAST_EVE))[:2] == (None, None)
        assert unknown.opening_state(at(CLOSES))[:2] == (False, None)
        assert BusFactory(closes_on=CLOSES).opening_state(at(CLOSES))[:2] == (False, None)

    def test_a_saturday_that_it_will_not_see(self, client, make_point, clock_at):
        make_point("Reste", hours="Sa 09:00-12:00")
        make_point("Ferme", hours="Sa 09:00-12:00", closes_on=date(2027, 3, 6))
        clock_at(at(CLOSES))
        for where in ({"commune": HERE}, {"departement": "98"}):
            assert listed_names(get_page(client, LIST_URL, ouvert="samedi", **where)) == ["Reste"]


class TestItsPage:
    def test_its_next_days_stop_before(self, client, closing, clock_at):
        clock_at(at(date(2027, 2, 26)))
        text = page_text(get_page(client, f"{LIST_URL}ferme/"))
        assert "Les 5 prochains jours" in text
        assert "mardi 2 mars de 9 h à 12 h" in text
        assert "mercredi 3 mars" not in text

    def test_announced_at_once_when_it_is_typed_late(self, client, make_point, clock_at):
        clock_at(at(LAST_EVE))
        point = make_point("Ferme", hours=HOURS)
        assert "Ferme définitivement" not in page_text(get_page(client, f"{LIST_URL}ferme/"))
        ReceptionPoint.objects.filter(pk=point.pk).update(closes_on=CLOSES)
        assert "Ferme définitivement le 3 mars 2027." in page_text(
            get_page(client, f"{LIST_URL}ferme/")
        )

    def test_then_leads_to_the_points_near(self, client, closing, clock_at):
        clock_at(at(CLOSES))
        page = get_page(client, f"{LIST_URL}ferme/")
        near = links(page)["Voir les lieux d'accueil près d'ici"]
        assert near == f"{LIST_URL}?commune={HERE}"
        assert listed_names(get_page(client, near)) == ["Reste"]
        assert "prochains jours" not in page_text(page)
        assert "OpenStreetMap" not in links(page), "nobody is led there"

    def test_or_to_those_of_the_departement(self, client, clock_at):
        bus = BusFactory(closes_on=CLOSES)
        clock_at(at(CLOSES))
        page = get_page(client, bus.get_absolute_url())
        assert links(page)["Voir les autres lieux d'accueil"] == f"{LIST_URL}?departement=98"


class TestItinerant:
    @pytest.fixture
    def stop(self, place, make_point):
        """Every Tuesday until the bus closes: the last is the day before."""
        make_point("Reste")
        site = SiteFactory(
            **{"department": place.department, "commune": place, "name": "La place"},
            **{"latitude": 47.0, "longitude": 2.0},
        )
        bus = BusFactory(slug="le-bus", department=place.department, closes_on=CLOSES)
        return StopFactory(point=bus, site=site)

    def test_its_calendars_end_the_day_before(self, client, stop, clock_at):
        stop.changes.create(day=LAST_EVE, new_day=CLOSES, message="Reporté")
        clock_at(at(date(2027, 2, 20)))
        for name in ("calendrier.ics", f"arrets/{stop.pk}/calendrier.ics"):
            made = Calendar.from_ical(client.get(f"{LIST_URL}le-bus/{name}").content)
            days = sorted(item["DTSTART"].dt.date() for item in made.walk("VEVENT"))
            assert days[-1] == date(2027, 2, 23)

    @pytest.mark.parametrize(("day", "is_given"), [(LAST_EVE, True), (CLOSES, False)])
    def test_its_stops_leave_with_it(self, client, stop, clock_at, day, is_given):
        clock_at(at(day, 8))
        for where in ({"commune": HERE}, {"departement": "98"}):
            text = page_text(get_page(client, LIST_URL, **where))
            assert ("mardi 2 mars de 9 h à 11 h" in text) is is_given
            assert ("La place" in text) is is_given
        assert (
            "La place" in page_text(get_page(client, f"/communes/{HERE}/", suivi="non"))
        ) is is_given
        assert client.get("/api/v1/stops/", {"department": "98"}).json()["count"] == is_given
        alone = client.get(f"/api/v1/stops/{stop.pk}/").json()
        assert (alone["next"] is not None) is is_given


class TestKeeping:
    @pytest.fixture
    def here(self, client, loiret, today) -> ReceptionPoint:
        """Return the point of Orléans, on 20 November 2026, with its agent signed in."""
        today("2026-11-20")
        client.force_login(agent(ORLEANS))
        return ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")

    def closed(self, make_point):
        make_point.refresh_from_db()
        return make_point.closes_on, make_point.closing_note

    def test_it_is_typed_then_undone_by_emptying_the_date(self, client, here):
        typed = {"closes_on": "2027-03-03", "closing_note": NOTE}
        assert send(client, here, typed).status_code == 302
        assert self.closed(here) == (CLOSES, NOTE)
        assert here.edited_at is not None
        shown = form_fields(client.get(address(here)))
        assert (shown["closes_on"], shown["closing_note"]) == (["2027-03-03"], [NOTE])
        assert send(client, here, {"closes_on": ""}).status_code == 302
        assert self.closed(here) == (None, "")

    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            ({"closes_on": "bientôt"}, "Écrivez une date"),
            ({"closes_on": "2027-02-30"}, "Écrivez une date"),
            ({"closes_on": "2025-11-18"}, "passé depuis plus d'un an"),
            ({"closes_on": "2072-03-03"}, "dans plus de cinq ans"),
            ({"closing_note": NOTE}, "À partir de quel jour ?"),
        ],
    )
    def test_a_day_that_is_surely_wrong_is_refused(self, client, here, typed, text):
        answer = send(client, here, typed)
        assert answer.status_code == 400
        assert text in form_errors(answer)
        assert {name: form_fields(answer)[name] for name in typed} == {
            name: [value] for name, value in typed.items()
        }
        assert self.closed(here) == (None, "")

    def test_a_closing_of_last_week_can_still_be_entered(self, client, here):
        assert send(client, here, {"closes_on": "2026-11-12"}).status_code == 302

    def test_closed_points_are_listed_apart_and_still_editable(self, client, here, today):
        send(client, here, {"closes_on": "2027-03-03"})
        for day, is_open in [("2027-03-02", True), ("2027-03-03", False), ("2030-01-01", False)]:
            today(day)
            page = client.get("/espace/accueil/").content.decode()
            open_ones, _title, closed = page.partition(">Fermés<")
            link = f'href="{address(here)}"'
            assert (link in open_ones, link in closed) == (is_open, not is_open)
        assert "fermé depuis le 3 mars 2027" in re.sub(r"\s+", " ", closed)
        assert send(client, here, {"closing_note": NOTE}).status_code == 302
        assert self.closed(here) == (CLOSES, NOTE)

    def test_nobody_is_asked_to_check_it(self, client, here, today):
        ReceptionPoint.objects.exclude(pk=here.pk).update(checked_on=date(2026, 11, 1))
        assert "1 accueil que personne n'a vérifié" in client.get("/espace/").content.decode()
        ReceptionPoint.objects.filter(pk=here.pk).update(closes_on=date(2026, 11, 20))
        assert "accueil que personne" not in client.get("/espace/").content.decode()

    def test_the_next_days_shown_before_a_save_know_it(self, client, here):
        typed = {**form_fields(client.get(address(here))), "closes_on": "2026-11-25"}
        text = page_text(client.post(address(here), {**typed, "voir": "1"}))
        assert "mardi 24 novembre de 8 h 30 à 12 h 30" in text
        assert "mercredi 25 novembre fermé" in text

    def test_not_by_an_agent_of_another_agency(self, client, here):
        client.force_login(agent("ads-nord-loiret"))
        answer = client.post(address(here), {"closes_on": "2027-03-03", **SAVE})
        assert answer.status_code == 403
        assert self.closed(here) == (None, "")


class TestQueries:
    @pytest.mark.parametrize("params", [f"{LIST_URL}?commune={HERE}", f"{LIST_URL}?departement=98"])
    def test_as_many_whatever_closes(self, client, make_point, clock_at, queries, params):
        clock_at(at(LAST_EVE))
        counts = []
        for closes_on in (None, CLOSES):
            for at_ in range(3):
                make_point(f"{closes_on} {at_}", slug=f"p{closes_on}{at_}", closes_on=closes_on)
            client.get(f"{params}&page=1")
            with queries() as captured:
                client.get(params)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_the_nearest_are_still_chosen_on_the_index_alone(self, closing):
        sql, params = _nearest_query(Criteria(), 40).compile(
            department="98", today=CLOSES, **_window(47.0, 2.0, 0.08)
        )
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
            how = "explain" if connection.vendor == "postgresql" else "explain query plan"
            cursor.execute(f"{how} {sql}", params)
            plan = " ".join(str(cell) for row in cursor.fetchall() for cell in row)
        alone = {"postgresql": "Index Only Scan using", "sqlite": "USING COVERING INDEX"}
        assert f"{alone[connection.vendor]} accueil_point_nearest" in plan


def test_a_load_leaves_the_end_that_was_written(loiret):
    slug = "france-services-de-beaugency"
    ReceptionPoint.objects.filter(slug=slug).update(closes_on=CLOSES, closing_note=NOTE)
    load()
    point = ReceptionPoint.objects.get(slug=slug)
    assert (point.closes_on, point.closing_note) == (CLOSES, NOTE)
