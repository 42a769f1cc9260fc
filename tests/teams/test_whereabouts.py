"""Where a team is on a given day: each row of the certainty table, with unsaved objects."""

from dataclasses import dataclass
from datetime import date

import pytest

from portal.core.periods.period import Period
from teams.models import Team
from teams.whereabouts import Certainty, compute_whereabouts

A, B, C = "place A", "place B", "place C"


@dataclass(eq=False)
class Move:
    period: Period
    destination: str | None
    origin: str | None = A
    status: str = "planned"
    actual_date: date | None = None
    is_opening: bool = False
    announced_on: date | None = None
    earlier: Period | None = None  # announced before `since`
    since: date = date.min

    def period_on(self, day):
        return self.earlier if self.earlier and day < self.since else self.period

    @property
    def is_open(self):
        return self.status not in ("done", "cancelled")

    @property
    def is_done(self):
        return self.status == "done"

    @property
    def is_in_progress(self):
        return self.status == "in_progress"


def move(period, destination=B, **kwargs):
    return Move(Period.parse(period), destination, **kwargs)


def done(day, destination=B, **kwargs):
    return Move(
        Period.parse(day), destination, status="done", actual_date=date.fromisoformat(day), **kwargs
    )


def done_by(period, destination=B, **kwargs):
    """Return a move that is done on a day that nobody published."""
    return move(period, destination, status="done", **kwargs)


def place(moves, on, today, site=A, **kwargs):
    return compute_whereabouts(
        site, moves, on=date.fromisoformat(on), today=date.fromisoformat(today), **kwargs
    )


def locate(moves, on, today, site=A, **kwargs):
    answer = place(moves, on, today, site, **kwargs)
    return answer.certainty, answer.site, answer.next_site


DAYS = "28 et 29 novembre 2023"


class TestTheRowsInTheirOrder:
    def test_neither_a_site_nor_a_destination_is_known(self):
        assert locate([], "2024-01-01", "2024-01-01", site=None) == (Certainty.UNKNOWN, None, None)
        moves = [move("2024", None)]
        assert locate(moves, "2024-03-01", "2024-03-01", site=None)[0] is Certainty.UNKNOWN

    def test_no_open_move(self):
        assert locate([], "2030-01-01", "2024-01-01") == (Certainty.CERTAIN, A, None)
        cancelled = [move(DAYS, status="cancelled")]
        assert locate(cancelled, "2023-12-10", "2023-11-24") == (Certainty.CERTAIN, A, None)

    def test_before_the_earliest_day(self):
        assert locate([move(DAYS)], "2023-11-27", "2023-11-24") == (Certainty.CERTAIN, A, None)
        assert locate([move(DAYS)], "2023-11-27", "2026-11-22") == (Certainty.CERTAIN, A, None)

    @pytest.mark.parametrize("status", ["under_study", "planned"])
    def test_a_move_without_period_is_only_mentioned(self, status):
        study = move("à terme", status=status)
        answer = place([study], "2030-01-01", "2024-01-01")
        assert (answer.certainty, answer.site) == (Certainty.CERTAIN, A)
        assert answer.studied == (study,)

    @pytest.mark.parametrize("on", ["2023-11-28", "2023-11-29", "2023-12-01", "2026-01-01"])
    @pytest.mark.parametrize("status", ["planned", "confirmed", "in_progress", "under_study"])
    def test_the_last_day_is_past_and_it_is_not_done(self, on, status):
        moves = [move(DAYS, status=status)]
        assert locate(moves, on, "2023-11-30") == (Certainty.TO_CONFIRM, A, B)

    def test_in_progress_today(self):
        moves = [move("2024", status="in_progress")]
        assert locate(moves, "2024-03-01", "2024-03-01") == (Certainty.MOVING, A, B)
        assert locate(moves, "2024-03-02", "2024-03-01") == (Certainty.UNCERTAIN, A, B)

    @pytest.mark.parametrize("on", ["2023-11-28", "2023-11-29"])
    def test_known_days(self, on):
        assert locate([move(DAYS)], on, "2023-11-24") == (Certainty.MOVING, A, B)
        assert locate([move(DAYS)], on, "2023-11-29") == (Certainty.MOVING, A, B)

    @pytest.mark.parametrize("on", ["2024-01-01", "2024-06-15", "2024-12-31"])
    def test_a_coarser_period(self, on):
        assert locate([move("2024")], on, "2023-11-24") == (Certainty.UNCERTAIN, A, B)
        assert locate([move("2024")], on, "2024-12-31") == (Certainty.UNCERTAIN, A, B)

    def test_after_the_latest_day_still_ahead(self):
        assert locate([move(DAYS)], "2023-11-30", "2023-11-24") == (Certainty.EXPECTED, B, B)
        assert locate([move(DAYS)], "2023-11-30", "2023-11-29") == (Certainty.EXPECTED, B, B)

    def test_a_place_not_chosen_yet_follows_the_same_rows(self):
        study = [move("2024", None)]
        assert locate(study, "2023-12-31", "2023-11-24") == (Certainty.CERTAIN, A, None)
        assert locate(study, "2024-03-01", "2023-11-24") == (Certainty.UNCERTAIN, A, None)
        assert locate(study, "2025-01-01", "2023-11-24") == (Certainty.EXPECTED, None, None)
        assert locate(study, "2025-01-01", "2025-01-01") == (Certainty.TO_CONFIRM, A, None)

    def test_half_open_periods(self):
        by = [move("au plus tard début 2026")]
        assert locate(by, "2020-01-01", "2024-01-01") == (Certainty.UNCERTAIN, A, B)
        assert locate(by, "2026-05-01", "2024-01-01") == (Certainty.EXPECTED, B, B)
        by_day = [move("au plus tard le 4 décembre 2033")]
        assert locate(by_day, "2030-01-01", "2026-01-01") == (Certainty.UNCERTAIN, A, B)
        since = [move("à partir de 2025")]
        assert locate(since, "2024-12-31", "2030-01-01") == (Certainty.CERTAIN, A, None)
        assert locate(since, "2031-01-01", "2030-01-01") == (Certainty.UNCERTAIN, A, B)


