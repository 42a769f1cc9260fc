"""A queued notice is a row, unique by key, written in the caller's transaction."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.notices import services
from portal.notices.models import RETENTION, Notice
from portal.notices.services import NoticeRefused
from tests.notices.conftest import notice_fields

pytestmark = pytest.mark.django_db


def test_a_notice_is_queued_whole():
    headers = {"List-Unsubscribe": "<https://portail.example/stop/abc>"}
    fields = notice_fields(html="<p>Bonjour</p>", headers=headers, about=("relocations", "move-3"))
    notice = services.queue(**fields)
    notice.refresh_from_db()
    assert notice.recipient == "someone-0@example.org"
    assert notice.headers == headers
    assert (notice.about_app, notice.about_key) == ("relocations", "move-3")
    assert notice.sent_at is notice.failed_at is None


def test_the_same_key_never_makes_two():
    first = services.queue(**notice_fields())
    again = services.queue(**notice_fields(subject="Autre chose", recipient="other@example.org"))
    assert again.pk == first.pk
    assert again.subject == "Votre équipe déménage"
    assert Notice.objects.count() == 1


def test_it_is_rolled_back_with_its_transaction():
    with transaction.atomic():
        services.queue(**notice_fields())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"recipient": "a@example.org\nBcc: all@example.org"}, "une seule ligne"),
        ({"sender": "Portail\r\nBcc: all@example.org"}, "une seule ligne"),
        ({"headers": {"List-Id": "a\nBcc: all@example.org"}}, "une seule ligne"),
        ({"headers": {"X: y\nBcc": "all@example.org"}}, "nom impossible"),
        ({"headers": {"Bcc": "all@example.org"}}, "écrit par le portail"),
        ({"headers": {"message-id": "<1@x>"}}, "écrit par le portail"),
        ({"recipient": "nobody"}, "destinataire : "),
        ({"recipient": ""}, "un destinataire et un sujet"),
        ({"subject": ""}, "un destinataire et un sujet"),
        ({"subject": "\u200b\r\n"}, "un destinataire et un sujet"),
        ({"key": ""}, "clé : "),
        ({"key": "move-3-ada@example.org"}, "pas d'adresse"),
        ({"about": ("teams", "ada@example.org")}, "pas d'adresse"),
        ({"key": "k" * 201}, "clé : "),
    ],
)
def test_what_cannot_be_an_e_mail_is_refused(changed, message):
    with pytest.raises(NoticeRefused, match=message):
        services.queue(**notice_fields(**changed))
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("subject", "stored"),
    [
        ("Bonjour\nBcc: all@example.org", "Bonjour Bcc: all@example.org"),
        ("Bonjour\r\n\r\nUn autre texte", "Bonjour Un autre texte"),
        ("Équipe\u2028d'Olivet\x0b", "Équipe d'Olivet"),
        ("\u202eOlivet\0", "Olivet\ufffd"),
    ],
)
def test_line_breaks_in_a_subject_become_spaces(subject, stored):
    assert services.queue(**notice_fields(subject=subject)).subject == stored


def test_french_typography_is_no_forgery():
    assert services.queue(**notice_fields(subject="Votre\xa0équipe déménage\u202f: mi-mars")).pk


def test_queries_do_not_grow_with_the_number_of_people(queries):
    counts = []
    for size in (2, 90):
        drafts = [
            services.draft(**notice_fields(number, key=f"{size}-{number}"))
            for number in range(size)
        ]
        with queries() as captured:
            services.queue_all(drafts)
        counts.append(len(captured))
    assert counts[0] == 3
    assert counts[1] <= 4  # SQLite accepts fewer rows in a query.


class TestAskedForAfterTheCommit:
    @pytest.fixture(autouse=True)
    def sendable(self, can_send) -> None:
        """A mail server is configured: notices may be sent."""

    def test_those_that_are_due(self, enqueued_tasks, django_capture_on_commit_callbacks):
        tomorrow = timezone.now() + timedelta(days=1)
        with django_capture_on_commit_callbacks(execute=True):
            first = services.queue(**notice_fields(1))
            services.queue(**notice_fields(2, not_before=tomorrow))
            assert enqueued_tasks() == []
        assert enqueued_tasks() == [("notices.send", [[first.pk]])]

    def test_not_those_that_were_queued_before_and_sent(
        self, enqueued_tasks, django_capture_on_commit_callbacks
    ):
        services.queue(**notice_fields()).mark_sent()
        with django_capture_on_commit_callbacks(execute=True):
            services.queue(**notice_fields())
        assert enqueued_tasks() == []

    def test_nothing_in_a_replay(self, today, enqueued_tasks, django_capture_on_commit_callbacks):
        today("2023-11-24")
        with django_capture_on_commit_callbacks(execute=True):
            services.queue(**notice_fields())
        assert enqueued_tasks() == []


class TestWhatIsSaidOfTheOutbox:
    def test_without_a_mail_server_notices_wait(self, queries):
        services.queue(**notice_fields(1))
        services.queue(**notice_fields(2, not_before=timezone.now() + timedelta(days=3)))
        with queries() as captured:
            status = services.outbox_status()
        assert (status.waiting, status.failed) == (2, 0)
        assert timezone.now() - status.since < timedelta(minutes=1)
        assert "EMAIL_URL" in status.reason
        assert len(captured) == 1

    def test_in_a_replay_they_wait_too(self, can_send, today):
        assert services.outbox_status().reason == ""
        today("2023-11-24")
        assert "rejoué" in services.outbox_status().reason

    def test_an_empty_outbox(self, can_send):
        assert services.outbox_status() == services.OutboxStatus(0, 0, None, "")


class TestForgotten:
    def test_what_waits_is_not_sent_and_what_was_sent_is_blank(self):
        services.queue(**notice_fields(1, about=("teams", "s-1")))
        sent = services.queue(**notice_fields(2, about=("teams", "s-1")))
        sent.mark_sent()
        waiting = services.queue(**notice_fields(3, about=("teams", "s-2")))
        services.forget_subject(about=("teams", "s-1"))
        left = Notice.objects.order_by("key")
        assert [(notice.key, notice.recipient) for notice in left] == [
            (sent.key, ""),
            (waiting.key, waiting.recipient),
        ]
        assert left[0].body == left[0].subject == left[0].html == ""


class TestErased:
    def test_thirty_days_after_its_end(self):
        ended = {}
        for number, (days, end) in enumerate(
            [(31, "sent_at"), (29, "sent_at"), (31, "failed_at"), (29, "failed_at")]
        ):
            notice = services.queue(**notice_fields(number))
            moment = timezone.now() - timedelta(days=days)
            Notice.objects.filter(pk=notice.pk).update(**{end: moment})
            ended[notice.key] = days < 30
        assert services.erase_old() == 2
        remaining = {
            notice.key: bool(notice.recipient and notice.body) for notice in Notice.objects.all()
        }
        assert remaining == ended
        assert services.erase_old() == 0

    def test_what_nobody_could_send_in_thirty_days_is_given_up_then_erased(self):
        notice = services.queue(**notice_fields(expires_at=timezone.now() - timedelta(seconds=1)))
        services.erase_old()
        notice.refresh_from_db()
        assert notice.failed_at
        assert notice.last_error == "Trop tard pour l'envoyer."
        Notice.objects.update(failed_at=timezone.now() - RETENTION - timedelta(days=1))
        services.erase_old()
        notice.refresh_from_db()
        assert notice.recipient == ""


def test_what_failed_gets_new_attempts_and_what_was_erased_does_not():
    failed, erased, sent = (services.queue(**notice_fields(number)) for number in range(3))
    past = timezone.now() - timedelta(days=40)
    Notice.objects.filter(pk__in=[failed.pk, erased.pk]).update(
        failed_at=past, attempts=9, last_error="550", expires_at=past
    )
    Notice.objects.filter(pk=erased.pk).blank()
    sent.mark_sent()
    assert services.send_again(Notice.objects.all()) == 1
    failed.refresh_from_db()
    assert (failed.failed_at, failed.attempts, failed.last_error) == (None, 0, "")
    assert failed.expires_at > timezone.now()
    assert Notice.objects.due(timezone.now()).get() == failed
