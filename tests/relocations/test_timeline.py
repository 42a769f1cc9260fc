"""The timeline of the schedule."""

from datetime import date

import pytest

from portal.core.periods.period import Period
from relocations.models import Relocation
from relocations.schedule.timeline import timeline
from teams.models import Team


def move(period):
    relocation = Relocation(team=Team(name=period))
    relocation.period = Period.parse(period)
    return relocation


def drawn(*periods, today="2023-11-24"):
    return timeline([move(period) for period in periods], date.fromisoformat(today))


def test_it_spans_whole_months():
    picture = drawn("28 et 29 novembre 2023", "2024")
    assert (picture.first, picture.last) == (date(2023, 11, 1), date(2024, 12, 31))


def test_known_days_are_solid_and_vague_periods_as_long_as_the_doubt():
    days, year = drawn("28 et 29 novembre 2023", "2024").bars
    whole = 30 + 31 + 366
    assert (days.kind, year.kind) == ("days", "span")
    assert days.x == pytest.approx(100 * 27 / whole, abs=0.01)
    assert days.width == pytest.approx(100 * 2 / whole, abs=0.02)
    assert year.x == pytest.approx(100 * 61 / whole, abs=0.01)
    assert year.x + year.width == pytest.approx(100)


def test_half_open_and_undated_moves():
    _day, until, since, never = drawn(
        "3 mars 2024", "au plus tard mai 2024", "à partir de mars 2024", "à terme"
    ).bars
    assert (until.kind, until.x) == ("open", 0)
    assert (since.kind, since.x + since.width) == ("open", 100)
    assert never.kind == "none"


def test_a_move_done_without_its_day_is_not_drawn_on_a_day():
    unknown = move("du 4 au 22 mars 2024")
    unknown.status = "done"
    assert timeline([unknown], date(2024, 6, 1)).bars[0].kind == "span"


def test_nothing_to_draw_without_a_date():
    assert drawn("à terme") is None
    assert drawn() is None


def test_today_is_drawn_only_where_it_falls_inside():
    assert drawn("2024", today="2024-01-01").today == 0
    assert drawn("2024", today="2024-07-02").today == pytest.approx(50, abs=0.1)
    assert drawn("2024", today="2026-11-22").today is None


@pytest.mark.parametrize("periods", [("mars 2024",), ("2024",), ("2020", "2030"), ("1950", "2090")])
def test_a_few_ticks_whatever_the_span(periods):
    ticks = drawn(*periods).ticks
    assert 1 <= len(ticks) <= 6
    assert ticks[0].year
    assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})


def test_a_done_move_stands_on_its_real_day_and_on_a_replayed_day_on_what_was_announced():
    done = move("2024")
    done.actual_date = date(2024, 7, 2)
    since = timeline([done, move("2024")], date(2024, 12, 1))
    assert [bar.kind for bar in since.bars] == ["days", "span"]
    assert since.bars[0].x == pytest.approx(50, abs=0.1)
    assert timeline([done], date(2024, 1, 10)).bars[0].kind == "span"
