"""Editing of the rounds of a bus: stops, rhythms, and the change of one passage."""

from datetime import date, time
from itertools import pairwise

import pytest
from django.urls import reverse
from icalendar import Calendar

from accueil.models import ReceptionPoint, Stop, StopChange
from teams.models import Agency
from tests.accueil.pages import form_errors, form_fields
from tests.factories import administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
SAVE = {"enregistrer": "1"}


@pytest.fixture(autouse=True)
def november(today, loiret) -> None:
    today("2026-11-20")


@pytest.fixture
def bus() -> ReceptionPoint:
    point = ReceptionPoint.objects.filter(kind="itinerant", slug__contains="loges").get()
    point.agency = Agency.objects.get(slug=ORLEANS)
    point.save()
    return point


@pytest.fixture
def jargeau(bus) -> Stop:
    """A stop of unknown day."""
    return bus.stops.get(key="45-bus-jargeau")


@pytest.fixture
def weekly(jargeau) -> Stop:
    """A stop of every Tuesday morning."""
    jargeau.weekday, jargeau.starts_at, jargeau.ends_at = 1, time(9, 30), time(12)
    jargeau.save()
    return jargeau


@pytest.fixture
def orleans(client):
    client.force_login(agent(ORLEANS))
    return client


def address(stop) -> str:
    return reverse("stop-update", args=[stop.pk])


def passage(stop, day="2026-11-24") -> str:
    return reverse("passage-update", args=[stop.pk, day])


def tuesdays(**more):
    """Return the posted values of a stop of every Tuesday morning."""
    return {"weekday": "1", "starts_at": "09:30", "ends_at": "12:00", "rhythm": "weekly", **more}


def confirm(client, stop, typed):
    """Preview the next passages, then save."""
    shown = client.post(
        address(stop), {**form_fields(client.get(address(stop))), **typed, "voir": "1"}
    )
    assert shown.status_code == 200, form_errors(shown)
    return shown, client.post(address(stop), {**form_fields(shown), **SAVE})


def calendar_state(client, stop, day="20261124") -> tuple[int, str]:
    """Return the SEQUENCE and STATUS of the passage of that day in the calendar."""
    address = reverse("stop-calendar", args=[stop.point.slug, stop.pk])
    events = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    [event] = [event for event in events if event["UID"].startswith(f"passage-{stop.pk}-{day}@")]
    return event["SEQUENCE"], event["STATUS"]


def is_always_newer(states: list[tuple[int, str]]) -> bool:
    """Whether each state has a higher SEQUENCE than the one before."""
    return all(before < after for (before, _), (after, _) in pairwise(states))


class TestRhythm:
    @pytest.mark.parametrize(
        ("typed", "words", "days"),
        [
            (tuesdays(), "Chaque mardi", ["24 novembre", "1er décembre", "8 décembre"]),
            (
                tuesdays(rhythm="cycle", cycle="3", weeks=["1", "2"], since="2026-11-24"),
                "Le mardi, deux semaines sur trois",
                ["24 novembre", "1er décembre", "15 décembre"],
            ),
            (
                tuesdays(rhythm="monthly", nths=["1"]),
                "Le premier mardi du mois",
                ["1er décembre", "5 janvier", "2 février"],
            ),
        ],
    )
    def test_the_next_passages_are_shown_then_saved(self, orleans, jargeau, typed, words, days):
        first = orleans.post(
            address(jargeau), {**form_fields(orleans.get(address(jargeau))), **typed, **SAVE}
        )
        assert first.status_code == 200, "a rhythm is shown before it is saved"
        shown, saved = confirm(orleans, jargeau, typed)
        assert words in shown.content.decode()
        listed = [part.split("<")[0] for part in shown.content.decode().split("<li>mardi ")[1:]]
        assert listed[:3] == days
        assert saved.status_code == 302, form_errors(saved)
        jargeau.refresh_from_db()
        assert jargeau.edited_at is not None
        first = next(jargeau.passages(date(2026, 11, 20), date(2027, 11, 20)))
        assert f"{first.start:%H:%M}" == "09:30"
        again = form_fields(orleans.get(address(jargeau)))
        for name, value in typed.items():
            assert again[name] == (value if isinstance(value, list) else [value])

    def test_it_is_in_the_next_public_answer(self, orleans, jargeau):
        page = f"/api/v1/stops/{jargeau.pk}/?at=2026-11-20T10:00"
        assert orleans.get(page).json()["next"] is None
        confirm(orleans, jargeau, tuesdays())
        assert orleans.get(page).json()["next"]["start"].startswith("2026-11-24T09:30")

    def test_a_stop_is_added_with_its_place(self, orleans, bus):
        new = reverse("stop-create", args=[bus.pk])
        place = {"place-name": "Place de l'église", "place-city": "Sandillon"}
        shown = orleans.post(new, {**tuesdays(weekday="3"), **place, **SAVE})
        assert shown.status_code == 200, form_errors(shown)
        assert orleans.post(new, {**form_fields(shown), **SAVE}).status_code == 302
        stop = bus.stops.get(site__name="Place de l'église")
        assert (stop.site.commune.name, stop.rhythm) == ("Sandillon", "chaque jeudi")


