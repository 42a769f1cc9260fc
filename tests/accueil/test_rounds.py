"""Itinerant receptions: their passages, and the change of one passage."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from accueil.contacts.nearby import Reception
from accueil.contacts.next_stops import NextStop, nearest_stops, next_passages
from accueil.models import ReceptionPoint, Stop, StopChange
from portal.core.caching import data_versions
from portal.core.opening_hours.calendars import PARIS
from tests.factories import BusFactory, SiteFactory, StopFactory

pytestmark = pytest.mark.django_db
# 3, 10 and 17 November 2026 are Tuesdays.


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def next_passages_at(stop, moment):
    stop = Stop.objects.with_places().get(pk=stop.pk)
    passage, cancelled = next_passages(stop, at(moment))
    return passage and f"{passage.start:%d/%m %H:%M}", cancelled and f"{cancelled.start:%d/%m}"


@pytest.mark.parametrize(
    ("moment", "passage"),
    [
        ("2026-11-03T08:00", "03/11 09:00"),
        ("2026-11-03T10:59", "03/11 09:00"),  # it is there
        ("2026-11-03T11:00", "10/11 09:00"),
        ("2026-11-09T23:00", "10/11 09:00"),
    ],
)
def test_the_next_passage(moment, passage):
    assert next_passages_at(StopFactory(), moment) == (passage, None)


def test_a_cancelled_passage_is_shown_and_the_next_one_follows():
    stop = StopFactory()
    StopChange.objects.create(stop=stop, day=date(2026, 11, 10), message="Bus en panne")
    assert next_passages_at(stop, "2026-11-09T10:00") == ("17/11 09:00", "10/11")
    assert next_passages_at(stop, "2026-11-11T10:00") == ("17/11 09:00", None)


def test_a_moved_passage_is_shown_on_its_new_day():
    stop = StopFactory()
    StopChange.objects.create(
        stop=stop,
        day=date(2026, 11, 10),
        new_day=date(2026, 11, 12),
        starts_at=time(14),
        ends_at=time(16),
    )
    assert next_passages_at(stop, "2026-11-09T10:00") == ("12/11 14:00", None)
    assert next_passages_at(stop, "2026-11-12T16:00") == ("17/11 09:00", None)


def test_a_day_that_nobody_published_is_never_given():
    stop = StopFactory(weekday=None, starts_at=None, ends_at=None, rhythm_text="chaque semaine")
    assert next_passages_at(stop, "2026-11-09T10:00") == (None, None)
    assert stop.rhythm == "chaque semaine"
    assert stop.point.open_now() is None


def test_the_bus_is_open_during_its_passages():
    bus = BusFactory()
    stop = StopFactory(point=bus)
    StopFactory(point=bus, weekday=3, starts_at=time(14), ends_at=time(16))

    def state(moment):
        result = ReceptionPoint.objects.with_stops().get(pk=bus.pk)
        change = result.next_change(at(moment))
        return result.open_now(at(moment)), change and f"{change:%d/%m %H:%M}"

    assert state("2026-11-10T10:00") == (True, "10/11 11:00")
    assert state("2026-11-10T11:00") == (False, "12/11 14:00")
    StopChange.objects.create(stop=stop, day=date(2026, 11, 10))
    assert state("2026-11-10T10:00") == (False, "12/11 14:00"), "cancelled that day"


def test_an_answer_expires_when_the_passage_that_it_shows_as_cancelled_ends():
    stop = StopFactory(weekday=1, starts_at=time(9), ends_at=time(11))
    StopChange.objects.create(stop=stop, day=date(2026, 11, 10))
    moment = at("2026-11-10T08:00")
    reception = Reception(stops=[NextStop(stop, None, *next_passages(stop, moment))])
    assert reception.next_change(moment) == at("2026-11-10T11:00")


def test_the_nearest_stops_of_the_departement_first_and_none_too_far(loiret):
    bus = BusFactory(department_id="45")
    close = StopFactory(point=bus, site=SiteFactory(latitude=47.9, longitude=1.9))
    StopFactory(point=bus, site=SiteFactory(latitude=47.0, longitude=3.0))
    StopFactory(site=SiteFactory(latitude=47.9, longitude=1.9))  # another département's
    place = {"latitude": 47.9, "longitude": 1.9, "department": "45"}
    result = nearest_stops(
        **place, at=at("2026-11-09T10:00"), versions=data_versions.current_versions()
    )
    assert (result[0].stop, result[0].distance_km) == (close, 0.0)
    assert [item.stop for item in result if item.stop.point == bus] == [close]
    assert {item.stop.point.department_id for item in result} == {"45"}


@pytest.mark.parametrize("commune", ["Jargeau", "Sandillon"])
def test_the_bus_of_the_loges_as_published(loiret, commune):
    stop = Stop.objects.get(key=f"45-bus-{commune.lower()}")
    rhythm = {"Jargeau": "chaque semaine", "Sandillon": "deux semaines sur trois"}[commune]
    assert stop.rhythm.startswith(rhythm)
    assert stop.recurrence is None, "the day was not published"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": time(8)},
        {"cycle": 3},
        {"cycle": 3, "valid_from": date(2026, 11, 3), "weeks": "4"},
        {"valid_from": date(2026, 11, 3), "valid_to": date(2026, 11, 2)},
        {"weekday": 7},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    stop = StopFactory.build(point=BusFactory(), site=SiteFactory(), **wrong)
    with pytest.raises(ValidationError):
        stop.full_clean()


def test_only_a_passage_that_was_planned_can_change():
    with pytest.raises(ValidationError):
        StopChange(stop=StopFactory(), day=date(2026, 11, 11)).full_clean()


def test_the_api_gives_each_stop_its_next_passage(client, loiret):
    stop = StopFactory(point__department_id="45")
    StopChange.objects.create(stop=stop, day=date(2026, 11, 10), message="Bus en panne")
    params = {"point": stop.point.slug, "at": "2026-11-09T10:00"}
    (stop_row,) = client.get("/api/v1/stops/", params).json()["results"]
    assert stop_row["rhythm"] == "chaque mardi"
    assert stop_row["next"]["start"] == "2026-11-17T09:00:00+01:00"
    assert stop_row["cancelled"]["message"] == "Bus en panne"