class TestDoneMoves:
    moves = [done("2023-11-29", B), done("2024-06-03", C, origin=B)]

    @pytest.mark.parametrize(
        ("on", "site"),
        [
            ("2023-11-28", A),
            ("2023-11-29", B),
            ("2024-06-02", B),
            ("2024-06-03", C),
            ("2030-01-01", C),
        ],
    )
    def test_they_are_history(self, on, site):
        assert locate(self.moves, on, "2024-07-01", site=C) == (Certainty.CERTAIN, site, None)
        shuffled = list(reversed(self.moves))
        assert locate(shuffled, on, "2024-07-01", site=C) == (Certainty.CERTAIN, site, None)

    def test_an_earlier_open_move_is_ignored_and_flagged(self):
        forgotten = move("8 et 9 janvier 2024", "elsewhere")
        answer = place([forgotten, done("2024-10-24", C)], "2024-12-01", "2024-12-01", site=C)
        assert (answer.certainty, answer.site) == (Certainty.CERTAIN, C)
        assert answer.ignored == (forgotten,)

    def test_an_open_move_of_that_very_day_is_not_overtaken(self):
        answer = place(
            [move("24 octobre 2024"), done("2024-10-24", C)], "2024-12-01", "2024-12-01", C
        )
        assert answer.ignored == ()

    def test_before_it_the_earlier_open_move_is_still_doubtful(self):
        forgotten = move("8 et 9 janvier 2024", B)
        moves = [forgotten, done("2024-10-24", C, origin=B)]
        seen = {"today": "2026-11-30", "site": C}
        assert locate(moves, "2024-01-07", **seen) == (Certainty.CERTAIN, A, None)
        assert locate(moves, "2024-01-20", **seen) == (Certainty.TO_CONFIRM, A, B)
        assert locate(moves, "2024-10-24", **seen) == (Certainty.CERTAIN, C, None)
        assert place(moves, "2024-01-20", **seen).ignored == ()

    def test_a_later_open_move_still_decides(self):
        moves = [done("2023-11-29", B), move("mars 2024", C, origin=B)]
        assert locate(moves, "2024-03-15", "2024-01-01", site=B) == (Certainty.UNCERTAIN, B, C)


