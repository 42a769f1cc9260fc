"""Public holidays, written by hand from the Code du travail and from calendars, and what they close."""

from datetime import date, datetime
from pathlib import Path

import pytest

from portal.core.opening_hours.calendars import MAINLAND, PARIS, easter
from portal.core.opening_hours.hours import check, describe_note, publish
from portal.core.opening_hours.special_days import days, state
from portal.core.opening_hours.syntax import HoursError
from portal.territory.legal_calendars import has_good_friday, legal_calendar

OFFICE = "Mo-Fr 08:30-12:00,13:30-17:00"
CASES = Path(__file__).parents[1] / "audit" / "hours_cases.txt"

# L3133-1, as calendars print them.
OF_2026 = "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"
OF_2027 = "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"
OF_2028 = "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25"


def holidays(calendar, year: int) -> list[str]:
    return [f"{day:%m-%d}" for day in calendar.between(date(year, 1, 1), date(year, 12, 31))]


@pytest.mark.parametrize(("year", "days_"), [(2026, OF_2026), (2027, OF_2027), (2028, OF_2028)])
def test_the_eleven_days_of_the_law(year, days_):
    assert holidays(MAINLAND, year) == days_.split()


@pytest.mark.parametrize(
    ("department", "own"),
    [
        *((code, ["12-26"]) for code in ("57", "67", "68")),
        *(("971", ["05-27"]), ("972", ["05-22"]), ("973", ["06-10"]), ("974", ["12-20"])),
        *(("976", ["04-27"]), ("977", ["10-09"]), ("978", ["05-28"])),
        *((code, []) for code in ("45", "41", "79", "2A", "88", "54", "975")),
    ],
)
def test_the_days_of_a_departement(department, own):
    """L3134-13 and L3422-2; no customary day: no Good Friday nor 21 July in the Antilles."""
    assert sorted({*holidays(legal_calendar(department), 2026)} - {*OF_2026.split()}) == own


def test_easter_of_a_century_of_almanacs():
    almanac = "2000-04-23 2008-03-23 2011-04-24 2019-04-21 2024-03-31 2025-04-20 2038-04-25 2049-04-18 2076-04-19"
    for day in map(date.fromisoformat, almanac.split()):
        assert easter(day.year) == day


def test_christmas_2026_is_closed_until_the_28th():
    christmas = state(OFFICE, [], datetime(2026, 12, 25, 9))
    assert christmas.is_open is False
    assert describe_note(christmas.note) == "jour férié"
    assert christmas.next_change == datetime(2026, 12, 28, 8, 30, tzinfo=PARIS)
    assert christmas.until == datetime(2026, 12, 26, tzinfo=PARIS), "then it is only closed"
    assert state(OFFICE, [], datetime(2026, 12, 24, 18)).next_change == christmas.next_change


@pytest.mark.parametrize(
    "says_otherwise",
    [
        *("24/7", "Mo-Su 00:00-24:00", "Mo-Fr,PH 08:00-12:00", "Mo-Fr 08:00-12:00; PH 08:00-10:00"),
        "Mo-Fr 08:00-12:00; 2026 Dec 25 08:00-10:00",
    ],
)
def test_hours_that_say_otherwise_are_open_on_christmas(says_otherwise):
    assert state(says_otherwise, [], datetime(2026, 12, 25, 9)).is_open is True


def test_the_days_ahead_say_why_they_are_closed():
    ahead = days("Mo-Sa 09:00-12:00", [], date(2026, 12, 24), 4, legal_calendar("67"))
    assert [(day.in_words, day.holiday) for day in ahead] == [
        ("de 9 h à 12 h", ""),
        ("fermé, jour férié", "Noël"),
        ("fermé, jour férié", "deuxième jour de Noël"),
        ("fermé", ""),
    ]


def test_good_friday_closes_the_places_that_say_so():
    good_friday, alsace = datetime(2027, 3, 26, 10), legal_calendar("67")
    assert state(OFFICE, [], good_friday, alsace).is_open is True
    closed = state(f"{OFFICE}; easter -2 days off", [], good_friday, alsace)
    assert (closed.is_open, describe_note(closed.note)) == (False, "jour férié")
    assert has_good_friday("67") is True
    assert has_good_friday("45") is False


@pytest.mark.parametrize(
    ("department", "at", "opens"),
    [
        ("974", "2026-12-01T08:29", "2026-12-01T08:30:00+04:00"),
        ("972", "2026-12-01T08:29", "2026-12-01T08:30:00-04:00"),
        ("974", "2026-12-01T05:45+01:00", "2026-12-02T08:30:00+04:00"),
    ],
)
def test_a_moment_is_read_where_the_place_is(department, at, opens):
    found = state("Mo-Fr 08:30-08:45", [], datetime.fromisoformat(at), legal_calendar(department))
    assert found.next_change.isoformat() == opens


@pytest.mark.parametrize(
    ("hours", "department", "published"),
    [
        (OFFICE, "45", f"{OFFICE}; PH off"),
        ("24/7", "45", "24/7"),
        ("Mo, Tu 09:00-12:00", "45", "Mo,Tu 09:00-12:00; PH off"),
        (
            "Mo 09:00-12:00",
            "67",
            "Mo 09:00-12:00; Jan 01,easter +1 day,May 01,May 08,easter +39 days,easter +50 days,Jul 14,"
            "Aug 15,Nov 01,Nov 11,Dec 25,Dec 26 off",
        ),
        ("Mo-Fr 18:00+", "45", ""),
        ("", "45", ""),
    ],
)
def test_what_is_published_says_the_holidays_of_the_place(hours, department, published):
    assert publish(hours, legal_calendar(department)) == published


@pytest.mark.parametrize("case", [c for c in CASES.read_text().splitlines() if c[0] != "#"])
def test_what_people_write(case):
    hours, department, at, right = case.split(" | ")
    found = state(hours, [], datetime.fromisoformat(at), legal_calendar(department))
    answer = {True: "open", False: "closed", None: "unknown"}[found.is_open]
    try:
        check(hours)
    except HoursError:
        answer = "refused"
    assert answer in right.split()


def test_a_comment_is_shown():
    found = state('Mo-Fr 10:00-20:00 "sur rendez-vous"; PH off', [], datetime(2026, 12, 1, 11))
    assert (found.is_open, describe_note(found.note)) == (None, "sur rendez-vous")