class TestBadInput:
    @pytest.mark.parametrize(
        ("typed", "box", "message"),
        [
            (tuesdays(ends_at="09:00"), "ends_at", "La fin doit être après le début"),
            (tuesdays(ends_at=""), "ends_at", "ou aucun des trois"),
            (tuesdays(weekday="9"), "weekday", "choix"),
            (tuesdays(rhythm="lune"), "rhythm", "choix"),
            (tuesdays(rhythm="cycle", weeks=["1"], since="2026-11-24"), "cycle", "nombre"),
            (tuesdays(rhythm="cycle", cycle="3", since="2026-11-24"), "weeks", "Cochez"),
            (
                tuesdays(rhythm="cycle", cycle="2", weeks=["3"], since="2026-11-24"),
                "weeks",
                "pas celles du cycle",
            ),
            (tuesdays(rhythm="cycle", cycle="3", weeks=["1"]), "since", "depuis un premier jour"),
            (tuesdays(rhythm="monthly"), "nths", "Cochez"),
            (tuesdays(since="2026-12-01", until="2026-11-01"), "until", "avant le premier"),
            (tuesdays(**{"place-city": ""}), "place-city", "sans commune"),
        ],
    )
    def test_an_error_is_shown_beside_the_field_and_nothing_is_lost(
        self, orleans, jargeau, typed, box, message
    ):
        sent = {
            **form_fields(orleans.get(address(jargeau))),
            "place-address": "Quai Jeanne",
            **typed,
        }
        answer = orleans.post(address(jargeau), {**sent, **SAVE})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert message in page.split(f'id="id_{box}_error"')[1].split("</ul>")[0]
        assert form_fields(answer)["place-address"] == ["Quai Jeanne"]
        assert form_fields(answer)["starts_at"] == ["09:30"]
        jargeau.refresh_from_db()
        assert jargeau.weekday is None