class TestDoneOnADayThatNobodyPublished:
    moves = [done_by("au plus tard le 21 mai 2025", B)]

    @pytest.mark.parametrize("today", ["2025-01-01", "2025-05-21", "2025-05-22", "2026-11-30"])
    def test_to_confirm_until_its_period_is_over_then_certain(self, today):
        assert locate(self.moves, "2010-01-01", today, B) == (Certainty.TO_CONFIRM, A, B)
        assert locate(self.moves, "2025-05-21", today, B) == (Certainty.TO_CONFIRM, A, B)
        assert locate(self.moves, "2025-05-22", today, B) == (Certainty.CERTAIN, B, None)

    def test_before_the_earliest_day_it_had_not_moved(self):
        spring = [done_by("printemps 2025", B)]
        assert locate(spring, "2025-03-20", "2026-01-01", B) == (Certainty.CERTAIN, A, None)
        assert locate(spring, "2025-03-21", "2026-01-01", B) == (Certainty.TO_CONFIRM, A, B)

    def test_it_chains_with_the_others(self):
        moves = [done("2024-01-10", B), done_by("2025", C, origin=B), move("2027", A, origin=C)]
        seen = {"today": "2026-11-30", "site": C}
        assert locate(moves, "2024-06-01", **seen) == (Certainty.CERTAIN, B, None)
        assert locate(moves, "2025-06-01", **seen) == (Certainty.TO_CONFIRM, B, C)
        assert locate(moves, "2026-01-01", **seen) == (Certainty.CERTAIN, C, None)
        assert locate(moves, "2027-06-01", **seen) == (Certainty.UNCERTAIN, C, A)

    def test_an_opening_has_no_place_before(self):
        opened = [done_by("2025", B, origin=None, is_opening=True)]
        assert locate(opened, "2024-12-31", "2026-11-30", B) == (Certainty.UNKNOWN, None, B)
        assert locate(opened, "2025-06-01", "2026-11-30", B) == (Certainty.TO_CONFIRM, None, B)
        assert locate(opened, "2026-01-01", "2026-11-30", B) == (Certainty.CERTAIN, B, None)


class TestAnAnnouncementReplacedByAnother:
    """Montrichard: « au plus tard début 2026 », then in March 2026 « septembre 2026 »."""

    moves = [
        move(
            "septembre 2026",
            B,
            origin=None,
            is_opening=True,
            earlier=Period.parse("au plus tard début 2026"),
            since=date(2026, 3, 7),
        )
    ]

    @pytest.mark.parametrize(
        ("on", "today", "certainty"),
        [
            ("2025-01-01", "2025-01-01", Certainty.UNCERTAIN),
            ("2025-01-01", "2026-11-30", Certainty.TO_CONFIRM),
            ("2026-03-06", "2026-11-30", Certainty.TO_CONFIRM),
            ("2026-03-07", "2026-11-30", Certainty.UNKNOWN),
            ("2026-09-15", "2026-09-15", Certainty.UNCERTAIN),
            ("2026-09-15", "2026-11-30", Certainty.TO_CONFIRM),
        ],
    )
    def test_it_leads_from_its_day_on(self, on, today, certainty):
        assert locate(self.moves, on, today, None)[0] is certainty


