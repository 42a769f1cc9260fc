"""The daily e-mail to each agent whose moves are late, near or without a recent report."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.core.models import Source
from portal.core.periods.period import Period
from portal.notices.models import Notice
from relocations import tasks
from relocations.models import Relocation
from relocations.reminders.moves_to_check import moves_to_check
from relocations.reminders.notifications import queue_reminders
from teams.models import Team
from tests.factories import (
    AgencyFactory,
    RelocationFactory,
    TeamFactory,
    UserFactory,
    agent,
    manager,
)

TODAY = date(2024, 3, 10)
NOON = datetime(2024, 3, 10, 12, tzinfo=ZoneInfo("Europe/Paris"))


def move(period="", status="planned", silent=0, source=None):
    """Return an unsaved move last reported `silent` days ago; None for never."""
    last_reported_at = None if silent is None else NOON - timedelta(days=silent)
    row = Relocation(status=status, last_reported_at=last_reported_at, source=source)
    row.period = Period.parse(period)
    return row


def printed(day=""):
    source = Source(key="source", title="Communiqué")
    source.period = Period.parse(day)
    return source


def where(row):
    """Return the names of the lists of `attention` that contain the move."""
    to_check = moves_to_check([row], TODAY)
    return [name for name, rows in to_check._asdict().items() if rows]


class TestAttention:
    @pytest.mark.parametrize(
        ("period", "expected"),
        [
            ("9 mars 2024", ["overdue"]),
            ("février 2024", ["overdue"]),
            ("10 mars 2024", ["soon"]),
            ("17 mars 2024", ["soon"]),
            ("18 mars 2024", []),
            ("du 1er au 12 mars 2024", ["soon"]),
            ("mi-mars 2024", ["soon"]),
            ("2024", []),
            ("à partir du 12 mars 2024", ["soon"]),
            ("à partir du 1er janvier 2024", []),
            ("", []),
        ],
    )
    def test_late_or_near(self, period, expected):
        assert where(move(period, status="under_study")) == expected

    def test_a_place_found_open_is_not_late(self):
        opening = move("février 2024")
        opening.kind, opening.destination_id = Relocation.Kind.OPENING, 5
        for site, expected in ((5, []), (None, ["overdue"])):
            opening.team = Team(site_id=site)
            assert where(opening) == expected

    @pytest.mark.parametrize("status", ["done", "cancelled"])
    def test_what_is_over_needs_nothing(self, status):
        assert where(move("février 2024", status, silent=400)) == []

    @pytest.mark.parametrize(("days", "expected"), [(29, []), (30, ["silent"])])
    def test_thirty_days_without_a_report(self, days, expected):
        assert where(move("2024", silent=days)) == expected
        assert where(move(status="under_study", silent=days)) == expected

    @pytest.mark.parametrize(
        ("day", "expected"),
        [("20 février 2024", []), ("24 novembre 2023", ["silent"]), ("", ["silent"])],
    )
    def test_a_loaded_move_counts_from_its_source(self, day, expected):
        assert where(move("2024", silent=None, source=printed(day))) == expected

    def test_without_source_nor_report_it_is_silent(self):
        assert where(move("2024", silent=None)) == ["silent"]

    def test_each_once_in_the_most_pressing_list(self):
        rows = [move("février 2024", silent=90), move("12 mars 2024", silent=90)]
        to_check = moves_to_check(rows, TODAY)
        assert to_check == ([rows[0]], [rows[1]], [])
        assert to_check
        assert not moves_to_check([move("2025")], TODAY)


@pytest.mark.django_db
class TestReminders:
    @pytest.fixture
    def agency(self):
        return AgencyFactory(slug="agence-essai")

    @pytest.fixture
    def saved(self, agency):
        def make(period, **fields):
            team = fields.pop("team", None) or TeamFactory(agency=agency)
            values = {"period": Period.parse(period), "last_reported_at": NOON, **fields}
            return RelocationFactory(team=team, **values)

        return make

    def test_an_agent_gets_one_e_mail_about_their_moves(self, saved):
        overdue, near = saved("février 2024"), saved("12 mars 2024")
        quiet, fine = (
            saved("été 2024", last_reported_at=NOON - timedelta(days=40)),
            saved("mai 2024"),
        )
        done = saved("février 2024", status="done", actual_date=date(2024, 2, 3))
        user = agent("agence-essai")
        queue_reminders(TODAY)
        notice = Notice.objects.get()
        assert notice.recipient == user.email
        assert notice.subject == "3 déménagements à vérifier"
        order = [f"/demenagements/{row.pk}/" for row in (overdue, near, quiet)]
        assert sorted(order, key=notice.body.index) == order
        assert overdue.team.title in notice.body
        for row in (fine, done):
            assert row.get_absolute_url() not in notice.body
        assert "/espace/" in notice.body
        assert user.email not in notice.key

    def test_nothing_when_there_is_nothing(self, saved):
        saved("mai 2024")
        agent("agence-essai")
        queue_reminders(TODAY)
        assert not Notice.objects.exists()

    def test_once_a_day(self, saved):
        saved("février 2024")
        agent("agence-essai")
        queue_reminders(TODAY)
        queue_reminders(TODAY)
        assert Notice.objects.count() == 1
        queue_reminders(TODAY + timedelta(days=1))
        assert Notice.objects.count() == 2

    def test_an_agent_of_two_agencies_gets_one_e_mail(self, saved):
        other_move = AgencyFactory(slug="autre-agence")
        saved("février 2024")
        saved("12 mars 2024", team=TeamFactory(agency=other_move))
        agent("agence-essai", "autre-agence")
        queue_reminders(TODAY)
        assert Notice.objects.get().subject == "2 déménagements à vérifier"

    def test_nobody_else(self, saved):
        AgencyFactory(slug="autre-agence")
        saved("février 2024")
        agent("autre-agence")
        agent("agence-essai", is_active=False)
        UserFactory()
        queue_reminders(TODAY)
        assert not Notice.objects.exists()

    def test_what_waited_a_day_is_not_sent(self, saved):
        saved("février 2024")
        agent("agence-essai")
        queue_reminders(TODAY)
        assert Notice.objects.get().expires_at < timezone.now() + timedelta(days=1)

    def test_in_a_replay_it_is_that_day_and_waits(self, saved, today):
        saved("février 2024")
        agent("agence-essai")
        today("2024-01-20")
        tasks.remind()
        assert not Notice.objects.exists()
        today("2024-03-10")
        tasks.remind()
        assert Notice.objects.waiting().count() == 1

    def test_the_real_moves_of_loiret(self, loiret):
        user = agent("ads-orleans-metropole")
        manager()
        queue_reminders(date(2024, 2, 1))
        notice = Notice.objects.get()
        assert notice.recipient == user.email
        assert "Date dépassée : est-ce fait ?" in notice.body
        assert "Équipe Olivétaine, mardi 28 et mercredi 29 novembre 2023 :" in notice.body

    def test_queries_do_not_grow(self, saved, queries):
        counts = []
        for size in (2, 20):
            for _number in range(size):
                saved("février 2024")
                agent("agence-essai")
            with queries() as captured:
                queue_reminders(TODAY + timedelta(days=size))
            counts.append(len(captured))
        assert counts[1] <= counts[0]
