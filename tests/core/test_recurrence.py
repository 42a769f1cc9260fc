"""Recurring days."""

from datetime import date

import pytest

from portal.core.opening_hours.recurrence import LAST, Recurrence

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


def days(recurrence, first=NOVEMBER[0], last=NOVEMBER[1]):
    return [day.day for day in recurrence.days(first, last)]


def test_each_week():
    tuesdays = Recurrence(weekday=1, since=date(2020, 1, 1))
    assert days(tuesdays) == [3, 10, 17, 24]
    assert tuesdays.in_words == "chaque mardi"


def test_two_weeks_out_of_three_counted_from_the_first_day():
    # The cycle starts in the week of Wednesday 4 November, whose Tuesday is already past.
    bus = Recurrence(weekday=1, since=date(2026, 11, 4), cycle=3, weeks=(1, 2))
    assert days(bus, last=date(2026, 12, 31)) == [10, 24, 1, 15, 22]
    assert bus.in_words == "le mardi, deux semaines sur trois"


def test_every_second_week_continues_over_the_new_year():
    bus = Recurrence(weekday=4, since=date(2026, 12, 18), cycle=2)
    days_found = [f"{day:%d/%m}" for day in bus.days(date(2026, 12, 1), date(2027, 1, 31))]
    assert days_found == ["18/12", "01/01", "15/01", "29/01"]
    assert bus.in_words == "le vendredi, une semaine sur deux"


@pytest.mark.parametrize(
    ("month_positions", "expected", "french"),
    [
        ((1,), [2], "le premier lundi du mois"),
        ((1, 3), [2, 16], "le premier et troisième lundi du mois"),
        ((5,), [30], "le cinquième lundi du mois"),
        ((LAST,), [30], "le dernier lundi du mois"),
    ],
)
def test_weekdays_of_the_month(month_positions, expected, french):
    mondays = Recurrence(weekday=0, since=date(2020, 1, 1), month_positions=month_positions)
    assert (days(mondays), mondays.in_words) == (expected, french)


def test_nothing_before_its_first_day_nor_after_its_last():
    bounded = Recurrence(weekday=1, since=date(2026, 11, 10), until=date(2026, 11, 17))
    assert days(bounded) == [10, 17]


@pytest.mark.parametrize(
    "impossible",
    [{"weekday": 7}, {"cycle": 2, "weeks": (3,)}, {"weeks": ()}, {"month_positions": (6,)}],
)
def test_what_cannot_be_is_refused(impossible):
    with pytest.raises(ValueError, match=r".+"):
        Recurrence(**{"weekday": 1, "since": date(2026, 1, 1), **impossible})


@pytest.mark.parametrize("month_positions", [(), (LAST,), (5,)])
def test_the_last_days_that_there_are(month_positions):
    fridays = Recurrence(weekday=4, since=date(2026, 11, 2), month_positions=month_positions)
    assert list(fridays.days(date(9999, 12, 25), date.max)) == [date(9999, 12, 31)]