class TestChains:
    chain = [move("8 et 9 janvier 2024", B), move("à terme", C, origin=B, status="under_study")]

    def test_an_expected_move_then_one_without_date(self):
        answer = place(self.chain, "2024-02-01", "2023-11-24")
        assert (answer.certainty, answer.site) == (Certainty.EXPECTED, B)
        assert answer.studied == (self.chain[1],)

    def test_the_second_move_starts_where_the_first_ends(self):
        moves = [move("3 juin 2024", C, origin=B), move("8 et 9 janvier 2024", B)]
        assert locate(moves, "2024-06-03", "2023-11-24") == (Certainty.MOVING, B, C)
        assert locate(moves, "2024-06-02", "2023-11-24") == (Certainty.EXPECTED, B, B)
        assert locate(moves, "2024-07-01", "2023-11-24") == (Certainty.EXPECTED, C, C)

    def test_an_overdue_move_stops_the_chain(self):
        moves = [move("8 et 9 janvier 2024", B), move("3 juin 2024", C, origin=B)]
        assert locate(moves, "2024-07-01", "2024-02-01") == (Certainty.TO_CONFIRM, A, B)


class TestOpenings:
    opening = move("mars 2024", B, origin=None, is_opening=True)

    def test_before_it_people_go_where_the_predecessor_is(self):
        answer = locate([self.opening], "2024-02-01", "2024-01-01", None, predecessor_site=C)
        assert answer == (Certainty.CERTAIN, C, None)
        answer = locate([self.opening], "2024-03-10", "2024-01-01", None, predecessor_site=C)
        assert answer == (Certainty.UNCERTAIN, C, B)

    def test_without_a_known_predecessor_nothing_is_certain(self):
        answer = locate([self.opening], "2024-02-01", "2024-01-01", None)
        assert answer == (Certainty.UNKNOWN, None, B)

    def test_the_predecessor_says_nothing_of_a_plain_move(self):
        answer = locate(
            [move("mars 2024", B)], "2024-02-01", "2024-01-01", None, predecessor_site=C
        )
        assert answer == (Certainty.UNKNOWN, None, B)

    def test_before_an_opening_that_was_done_since(self):
        opened = [done("2024-03-04", B, origin=None, is_opening=True)]
        assert locate(opened, "2024-03-03", "2024-04-01", B) == (Certainty.UNKNOWN, None, B)
        before = locate(opened, "2024-03-03", "2024-04-01", B, predecessor_site=C)
        assert before == (Certainty.CERTAIN, C, None)

    def test_found_open_though_nobody_published_since_when(self):
        due = [move("au plus tard début 2026", B, origin=None, is_opening=True)]
        assert locate(due, "2026-11-22", "2026-11-22", B) == (Certainty.CERTAIN, B, None)
        assert locate(due, "2026-12-24", "2026-11-22", B) == (Certainty.CERTAIN, B, None)
        assert locate(due, "2026-11-21", "2026-11-22", B) == (Certainty.CERTAIN, B, None)
        assert locate(due, "2024-06-01", "2026-11-22", B) == (Certainty.TO_CONFIRM, None, B)
        assert locate(due, "2024-06-01", "2024-06-01", B) == (Certainty.UNCERTAIN, None, B)

    def test_once_open(self):
        opened = [done("2024-03-04", B, origin=None, is_opening=True)]
        assert locate(opened, "2024-03-03", "2024-04-01", B)[0] is Certainty.UNKNOWN
        assert locate(opened, "2024-03-04", "2024-04-01", B) == (Certainty.CERTAIN, B, None)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "site"), [("2019-12-31", None), ("2020-01-01", "Agence")])
def test_a_team_is_nowhere_before_it_was_created(loiret, day, site):
    """ "Depuis 2020, le Département […] a créé 19 équipes de proximité"."""
    team = Team.objects.with_whereabouts().get(slug="olivetaine")
    place = team.whereabouts(date.fromisoformat(day))
    assert (place.site and place.site.name.split()[0]) == site
    is_told = "n’existait pas encore : elle existe depuis 2020." in team.describe_whereabouts(place)
    assert is_told is (site is None)


@pytest.mark.django_db
@pytest.mark.usefixtures("loiret")
@pytest.mark.parametrize("day", ["1990-01-01", "2019-12-31"])
def test_no_team_is_certain_before_anybody_says_that_it_existed(day):
    places = [t.whereabouts(date.fromisoformat(day)) for t in Team.objects.with_whereabouts()]
    assert Certainty.CERTAIN not in {place.certainty for place in places}