class TestOnePassage:
    def test_it_is_cancelled_with_a_message_then_restored(self, orleans, weekly):
        page = f"/api/v1/stops/{weekly.pk}/?at=2026-11-20T10:00"
        typed = {"what": "cancelled", "message": "Le bus est en panne."}
        shown = orleans.get(passage(weekly))
        assert orleans.post(passage(weekly), {**form_fields(shown), **typed}).status_code == 302
        message = orleans.get(page).json()
        assert message["cancelled"]["message"] == "Le bus est en panne."
        assert message["next"]["planned_on"] == "2026-12-01"
        listed = orleans.get(reverse("stop-list", args=[weekly.point_id])).content.decode()
        assert "annulé" in listed
        assert "Le bus est en panne." in listed
        orleans.post(reverse("passage-restore", args=[weekly.pk, "2026-11-24"]))
        assert orleans.get(page).json()["next"]["planned_on"] == "2026-11-24"

    def test_calendars_take_the_cancellation_then_the_restoration(self, orleans, weekly):
        states = [calendar_state(orleans, weekly)]
        typed = {"what": "cancelled", "message": "Panne."}
        orleans.post(passage(weekly), {**form_fields(orleans.get(passage(weekly))), **typed})
        states.append(calendar_state(orleans, weekly))
        orleans.post(reverse("passage-restore", args=[weekly.pk, "2026-11-24"]))
        states.append(calendar_state(orleans, weekly))
        orleans.post(passage(weekly), {**form_fields(orleans.get(passage(weekly))), **typed})
        states.append(calendar_state(orleans, weekly))
        assert [status for _sequence, status in states] == ["CONFIRMED", "CANCELLED"] * 2
        assert is_always_newer(states)

    def test_calendars_take_what_an_administrator_undoes(self, client, weekly):
        change = StopChange.objects.create(stop=weekly, day=date(2026, 11, 24))
        states = [calendar_state(client, weekly)]
        client.force_login(administrator())
        address = reverse("admin:accueil_stopchange_changelist")
        ticked = {"action": "delete_selected", "_selected_action": change.pk, "post": "yes"}
        assert client.post(address, ticked).status_code == 302
        states.append(calendar_state(client, weekly))
        assert [status for _sequence, status in states] == ["CANCELLED", "CONFIRMED"]
        assert is_always_newer(states)

    def test_calendars_take_the_new_hours_of_a_stop(self, orleans, weekly):
        states = [calendar_state(orleans, weekly)]
        for ends_at in ("12:30", "12:00"):
            confirm(orleans, weekly, tuesdays(ends_at=ends_at))
            states.append(calendar_state(orleans, weekly))
        assert is_always_newer(states)

    def test_a_revision_counted_meanwhile_is_not_lost(self, weekly):
        stale = Stop.objects.get(pk=weekly.pk)
        StopChange.objects.create(stop=weekly, day=date(2026, 11, 24)).delete()
        before = Stop.objects.get(pk=weekly.pk).revision
        stale.save(update_fields=["ends_at"])
        assert stale.revision == Stop.objects.get(pk=weekly.pk).revision == before + 1

    def test_it_comes_on_another_day_and_elsewhere(self, orleans, weekly):
        typed = {
            **{"what": "moved", "new_day": "2026-11-25", "starts_at": "14:00"},
            **{"ends_at": "16 h", "place": "Salle des fêtes", "message": "Marché de Noël."},
        }
        orleans.post(passage(weekly), {**form_fields(orleans.get(passage(weekly))), **typed})
        change = StopChange.objects.get()
        assert (change.day, change.new_day) == (date(2026, 11, 24), date(2026, 11, 25))
        assert (change.starts_at, change.ends_at) == (time(14), time(16))
        again = form_fields(orleans.get(passage(weekly)))
        assert (again["what"], again["place"]) == (["moved"], ["Salle des fêtes"])

    @pytest.mark.parametrize(
        ("typed", "box", "message"),
        [
            ({"what": "moved", "new_day": ""}, "new_day", "Donnez le jour"),
            (
                {"what": "moved", "new_day": "2026-11-25", "ends_at": "09:00"},
                "ends_at",
                "La fin doit être après le début",
            ),
            ({"what": "rien"}, "what", "choix"),
        ],
    )
    def test_what_cannot_be_is_refused(self, orleans, weekly, typed, box, message):
        answer = orleans.post(passage(weekly), {"message": "Panne.", **typed})
        assert answer.status_code == 400
        assert message in answer.content.decode().split(f'id="id_{box}_error"')[1]
        assert form_fields(answer)["message"] == ["Panne."]
        assert not StopChange.objects.exists()

    @pytest.mark.parametrize("day", ["2026-11-25", "2026-13-01"])
    def test_only_a_day_when_it_comes(self, orleans, weekly, day):
        address = passage(weekly).replace("2026-11-24", day)
        assert orleans.get(address).status_code == 404

    def test_the_second_of_two_gets_a_409_and_loses_nothing(self, orleans, weekly):
        theirs = form_fields(orleans.get(passage(weekly)))
        typed = {"what": "cancelled", "message": "Panne."}
        orleans.post(passage(weekly), {**theirs, **typed})
        stale = orleans.post(passage(weekly), {**theirs, **typed, "message": "Neige."})
        assert stale.status_code == 409
        assert form_fields(stale)["message"] == ["Neige."]
        assert StopChange.objects.get().message == "Panne."
        assert orleans.post(passage(weekly), form_fields(stale)).status_code == 302
        assert StopChange.objects.get().message == "Neige."


class TestWhoMay:
    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (lambda: agent(ORLEANS), 200),
            (lambda: agent(NORTH), 403),
            (manager, 200),
            (lambda: manager("41"), 403),
            (pilot, 403),
            (administrator, 200),
        ],
    )
    def test_its_agency_alone(self, client, weekly, make, status):
        client.force_login(make())
        for page in (
            address(weekly),
            passage(weekly),
            reverse("stop-list", args=[weekly.point_id]),
            reverse("stop-create", args=[weekly.point_id]),
        ):
            assert client.get(page).status_code == status, page
        sent = {"what": "cancelled", "message": "Panne."}
        client.post(passage(weekly), sent)
        assert StopChange.objects.exists() is (status == 200)

    def test_nobody_is_led_to_the_sign_in(self, client, weekly):
        for page in (address(weekly), passage(weekly)):
            assert client.get(page)["Location"].startswith("/connexion/")


def test_as_many_queries_for_a_bus_of_many_stops(orleans, weekly, queries):
    page = reverse("stop-list", args=[weekly.point_id])
    Stop.objects.filter(point=weekly.point).exclude(pk=weekly.pk).delete()
    orleans.get(page)
    with queries() as few:
        orleans.get(page)
    for at in range(4):
        copy = Stop(point=weekly.point, site=weekly.site, weekday=at, key=f"arret-{at}")
        copy.starts_at, copy.ends_at = time(14), time(16)
        copy.save()
    with queries() as many:
        orleans.get(page)
    assert len(many) == len(few)
