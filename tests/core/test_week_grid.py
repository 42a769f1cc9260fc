"""A usual week as a grid, converted to and from an opening-hours expression."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.opening_hours.hours import Hours
from portal.core.opening_hours.week_grid import Week


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("Mo-Fr 08:30-12:00,13:30-17:00; PH off", "Mo-Fr 08:30-12:00,13:30-17:00"),
        ("Mo,We,Fr 09:00-12:00; Tu 10:00-12:00", "Mo,We,Fr 09:00-12:00; Tu 10:00-12:00"),
        ("Mo-Fr 09:00-12:00; We off", "Mo-Tu,Th-Fr 09:00-12:00"),
        ("Sa-Mo 10:00-12:00", "Mo,Sa-Su 10:00-12:00"),
        ("24/7", "Mo-Su 00:00-24:00"),
        ("Mo-Fr,PH 09:00-12:00", "Mo-Fr 09:00-12:00; PH 09:00-12:00"),
        ("PH 10:00-12:00", "PH 10:00-12:00"),
        ("Mo 09:00-12:00, Mo-Tu 14:00-16:00", "Mo 09:00-12:00,14:00-16:00; Tu 14:00-16:00"),
        ("Mo 09:00-12:00; easter -2 days off", "Mo 09:00-12:00; easter -2 days off"),
        ("", ""),
    ],
)
def test_a_plain_week_goes_into_the_grid_and_back(expression, written):
    assert Week.parse(expression).expression == written


@pytest.mark.parametrize(
    "expression",
    [
        "Jan-Jun Mo 09:00-12:00",
        "Fr 22:00-26:00",
        "Fr 22:00-02:00",
        'Mo "sur rendez-vous"',
        "lundi matin",
    ],
)
def test_expressions_that_are_no_plain_week_have_no_grid(expression):
    assert Week.parse(expression) is None


def test_faults_by_day():
    days = ((("12:00", "09:00"),), (("09:00", "12:00"), ("11:00", "13:00")), *[()] * 5)
    assert Week(days).faults() == {0: "ends", 1: "overlaps"}


def test_a_week_without_hours_is_unknown_rather_than_closed():
    assert Week(good_friday_off=True).expression == ""


spans = st.sampled_from([(), (("09:00", "12:00"),), (("08:30", "12:00"), ("13:30", "17:15"))])


@given(st.tuples(*[spans] * 7), spans, st.booleans())
def test_any_grid_is_read_back_as_it_was(days, holidays, good_friday_off):
    week = Week(days, holidays, good_friday_off and any(days))
    assert Week.parse(week.expression) == week
    if week.expression:
        assert Hours.parse(week.expression)
