"""The calendar file of an appointment, read back by icalendar."""

from datetime import date

import pytest
from icalendar import Calendar

pytestmark = pytest.mark.django_db


def event(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event_,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return event_


def test_the_event_has_the_day_and_the_place_of_that_day(client, loiret, today):
    today("2023-11-24")
    event_ = event(client, "/communes/45232/rendez-vous.ics?le=2023-12-04")
    assert (event_["dtstart"].dt, event_["dtend"].dt) == (date(2023, 12, 4), date(2023, 12, 5))
    assert event_["summary"] == "Rendez-vous avec : Équipe Olivétaine"
    assert event_["location"] == "8 rue René Bethelot, Orléans"
    assert event_["url"] == "http://testserver/communes/45232/?le=2023-12-04"
    assert "Prévu" in event_["description"]


def test_added_again_it_replaces_the_previous_event(client, loiret, today):
    today("2023-11-24")
    first = event(client, "/communes/45232/rendez-vous.ics?le=2023-12-04")
    today("2023-12-01")
    again = event(client, "/communes/45232/rendez-vous.ics?le=2023-12-04")
    assert first["uid"] == again["uid"]
    another = event(client, "/communes/45232/rendez-vous.ics?le=2023-12-05")
    assert another["uid"] != first["uid"]


def test_without_a_team_there_is_no_appointment(client, loiret):
    assert client.get("/communes/45252/rendez-vous.ics").status_code == 404


def test_the_page_offers_it_with_its_sector(client, loiret):
    page = client.get("/communes/45234/?secteur=45234-la-source&le=2023-12-04").content.decode()
    assert "rendez-vous.ics?" in page
    address = page.partition("rendez-vous.ics?")[2].partition('"')[0].replace("&amp;", "&")
    event_ = event(client, f"/communes/45234/rendez-vous.ics?{address}")
    assert event_["summary"] == "Rendez-vous avec : Équipe La Source Saint-Marceau"
