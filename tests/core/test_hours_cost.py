"""Bounds the processor time of any expression: the library does not release the GIL meanwhile."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.opening_hours import special_days
from portal.core.opening_hours.calendars import PARIS
from portal.core.opening_hours.hours import MAX_LENGTH, Hours, check
from portal.core.opening_hours.special_days import Effect, SpecialDays
from portal.core.opening_hours.syntax import DAYS, MONTHS, HoursError
from portal.core.opening_hours.week_grid import Week
from tests.faults.endless_hours import AT, MOST, TYPED, answer_all, closures, cost

calm = settings(
    deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(scope="module", autouse=True)
def _calendar_read():
    """Load the calendar of public holidays first: it is read once per process."""
    answer_all("PH off")


def took(expression: str, specials=()) -> float:
    """Return the milliseconds to validate the expression, and to answer from it once stored."""

    def checked() -> None:
        with suppress(HoursError):
            check(expression)

    return cost(checked) + cost(lambda: answer_all(expression, specials))


@pytest.mark.parametrize("expression", TYPED.values(), ids=TYPED)
def test_expressions_that_were_slow(expression):
    assert took(expression) < MOST


@pytest.mark.parametrize("count", [60, 150, 3000])
def test_many_closures_of_the_same_reception_point_at_once(count):
    assert took("Mo-Su 00:00-24:00", closures(count)) < MOST


def test_more_closures_than_can_be_read_make_hours_unknown():
    lasting = [
        SpecialDays(AT.date(), AT.date() + timedelta(days=days), Effect.CLOSED)
        for days in range(200)
    ]
    assert special_days.state("Mo-Fr 09:00-12:00", lasting, AT)[:2] == (None, None)
    assert special_days.days("Mo-Fr 09:00-12:00", lasting, AT.date(), 3) == []


def test_a_repeated_closure_is_counted_once():
    closed = [SpecialDays(AT.date(), AT.date(), Effect.CLOSED)] * 1000
    assert special_days.state("Mo-Fr 09:00-12:00", closed, AT)[:2] == (
        False,
        datetime(2026, 12, 1, 9, tzinfo=PARIS),
    )


# Any expression of the grammar

_A_DAY = st.sampled_from(DAYS)
_NUMBER = st.sampled_from([1, 2, 5, 9, 29, 30, 31, 52, 53, 200, 9999, 65535])
_YEAR = st.sampled_from([1900, 2026, 2027, 2028, 9999])
_MONTH = st.sampled_from(MONTHS)
_CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 26), st.sampled_from([0, 1, 15, 30, 59]))


def _one_of(*shapes):
    return st.one_of(*(st.builds(shape.format, *parts) for shape, *parts in shapes))


def _listed(part, most=6, by=","):
    return st.lists(part, min_size=1, max_size=most).map(by.join)


_SPANS = _one_of(
    ("00:00-24:00",), ("00:00-00:00",), ("00:00-48:00",), ("sunrise-sunset",),
    ("{}-{}", _CLOCK, _CLOCK), ("{}+", _CLOCK), ("{}-{}/{}", _CLOCK, _CLOCK, _CLOCK),
)  # fmt: skip
_WEEKDAYS = _one_of(
    ("{}", _A_DAY), ("{}-{}", _A_DAY, _A_DAY), ("PH",), ("SH",), ("{}[{}]", _A_DAY, st.integers(-5, 5)),
    ("{}[{}] +{} days", _A_DAY, st.integers(1, 5), _NUMBER), ("PH -{} days", _NUMBER),
)  # fmt: skip
_MONTHS = _one_of(
    ("{}", _MONTH), ("{}-{}", _MONTH, _MONTH), ("{} {}", _MONTH, _NUMBER), ("easter",), ("easter -{} days", _NUMBER),
    ("{} {} {}-{} {}", _YEAR, _MONTH, _NUMBER, _MONTH, _NUMBER), ("{} {} {}+", _YEAR, _MONTH, _NUMBER),
)  # fmt: skip
_YEARS = _one_of(("{}", _YEAR), ("{}+", _YEAR), ("{}-9999", _YEAR), ("{}-9999/{}", _YEAR, _NUMBER))
_WEEKS = _one_of(("week {}", _NUMBER), ("week {}-{}", _NUMBER, _NUMBER), ("week 01-53/{}", _NUMBER))
_STATES = st.sampled_from(["", "off", "closed", "open", "unknown", '"sur rendez-vous"', 'off "a"'])


@st.composite
def _rules(draw) -> str:
    wanted = [_listed(_YEARS), _listed(_MONTHS), _WEEKS, _listed(_WEEKDAYS), _listed(_SPANS, 12)]
    parts = [draw(part) for part in wanted if draw(st.booleans())]
    return " ".join([*parts, draw(_STATES)]).strip() or "24/7"


@st.composite
def _expressions(draw) -> str:
    rules = draw(st.lists(_rules(), min_size=1, max_size=12))
    return "".join(
        rule + draw(st.sampled_from(["; ", ", ", " || "])) for rule in rules[:-1]
    ) + rules[-1]  # fmt: skip


@calm
@given(_expressions())
def test_any_expression(expression):
    for typed in (expression, expression[:MAX_LENGTH].strip()):
        assert took(typed) < MOST, typed


@st.composite
def _specials(draw) -> SpecialDays:
    first = AT.date() + timedelta(days=draw(st.integers(-400, 400)))
    effect = draw(st.sampled_from(Effect))
    spans = "" if effect is Effect.CLOSED else draw(_listed(st.just("00:00-24:00"), 3))
    last = first + timedelta(days=draw(st.integers(0, 366)))
    return SpecialDays(first, last, effect, spans, draw(st.sampled_from(["", "Mo-Th,Sa"])))


@calm
@given(_expressions(), st.lists(_specials(), max_size=40))
def test_any_expression_with_any_special_days(expression, specials):
    assert took(expression[:MAX_LENGTH].strip(), specials) < MOST


_DRAWN = st.lists(st.tuples(_CLOCK, _CLOCK), max_size=2).map(tuple)


@calm
@given(st.tuples(*[_DRAWN] * 7), _DRAWN)
def test_any_grid(days, holidays):
    assert took(Week(days, holidays).expression) < MOST


# The valid ones

ALWAYS = ["24/7", "Mo-Su 00:00-24:00", "Mo-Su 00:00-00:00", TYPED["seven days of 00:00-00:00"]]


@pytest.mark.parametrize("expression", ALWAYS)
@pytest.mark.parametrize("at", ["2026-11-30T03:00", "2026-12-25T10:00", "2027-03-28T02:30"])
def test_always_open_has_no_next_change_and_is_open_on_public_holidays(expression, at):
    check(expression)
    hours = Hours.parse(expression)
    now = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    assert (hours.is_open(now), hours.next_change(now)) == (True, None)
    assert [day.in_words for day in hours.days(date(2026, 12, 25), 1)] == ["toute la journée"]


def test_always_open_but_on_a_closed_day():
    closed = SpecialDays(date(2026, 12, 24), date(2026, 12, 24), Effect.CLOSED)
    assert special_days.state("24/7", [closed], AT)[:2] == (
        True,
        datetime(2026, 12, 24, tzinfo=PARIS),
    )


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "2026-9999/8 Feb 29 week 9 Mo 10:00-10:01",
            "« 2026-9999/8 Feb 29 week 9 Mo 10:00-10:01 »",
        ),
        ("Mo 00:00-24:00; " * 12 + "2026/2 Mo 09:00-10:00", "« 2026/2 Mo 09:00-10:00 »"),
        (TYPED["every other minute"], "au plus 250 caractères"),
        ("; ".join(["Mo off"] * 25), "24 règles"),
        ("Mo " * 400_000, "Horaires trop longs"),
    ],
)
def test_what_is_refused_at_a_save(expression, message):
    with pytest.raises(HoursError) as refusal:
        check(expression)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "expression",
    [
        "24/7",
        "week 01-53/2 Mo 09:00-12:00",
        "2027 Jan-Mar Mo 09:00-12:00",
        "; ".join(["Mo off"] * 24),
    ],
)
def test_what_a_service_may_need_is_taken(expression):
    check(expression)


def test_the_last_days_that_there_are():
    hours = Hours.parse("Mo-Fr 09:00-12:00")
    assert hours.next_change(datetime(9998, 12, 31, 12, tzinfo=PARIS)) is not None
    assert hours.next_change(datetime(9999, 12, 31, 12, tzinfo=PARIS)) is None
    assert hours.next_change(datetime(2, 1, 1, 12, tzinfo=PARIS)) is None


@pytest.mark.parametrize("wrong", ["n'importe quoi", "Mo 9h", "Mo off; " * 3000])
def test_hours_that_are_not_understood_where_they_stand_are_unknown(wrong):
    closed = SpecialDays(AT.date(), AT.date(), Effect.CLOSED)
    assert special_days.state(wrong, [], AT)[:2] == (None, None)
    assert special_days.state(wrong, [closed], AT)[:2] == (False, None)
    assert special_days.days(wrong, [closed], AT.date(), 14) == []
