"""Opening hours, exact to the minute, in Paris, with French public holidays."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.opening_hours.calendars import PARIS
from portal.core.opening_hours.descriptions import describe
from portal.core.opening_hours.hours import Hours, close_on_holidays, in_force, normalise
from portal.core.opening_hours.syntax import HoursError, parse

LINE = "Mo-Fr 08:30-12:00,13:30-17:00"
CLOSED_ON_HOLIDAYS = f"{LINE}; PH off"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


class TestOpen:
    @pytest.mark.parametrize(
        ("at", "is_open", "next_change"),
        [
            # 2026-11-20 is a Friday.
            ("2026-11-20T08:29", False, "2026-11-20T08:30+01:00"),
            ("2026-11-20T08:30", True, "2026-11-20T12:00+01:00"),
            ("2026-11-20T11:59", True, "2026-11-20T12:00+01:00"),
            ("2026-11-20T12:00", False, "2026-11-20T13:30+01:00"),
            ("2026-11-20T13:29", False, "2026-11-20T13:30+01:00"),
            ("2026-11-20T13:30", True, "2026-11-20T17:00+01:00"),
            ("2026-11-20T16:59:59", True, "2026-11-20T17:00+01:00"),
            ("2026-11-20T17:00", False, "2026-11-23T08:30+01:00"),
            ("2026-11-21T10:00", False, "2026-11-23T08:30+01:00"),
            # Both hour changes are on a Sunday.
            ("2026-03-28T23:00", False, "2026-03-30T08:30+02:00"),
            ("2026-10-24T23:00", False, "2026-10-26T08:30+01:00"),
        ],
    )
    def test_a_week(self, at, is_open, next_change):
        hours = Hours.parse(LINE)
        assert hours.is_open(moment(at)) is is_open
        assert hours.next_change(moment(at)).isoformat(timespec="minutes") == next_change

    @pytest.mark.parametrize(
        ("at", "next_change", "holiday"),
        [
            ("2026-07-13T18:00", "2026-07-14T08:30+02:00", "2026-07-15T08:30+02:00"),
            ("2026-07-14T09:00", "2026-07-14T12:00+02:00", "2026-07-15T08:30+02:00"),
            ("2026-04-30T18:00", "2026-05-01T08:30+02:00", "2026-05-04T08:30+02:00"),
            ("2026-05-01T09:00", "2026-05-01T12:00+02:00", "2026-05-04T08:30+02:00"),
            ("2027-03-26T18:00", "2027-03-29T08:30+02:00", "2027-03-30T08:30+02:00"),  # Easter
        ],
    )
    def test_a_holiday_closes_only_when_the_hours_say_so(self, at, next_change, holiday):
        assert Hours.parse(LINE).next_change(moment(at)) == datetime.fromisoformat(next_change)
        closed = Hours.parse(CLOSED_ON_HOLIDAYS)
        assert closed.is_open(moment(at)) is False
        assert closed.next_change(moment(at)) == datetime.fromisoformat(holiday)

    @pytest.mark.parametrize(
        ("at", "is_open", "next_change"),
        [
            ("2026-03-29T01:45", True, "2026-03-29T03:00+02:00"),
            ("2026-03-29T03:00", False, "2026-03-29T04:00+02:00"),
            ("2026-10-25T00:30", False, "2026-10-25T01:30+02:00"),
            ("2026-10-25T01:45", True, "2026-10-25T02:30+01:00"),
            ("2026-10-25T03:30", False, "2026-10-25T04:00+01:00"),
        ],
    )
    def test_the_nights_when_clocks_change(self, at, is_open, next_change):
        hours = Hours.parse("Su 01:30-02:30,04:00-05:00")
        assert hours.is_open(moment(at)) is is_open
        assert hours.next_change(moment(at)).isoformat(timespec="minutes") == next_change

    def test_the_hour_that_clocks_skip(self):
        hours = Hours.parse("Su 02:00-03:30")
        assert hours.is_open(datetime(2026, 3, 29, 2, 15)) is True, "it is a quarter past three"

    def test_a_search_that_ends_in_the_hour_that_clocks_skip(self):
        skipped = datetime(2026, 3, 29, 2, 15, tzinfo=PARIS)
        for days_before in (21, 366):
            at = skipped - timedelta(days=days_before)
            assert Hours.parse(LINE).is_open(at) is False
            assert Hours.parse("off").next_change(at) is None

    def test_any_time_zone_is_understood(self):
        hours = Hours.parse(LINE)
        half_past_eight = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
        assert hours.is_open(half_past_eight)
        assert not hours.is_open(half_past_eight - timedelta(minutes=1))
        assert hours.is_open(half_past_eight.astimezone(ZoneInfo("America/Cayenne")))
        assert hours.is_open(datetime(2026, 11, 20, 8, 30)), "a moment without zone is in Paris"

    def test_what_never_closes_or_never_opens(self):
        at = moment("2026-11-20T10:00")
        assert (Hours.parse("24/7").is_open(at), Hours.parse("24/7").next_change(at)) == (
            True,
            None,
        )
        assert (Hours.parse("off").is_open(at), Hours.parse("off").next_change(at)) == (False, None)

    def test_a_change_more_than_a_year_away_is_none(self):
        hours = Hours.parse("2030 Jan 01 10:00-12:00")
        assert hours.next_change(moment("2026-11-20T10:00")) is None
        assert hours.next_change(moment("2029-12-31T10:00")) == moment("2030-01-01T10:00")

    def test_from_closed_to_closed_is_no_change(self):
        hours = Hours.parse('Mo-Fr 09:00-17:00; PH off "férié"; 2026 Dec 24 off "veille de fête"')
        assert hours.next_change(moment("2026-12-23T18:00")) == moment("2026-12-28T09:00")

    def test_from_open_to_open_is_no_change(self):
        hours = Hours.parse("Mo-Fr 09:00-12:00, Mo-Fr 12:00-17:00")
        assert hours.next_change(moment("2026-11-20T10:00")) == moment("2026-11-20T17:00")


class TestInForce:
    @pytest.mark.parametrize(
        ("expression", "left"),
        [
            ("Mo-Fr 09:00-12:00; 2024 Jan 01-9999 Dec 31 off", "Mo-Fr 09:00-12:00; Mo-Su off"),
            ("2024 Jan 01-9999 Dec 31 09:00-12:00", "Mo-Su 09:00-12:00"),
            ("Mo 09:00-12:00; 2024 Jan 01-9999 Dec 31 Tu off", "Mo 09:00-12:00; Tu off"),
            ("Mo 09:00-12:00; 2023 Dec 01-2024 Jan 31 off", "Mo 09:00-12:00"),
            ("Mo 09:00-12:00; PH off", "Mo 09:00-12:00; PH off"),
        ],
    )
    def test_what_is_left_is_read_again(self, expression, left):
        assert in_force(expression, date(2026, 11, 30)) == left
        assert str(parse(left)) == left


class TestReading:
    @pytest.mark.parametrize(
        ("expression", "quoted"),
        [
            ("Mo-Fr 9-12", "« 9-12 »"),
            ("lundi", "« lundi »"),
            ("2026-12-24 off", "« 2026-12-24 off ». Écrivez ainsi une date : « 2026 Dec 24 »"),
            ("Mo-Fr 25:00-30:00", "« 25:00-30:00 »"),
            ("é" * 300, f"« {'é' * 40} »"),
            ("SH 10:00-12:00", "« SH 10:00-12:00 ». Écrivez les dates des vacances"),
            ("sunrise-18:00", "« sunrise-18:00 ». Écrivez des heures"),
            ("Mo-Fr 10:00-12:00 || Tu 14:00-17:00", "« || Tu 14:00-17:00 ». Séparez les règles"),
            ("Mo-Fr 18:00+", "« 18:00+ ». Écrivez l'heure de fermeture"),
            ("Mo-Fr 18:00-20:00+", "« 18:00-20:00+ ». Écrivez l'heure de fermeture"),
            ("Mo-Fr 10:00-16:00/01:30", "« 10:00-16:00/01:30 ». Écrivez chaque horaire"),
            ("Mo-Fr 10:00", "« 10:00 ». Écrivez le début et la fin"),
            ("Mo-Fr", "« Mo-Fr ». Écrivez aussi les heures"),
            ("Mo-Fr 10:00-12:00; Sa", "« Sa ». Écrivez aussi les heures"),
            ("Mo-Fr 10:00-12:00; 14:00-16:00", "« 14:00-16:00 ». Écrivez aussi les jours"),
            ("Jul-Aug PH off", "« Jul-Aug PH off ». Écrivez les jours fériés à part"),
            ("PH +1 day off", "« PH +1 day off »"),
            ("Jan,Feb We[1] 10:00-12:00", "Écrivez une règle par mois et par jour"),
            ("2026/2 Mo 09:00-10:00", "« 2026/2 Mo 09:00-10:00 ». Écrivez chaque année"),
            ("Feb 29 10:00-12:00", "« Feb 29 10:00-12:00 »"),
            ("2026 Feb 30 10:00-12:00", "« 2026 Feb 30 10:00-12:00 »"),
            ("2026 Aug 10-2026 Aug 03 off", "« 2026 Aug 10-2026 Aug 03 off »"),
            ("Mo-Th 09:00-17:00; Fr-Sa 22:00-02:00", "Écrivez à part les heures après minuit"),
            ("", "«  »"),
            ("\0", "« \0 »"),
        ],
    )
    def test_what_is_not_understood_is_quoted(self, expression, quoted):
        with pytest.raises(HoursError, match="Horaires") as refusal:
            Hours.parse(expression)
        assert quoted in str(refusal.value)

    @pytest.mark.parametrize(
        ("spaced", "list_of_days_or_times"),
        [
            ("Mo, Tu,  Th 09:00-12:00", "Mo,Tu,Th 09:00-12:00"),
            ("We[1], We[3] 09:00-12:00", "We[1],We[3] 09:00-12:00"),
            ("Mo-Sa 09:00-12:00; Su, PH off", "Mo-Sa 09:00-12:00; Su,PH off"),
            ("Tu 09:00-11:00 , 14:00-16:00", "Tu 09:00-11:00,14:00-16:00"),
            ("2026 Nov 23, 2026 Nov 30 10:00-12:00", "2026 Nov 23,2026 Nov 30 10:00-12:00"),
            ("week 48, 50 Mo 09:00-10:00", "week 48,50 Mo 09:00-10:00"),
            ("mo-fr 9h-12h30, 14h00-17h", "Mo-Fr 09:00-12:30,14:00-17:00"),
            ("Mo–Fr: 09:00 – 12:00;", "Mo-Fr 09:00-12:00"),
            ("2026 Nov 23+ Mo 09:00-12:00", "2026 Nov 23-9999 Dec 31 Mo 09:00-12:00"),
            ("2026 Dec Mo 09:00-12:00", "2026 Dec 01-2026 Dec 31 Mo 09:00-12:00"),
        ],
    )
    def test_a_space_in_a_list_changes_nothing(self, spaced, list_of_days_or_times):
        first = moment("2026-11-20T00:00").date()
        expected = Hours.parse(list_of_days_or_times)
        assert normalise(spaced) == list_of_days_or_times
        assert Hours.parse(spaced).days(first, 30) == expected.days(first, 30)
        assert describe(spaced) == describe(list_of_days_or_times)

    def test_a_rule_after_a_comma_is_added(self):
        hours = Hours.parse("Mo 09:00-12:00, Mo-Fr 14:00-16:00; PH off")
        assert [span.in_words for span in hours.days(moment("2026-11-23T00:00").date(), 2)] == [
            "de 9 h à 12 h et de 14 h à 16 h",
            "de 14 h à 16 h",
        ]

    def test_it_reads_back_as_written(self):
        assert str(Hours.parse(LINE)) == LINE
        assert Hours.parse(LINE) == Hours.parse(LINE) != Hours.parse(CLOSED_ON_HOLIDAYS)

    def test_five_reception_points_cost_less_than_a_millisecond(self):
        at = moment("2026-11-20T17:05")
        expressions = [f"Mo-Fr 0{hour}:30-12:00,13:30-17:00; PH off" for hour in range(5)]
        costs = []
        for _ in range(20):
            start = perf_counter()
            for expression in expressions:
                hours = Hours.parse(expression)
                hours.is_open(at)
                hours.next_change(at)
            costs.append(perf_counter() - start)
        assert min(costs) < 0.001


@pytest.mark.parametrize(
    ("expression", "french"),
    [
        (LINE, "du lundi au vendredi de 8 h 30 à 12 h et de 13 h 30 à 17 h"),
        ("Mo-Fr 8:30-11:30", "du lundi au vendredi de 8 h 30 à 11 h 30"),
        ("Tu 09:00-12:00", "le mardi de 9 h à 12 h"),
        ("Tu-Fr 14:00-17:05", "du mardi au vendredi de 14 h à 17 h 05"),
        ("Mo,We 10:00-12:00", "le lundi et le mercredi de 10 h à 12 h"),
        ("Mo-Tu,Th,Sa 10:00-24:00", "du lundi au mardi, le jeudi et le samedi de 10 h à minuit"),
        ("Mo-Su 10:00-12:00", "tous les jours de 10 h à 12 h"),
        ("10:00-12:00", "tous les jours de 10 h à 12 h"),
        (
            "Mo 09:00-10:00,11:00-12:00,14:00-15:00; Tu 09:00-10:00; PH off",
            "le lundi de 9 h à 10 h, de 11 h à 12 h et de 14 h à 15 h ; le mardi de 9 h à 10 h ; "
            "les jours fériés : fermé",
        ),
        ("Mo-Sa 10:00-12:00; Su,PH off", "du lundi au samedi de 10 h à 12 h ; le dimanche et les jours fériés : fermé"),
        ("24/7", "tous les jours, à toute heure"),
        # Expressions beyond a plain week, or unreadable.
        ("Mo[1] 09:00-12:00", ""),
        ("Jul-Aug Mo-Fr 09:00-12:00", ""),
        ("Mo-Fr 09:00-12:00; 2026 Dec 24 off", ""),
        ("lundi", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_hours_in_french(expression, french):
    assert describe(expression) == french


DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MINUTES = st.integers(3 * 60, 24 * 60 - 1)  # outside the hour that occurs twice
A_MOMENT = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1))


@st.composite
def weeks(draw) -> str:
    """Draw a week of one to three rules, with public holidays closed or not."""
    rules = []
    for _ in range(draw(st.integers(1, 3))):
        days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1)), key=DAYS.index)
        bounds = sorted(draw(st.sets(MINUTES, min_size=2, max_size=4)))
        times = [f"{minute // 60:02}:{minute % 60:02}" for minute in bounds]
        spans = [f"{times[i]}-{times[i + 1]}" for i in range(0, len(times) - 1, 2)]
        rules.append(f"{','.join(days)} {','.join(spans)}")
    return "; ".join([*rules, *draw(st.sampled_from([[], ["PH off"]]))])


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing is slow on a busy machine
@given(weeks(), A_MOMENT)
def test_it_flips_at_the_next_change_and_not_before(expression, at):
    hours = Hours.parse(expression)
    now = at.replace(tzinfo=PARIS)
    change = hours.next_change(now)
    assert change is not None
    assert change.tzinfo is PARIS
    assert change.astimezone(UTC) > now.astimezone(UTC)
    assert hours.is_open(change) is not hours.is_open(now)
    just_before = (change.astimezone(UTC) - timedelta(minutes=1)).astimezone(PARIS)
    assert hours.is_open(max(just_before, now)) is hours.is_open(now)


@given(weeks())
def test_a_week_can_be_described_in_french(expression):
    assert describe(expression).count(" ; ") == expression.count(";")


@pytest.mark.parametrize("usual", ["", "Mo-Fr 09:00-12:00; "])
def test_hours_of_one_day_stay_on_a_holiday(usual):
    hours = Hours(close_on_holidays(f"{usual}Dec 25 10:00-11:00"))
    assert hours.is_open(datetime(2026, 12, 25, 10, 30))
