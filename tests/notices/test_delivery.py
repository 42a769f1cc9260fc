"""Delivery of notices: once each, despite refusals and server failures, without personal data in logs."""

import logging
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.utils import timezone

from portal.celery import app
from portal.notices import delivery, services, tasks
from portal.notices.models import IN_DOUBT, MAX_ATTEMPTS, RETRY_DELAYS, Notice
from tests.faults.servers import until
from tests.notices.conftest import committed, expire_leases, notice_fields, queue_many
from tests.notices.mail_server import MailServer

pytestmark = pytest.mark.django_db


def queued(*numbers: int, **changed) -> list[int]:
    return [services.queue(**notice_fields(number, **changed)).pk for number in numbers]


def state(pk: int) -> Notice:
    return Notice.objects.get(pk=pk)


class TestTheMessage:
    def test_it_arrives_as_it_was_queued(self, can_send):
        headers = {
            "List-Unsubscribe": f"<https://portail.example/equipes/olivetaine/stop/{'a' * 90}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        pks = queued(1, headers=headers, html="<p>Votre équipe sera rue Danton.</p>")
        assert delivery.deliver(pks) == 1
        message = can_send.taken[0].message
        assert message["To"] == "someone-1@example.org"
        assert message["Subject"] == "Votre équipe déménage"
        assert message["Auto-Submitted"] == "auto-generated"
        assert {name: message[name].strip() for name in headers} == headers
        plain, html = message.iter_parts()
        assert "rue Danton" in plain.get_content()
        assert html.get_content_type() == "text/html"
        assert "<p>" in html.get_content()

    def test_its_id_depends_on_its_key_alone(self, settings):
        settings.SITE_URL = "https://portail.example:8443"
        first, second = (delivery.message_id(key) for key in ("move-3-v2-s-1", "move-3-v3-s-1"))
        assert first == delivery.message_id("move-3-v2-s-1") != second
        assert first.endswith("@portail.example>")

    def test_it_comes_from_the_portal_unless_it_says_otherwise(self, settings, can_send):
        settings.DEFAULT_FROM_EMAIL = "Solidarités <portail@example.org>"
        delivery.deliver(queued(1))
        delivery.deliver(queued(2, sender="loiret@example.org"))
        senders = [taken.message["From"] for taken in can_send.taken]
        assert senders == ["Solidarités <portail@example.org>", "loiret@example.org"]

    def test_secret_content_is_erased_once_sent(self, can_send):
        (pk,) = queued(1, is_secret=True, html="<p>lien</p>")
        delivery.deliver([pk])
        assert "rue Danton" in can_send.taken[0].message.get_body(("plain",)).get_content()
        assert state(pk).body == state(pk).html == ""


class TestWhatLeaves:
    def test_a_batch_uses_one_connection(self, can_send):
        assert delivery.deliver(queued(*range(5))) == 5
        assert can_send.connections == 1
        assert Notice.objects.sent().count() == 5

    def test_a_sent_notice_does_not_leave_again(self, can_send):
        pks = queued(1)
        delivery.deliver(pks)
        assert delivery.deliver(pks) == 0
        assert len(can_send.taken) == 1

    def test_its_time_comes_first(self, can_send):
        (pk,) = queued(1, not_before=timezone.now() + timedelta(hours=1))
        assert delivery.due_ids() == []
        assert delivery.deliver([pk]) == 0
        assert state(pk).attempts == 0

    def test_too_late_is_not_sent(self, can_send):
        (pk,) = queued(1, expires_at=timezone.now() - timedelta(seconds=1))
        assert delivery.deliver([pk]) == 0
        assert state(pk).last_error == "Trop tard pour l'envoyer."
        assert not can_send.taken

    def test_nothing_in_a_replay(self, can_send, today):
        pks = queued(1)
        today("2023-11-24")
        assert delivery.deliver(pks) == 0
        assert state(pks[0]).attempts == 0
        assert can_send.connections == 0

    def test_without_a_mail_server_notices_wait_until_there_is_one(self, settings, can_send):
        usual, settings.EMAIL_TRANSPORT = settings.EMAIL_TRANSPORT, ""
        pks = queued(1, 2)
        assert delivery.deliver(pks) == 0
        assert Notice.objects.waiting().filter(attempts=0).count() == 2
        settings.EMAIL_TRANSPORT = usual
        assert delivery.deliver(delivery.due_ids()) == 2

    def test_a_stop_ends_with_the_notice_in_hand(self, can_send):
        pks = queued(*range(5))
        assert delivery.deliver(pks, stop=lambda: len(can_send.taken) == 2) == 2
        assert Notice.objects.due(timezone.now()).count() == 3

    def test_a_notice_forgotten_meanwhile_is_not_sent(self, can_send):
        pks = queued(1) + queued(2, about=("teams", "s-2"))

        def forget_the_second() -> None:
            if can_send.taken:
                services.forget_subject(about=("teams", "s-2"))

        assert delivery.deliver(pks, stop=forget_the_second) == 1
        assert can_send.recipients == ["someone-1@example.org"]

    def test_queries_for_each_notice(self, can_send, queries):
        counts = []
        for size in (2, 12):
            pks = queued(*range(100 * size, 101 * size))
            with queries() as captured:
                delivery.deliver(pks)
            counts.append(len(captured) - 2 * size)
        assert counts == [1, 1]


class TestRefusals:
    def test_a_refused_recipient_is_marked_and_the_others_go(self, can_send, caplog):
        can_send.refusals["someone-2@example.org"] = (
            "550 5.1.1 <someone-2@example.org>: user unknown"
        )
        pks = queued(1, 2, 3)
        assert delivery.deliver(pks) == 2
        assert can_send.recipients == ["someone-1@example.org", "someone-3@example.org"]
        assert can_send.connections == 1
        refused = state(pks[1])
        assert refused.failed_at
        assert refused.last_error == "Le serveur refuse ce destinataire (550 5.1.1)."

    def test_a_busy_mailbox_is_tried_again_each_time_later(self, can_send):
        can_send.refusals["someone-1@example.org"] = "451 4.7.1 try later"
        (pk,) = queued(1)
        delays = []
        for _attempt in range(MAX_ATTEMPTS):
            Notice.objects.update(not_before=timezone.now())
            before = timezone.now()
            delivery.deliver([pk])
            delays.append(state(pk).not_before - before)
        assert all(
            later - wanted < timedelta(seconds=5)
            for later, wanted in zip(delays, RETRY_DELAYS, strict=False)
        )
        assert delays[: len(RETRY_DELAYS)] == sorted(delays[: len(RETRY_DELAYS)])
        assert state(pk).failed_at
        assert services.outbox_status().failed == 1

    def test_once_the_mailbox_answers_it_goes(self, can_send):
        can_send.refusals["someone-1@example.org"] = "451 4.7.1 try later"
        (pk,) = queued(1)
        delivery.deliver([pk])
        assert delivery.due_ids() == []
        can_send.refusals.clear()
        Notice.objects.update(not_before=timezone.now())
        assert delivery.deliver(delivery.due_ids()) == 1
        assert state(pk).last_error == ""

    def test_nobody_is_named_in_a_log_or_a_reason(self, can_send, caplog):
        names = "550 5.1.1 <someone-1@example.org> someone-1 unknown"
        can_send.refusals["someone-1@example.org"] = names
        logging.getLogger("portal").propagate = True
        (pk,) = queued(1)
        delivery.deliver([pk])
        logging.getLogger("portal").propagate = False
        assert f"Notice {pk} was not sent" in caplog.text
        assert "someone" not in caplog.text + state(pk).last_error


class TestABadServer:
    def test_an_unreachable_server_costs_one_attempt_of_one_notice(self, settings, db):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            settings.EMAIL_TRANSPORT = "portal.notices.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        pks = queued(1, 2, 3)
        assert delivery.deliver(pks) == 0
        assert [state(pk).attempts for pk in pks] == [1, 0, 0]
        assert state(pks[0]).last_error == (
            "Le serveur de courrier ne répond pas (ConnectionRefusedError)."
        )

    def test_a_silent_server_times_out(self, settings, can_send):
        settings.EMAIL_TIMEOUT = 0.2
        can_send.is_silent = True
        pks = queued(*range(5))
        assert delivery.deliver(pks) == 0
        assert [state(pk).attempts for pk in pks] == [1, 1, 1, 0, 0]
        assert "ne répond pas" in state(pks[0]).last_error

    def test_a_server_that_hangs_on_a_message_does_not_block_the_others(self, settings, can_send):
        settings.EMAIL_TIMEOUT = 0.2
        pks = queued(1, 2, 3)

        def hang_up(number: int) -> None:
            if number == 1:
                can_send.before_answer = lambda number: None
                raise ConnectionResetError

        can_send.before_answer = hang_up
        assert delivery.deliver(pks) == 2
        assert [bool(state(pk).sent_at) for pk in pks] == [False, True, True]


class TestTheLease:
    def test_the_notice_of_a_dead_worker_is_sent_after_its_lease(self, can_send):
        (pk,) = queued(1)
        assert state(pk).claim()
        assert delivery.deliver([pk]) == 0
        expire_leases()
        assert delivery.deliver([pk]) == 1

    def test_the_lease_outlasts_any_sending(self, settings):
        before = 12  # From the greeting to the final dot, with TLS and a password.
        longest = before * settings.EMAIL_TIMEOUT + settings.EMAIL_ANSWER_TIMEOUT
        assert timedelta(seconds=longest) < Notice.lease

    def test_the_last_word_is_awaited_as_long_as_the_standard_says(self, settings):
        assert settings.EMAIL_ANSWER_TIMEOUT > 600  # RFC 5321, 4.5.3.2.6

    def test_a_task_ends_long_before_celery_ends_it_or_gives_it_to_another(self, settings):
        visible = app.conf.broker_transport_options.get("visibility_timeout", 3600)  # Redis
        longest = tasks.MAX_SECONDS + delivery.ANSWER_TIMEOUT
        assert longest < settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
        assert visible > settings.CELERY_TASK_TIME_LIMIT

    def test_a_worker_that_lost_its_lease_decides_no_more(self, can_send):
        (pk,) = queued(1)
        slow, quick = state(pk), state(pk)
        assert slow.claim()
        expire_leases()
        quick.attempts = 1
        assert quick.claim()
        slow.fail("trop lent")
        assert state(pk).failed_at is None
        quick.mark_sent()
        slow.postpone("trop lent")
        assert state(pk).sent_at

    def test_a_notice_tried_since_it_was_read_is_not_claimed(self, can_send):
        (pk,) = queued(1)
        read_before, tried = state(pk), state(pk)
        assert tried.claim()
        tried.postpone("occupé")
        Notice.objects.update(not_before=timezone.now())
        assert not read_before.claim()
        assert state(pk).attempts == 1

    def test_a_notice_that_kills_its_workers_is_given_up(self, can_send):
        (pk,) = queued(1)
        for _attempt in range(MAX_ATTEMPTS):
            assert state(pk).claim()
            expire_leases()
        assert delivery.deliver([pk]) == 0
        assert state(pk).last_error == "Chaque essai a été interrompu."
        assert not can_send.taken


class TestAnAnswerThatNeverComes:
    """The server received the whole e-mail, and may have accepted it."""

    @pytest.mark.parametrize("answer", ["", "??? what", "100 later"])
    def test_at_most_one_later_copy_with_the_same_message_id(self, can_send, answer):
        can_send.answer = answer
        (pk,) = queued(1)
        for _day in range(20):
            delivery.deliver([pk])
            if not state(pk).failed_at and can_send.taken:
                assert state(pk).not_before > timezone.now() + IN_DOUBT - timedelta(minutes=1)
            Notice.objects.update(not_before=timezone.now())
        assert len(can_send.taken) == 2
        assert len({taken.id for taken in can_send.taken}) == 1
        assert "n'a pas dit s'il prenait" in state(pk).last_error
        assert state(pk).failed_at

    def test_it_leaves_at_last_where_the_server_answers(self, can_send):
        can_send.answer = ""
        (pk,) = queued(1)
        delivery.deliver([pk])
        can_send.answer = "250 Taken"
        Notice.objects.update(not_before=timezone.now())
        assert delivery.deliver([pk]) == 1

    def test_a_busy_server_that_says_so_is_tried_as_before(self, can_send):
        can_send.answer = "451 4.3.0 Try again"
        (pk,) = queued(1)
        delivery.deliver([pk])
        assert state(pk).not_before < timezone.now() + timedelta(minutes=2)


# An accelerated clock: a second of the test is more than a minute of a real server.
SCALE = 400
SHORT = 5.0  # EMAIL_TIMEOUT: no test waits for it.


@pytest.fixture
def scaled(can_send, settings, monkeypatch, shared_database) -> MailServer:
    """Ten minutes last a second and a half; the delay of the server is set by `late`."""
    settings.EMAIL_TIMEOUT = SHORT
    settings.EMAIL_ANSWER_TIMEOUT = 660 / SCALE
    monkeypatch.setattr(Notice, "lease", Notice.lease / SCALE)
    monkeypatch.setattr(delivery, "ANSWER_TIMEOUT", 5 / SCALE)
    return can_send


def answer_after(seconds: float) -> Callable[[int], None]:
    return lambda number: Event().wait(seconds / SCALE) and None


@pytest.fixture
def hanging_server(scaled, settings, monkeypatch) -> Iterator[Event]:
    """The server does not answer about its first e-mails until the test sets this event."""
    settings.EMAIL_ANSWER_TIMEOUT = 60
    monkeypatch.setattr(Notice, "lease", Notice.lease * SCALE)
    released = Event()
    scaled.before_answer = lambda number: released.wait(60) and None
    yield released
    released.set()
    wait_until_nobody_is_beside()


def wait_until_nobody_is_beside() -> None:
    until(lambda: not delivery.Sending.background, seconds=10)


@committed
class TestAServerThatIsLongToAnswer:
    @pytest.mark.parametrize("seconds", [12, 60, 600])
    def test_concurrent_sweeps_send_one_copy(self, scaled, seconds):
        queue_many(1)
        scaled.before_answer = answer_after(seconds)
        sweeps = 0
        while Notice.objects.waiting().exists() and sweeps < 400:
            Notice.objects.update(not_before=timezone.now())
            delivery.deliver(delivery.due_ids())
            Event().wait(0.01)
            sweeps += 1
        wait_until_nobody_is_beside()
        notice = Notice.objects.get()
        assert (len(scaled.taken), notice.attempts) == (1, 1)
        assert notice.sent_at

    def test_the_others_leave_meanwhile(self, scaled, hanging_server, monkeypatch):
        monkeypatch.setattr(delivery, "ANSWER_TIMEOUT", 2.0)
        queue_many(4)
        scaled.before_answer = lambda number: (
            hanging_server.wait(60) and None if number == 1 else None
        )
        assert delivery.deliver(delivery.due_ids()) == 3
        assert len(delivery.Sending.background) == 1
        hanging_server.set()
        wait_until_nobody_is_beside()
        assert Notice.objects.sent().count() == len(scaled.taken) == 4

    def test_no_more_than_some_wait_beside(self, scaled, hanging_server, monkeypatch):
        monkeypatch.setattr(delivery, "MAX_BACKGROUND", 2)
        queue_many(5)
        assert delivery.deliver(delivery.due_ids()) == 0
        assert Notice.objects.filter(attempts=1).count() == 2
        hanging_server.set()
        wait_until_nobody_is_beside()
        assert Notice.objects.sent().count() == 2

    def test_a_worker_that_ends_before_says_that_it_does_not_know(
        self, scaled, hanging_server, monkeypatch
    ):
        monkeypatch.setattr(delivery, "SHUTDOWN_TIMEOUT", 0.05)
        queue_many(1)
        delivery.deliver(delivery.due_ids())
        until(lambda: scaled.taken, seconds=10)
        tasks.abandon_unanswered()
        notice = Notice.objects.get()
        assert notice.not_before > timezone.now() + IN_DOUBT - timedelta(minutes=1)
        assert notice.claimed_at is None
        hanging_server.set()
        wait_until_nobody_is_beside()  # The server answers in the end.
        assert Notice.objects.get().sent_at


@committed
def test_two_sweepers_at_once_send_each_notice_once(can_send, shared_database):
    from django.db import connection

    queue_many(120)
    pks = list(Notice.objects.values_list("pk", flat=True))
    sent = []

    def sweep() -> None:
        sent.append(delivery.deliver(pks))
        connection.close()

    sweepers = [Thread(target=sweep) for _number in range(4)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert sum(sent) == len(can_send.taken) == 120
    assert not can_send.repeated
    assert Notice.objects.sent().count() == 120
