"""Special hours and closures, exact to the minute."""

from datetime import date, datetime

import pytest

from portal.core.opening_hours.calendars import PARIS
from portal.core.opening_hours.hours import Hours
from portal.core.opening_hours.special_days import (
    Effect,
    SpecialDays,
    apply_special_days,
    closed_from,
    state,
)

USUAL = "Mo-Fr 09:00-12:30,14:00-17:30"
MORNINGS = SpecialDays(date(2023, 12, 4), date(2023, 12, 22), Effect.CLOSED_BETWEEN, "00:00-13:00")
SUMMER = SpecialDays(date(2026, 8, 3), date(2026, 8, 14), Effect.OPEN_ONLY, "09:00-11:00", "Mo-Fr")
ONE_DAY = SpecialDays(date(2026, 8, 6), date(2026, 8, 6), Effect.CLOSED)


def state_at(expression, specials, at):
    is_open, change, *_note = state(expression, specials, datetime.fromisoformat(at))
    return is_open, change and f"{change:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2023-12-01T10:00", (True, "2023-12-01T12:30")),
        ("2023-12-01T17:30", (False, "2023-12-04T14:00")),  # the day before: no morning on Monday
        ("2023-12-04T09:30", (False, "2023-12-04T14:00")),
        ("2023-12-04T14:00", (True, "2023-12-04T17:30")),
        ("2023-12-22T09:30", (False, "2023-12-22T14:00")),  # its last day
        ("2023-12-22T18:00", (False, "2023-12-26T09:00")),
        ("2023-12-26T09:00", (True, "2023-12-26T12:30")),  # over
    ],
)
def test_mornings_closed_for_three_weeks(at, expected):
    assert state_at(USUAL, [MORNINGS], at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-08-03T10:00", (True, "2026-08-03T11:00")),
        ("2026-08-03T14:30", (False, "2026-08-04T09:00")),
        ("2026-08-05T12:00", (False, "2026-08-07T09:00")),  # over the closed day
        ("2026-08-06T10:00", (False, "2026-08-07T09:00")),
        ("2026-08-17T14:30", (True, "2026-08-17T17:30")),
    ],
)
def test_the_shortest_of_several_decides(at, expected):
    for specials in ([SUMMER, ONE_DAY], [ONE_DAY, SUMMER]):
        assert state_at(USUAL, specials, at) == expected


def test_other_hours_leave_other_days_as_they_are():
    assert state_at("Mo-Sa 09:00-12:00", [SUMMER], "2026-08-08T11:30") == (True, "2026-08-08T12:00")


def test_other_hours_for_weeks_do_not_open_a_holiday_but_those_of_a_day_may():
    usual = "Mo-Fr 09:00-12:00; PH off"
    weeks = SpecialDays(
        date(2026, 7, 6), date(2026, 7, 17), Effect.OPEN_ONLY, "10:00-11:00", "Mo-Fr"
    )
    assert state_at(usual, [weeks], "2026-07-14T10:30")[0] is False
    day = SpecialDays(date(2026, 7, 14), date(2026, 7, 14), Effect.OPEN_ONLY, "10:00-11:00")
    assert state_at(usual, [weeks, day], "2026-07-14T10:30") == (True, "2026-07-14T11:00")
    assert state_at("Mo-Fr 09:00-12:00", [weeks], "2026-07-14T10:30")[0] is False
    open_on_holidays = "Mo-Fr 09:00-12:00; PH 10:00-12:00"
    assert state_at(open_on_holidays, [weeks], "2026-07-14T10:30")[0] is True
    assert state_at("", [weeks], "2026-07-14T10:30")[0] is False


class TestUnknownHours:
    def test_give_no_state(self):
        assert state_at("", [], "2026-08-06T10:00") == (None, None)
        assert state_at("", [ONE_DAY], "2026-08-07T10:00") == (None, None)

    def test_a_closed_day_is_closed_without_a_next_change(self):
        assert state_at("", [ONE_DAY], "2026-08-06T10:00") == (False, None)

    def test_a_closed_morning_leaves_the_afternoon_unknown(self):
        assert state_at("", [MORNINGS], "2023-12-05T09:00") == (False, None)
        assert state_at("", [MORNINGS], "2023-12-05T15:00") == (None, None)

    def test_an_open_hour_gives_its_start_and_end_only(self):
        hour = SpecialDays(date(2026, 8, 6), date(2026, 8, 6), Effect.OPEN_ONLY, "10:00-11:00")
        assert state_at("", [hour], "2026-08-06T09:00") == (False, "2026-08-06T10:00")
        assert state_at("", [hour], "2026-08-06T10:00") == (True, "2026-08-06T11:00")
        assert state_at("", [hour], "2026-08-06T11:00") == (False, None)

    @pytest.mark.parametrize(
        ("effect", "at", "until"),
        [
            ("closed_between", "2026-08-05T18:00", "2026-08-06T00:00"),  # they begin tomorrow
            ("closed_between", "2026-08-06T10:00", "2026-08-06T14:00"),
            ("closed_between", "2026-08-06T15:00", "2026-08-06T17:00"),
            ("closed_between", "2026-08-06T18:00", "2026-08-07T00:00"),
            ("closed", "2026-08-05T18:00", "2026-08-06T00:00"),
            ("closed", "2026-08-06T10:00", "2026-08-07T00:00"),
            ("open_only", "2026-08-05T18:00", "2026-08-06T00:00"),
            ("open_only", "2026-08-06T10:00", "2026-08-06T14:00"),
            ("open_only", "2026-08-06T15:00", "2026-08-06T17:00"),
            ("open_only", "2026-08-06T18:00", "2026-08-07T00:00"),  # then unknown
            ("closed", "2026-08-07T00:00", None),
        ],
    )
    def test_a_page_is_true_until_the_next_change_of_the_day(self, effect, at, until):
        spans = "" if effect == "closed" else "14:00-17:00"
        day = SpecialDays(date(2026, 8, 6), date(2026, 8, 6), Effect(effect), spans)
        found = state("", [day], datetime.fromisoformat(at))
        assert found.until == (until and datetime.fromisoformat(until).replace(tzinfo=PARIS))

    def test_a_closure_for_good_lasts(self):
        assert state("", [closed_from(date(2026, 8, 6))], datetime(2026, 8, 9)).until is None


def test_the_days_ahead_show_what_changes():
    days = Hours.parse(apply_special_days(USUAL, [MORNINGS])).days(date(2023, 12, 1), 5)
    assert [day.in_words for day in days] == [
        "de 9 h à 12 h 30 et de 14 h à 17 h 30",
        "fermé",
        "fermé",
        "de 14 h à 17 h 30",
        "de 14 h à 17 h 30",
    ]


def test_the_days_ahead_name_holidays_and_split_nights():
    may = Hours.parse("Mo-Fr 09:00-12:00; PH off").days(date(2026, 5, 1), 2)
    assert [(day.in_words, day.holiday) for day in may] == [
        ("fermé, jour férié", "fête du Travail"),
        ("fermé", ""),
    ]
    night = Hours.parse("Fr 22:00-26:00").days(date(2026, 11, 20), 2)
    assert [day.in_words for day in night] == ["de 22 h à minuit", "de minuit à 2 h"]


def test_the_server_may_be_anywhere():
    noon_in_cayenne = datetime.fromisoformat("2023-12-04T09:30-03:00")  # 13:30 in Paris
    assert state(USUAL, [MORNINGS], noon_in_cayenne)[:2] == (
        False,
        datetime(2023, 12, 4, 14, 0, tzinfo=PARIS),
    )
