"""What is queued is a row, once for each key, in the transaction of what it tells."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.notices import services
from portal.notices.models import RETENTION, Notice
from portal.notices.services import NoticeRefused
from tests.notices.conftest import words

pytestmark = pytest.mark.django_db


def test_a_notice_is_queued_whole():
    headers = {"List-Unsubscribe": "<https://portail.example/stop/abc>"}
    given = words(html="<p>Bonjour</p>", headers=headers, about=("relocations", "move-3"))
    notice = services.queue(**given)
    notice.refresh_from_db()
    assert notice.recipient == "someone-0@example.org"
    assert notice.headers == headers
    assert (notice.about_app, notice.about_key) == ("relocations", "move-3")
    assert notice.sent_at is notice.failed_at is None


def test_the_same_key_never_makes_two():
    first = services.queue(**words())
    again = services.queue(**words(subject="Autre chose", recipient="other@example.org"))
    assert again.pk == first.pk
    assert again.subject == "Votre équipe déménage"
    assert Notice.objects.count() == 1


def test_it_is_undone_with_what_it_tells():
    with transaction.atomic():
        services.queue(**words())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
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
def test_what_cannot_be_an_e_mail_is_refused(changed, said):
    with pytest.raises(NoticeRefused, match=said):
        services.queue(**words(**changed))
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Bonjour\nBcc: all@example.org", "Bonjour Bcc: all@example.org"),
        ("Bonjour\r\n\r\nUn autre texte", "Bonjour Un autre texte"),
        ("Équipe\u2028d'Olivet\x0b", "Équipe d'Olivet"),
        ("\u202eOlivet\0", "Olivet\ufffd"),
    ],
)
def test_a_subject_is_on_one_line_whatever_the_names_that_it_quotes(subject, kept):
    assert services.queue(**words(subject=subject)).subject == kept


def test_french_typography_is_no_forgery():
    assert services.queue(**words(subject="Votre\xa0équipe déménage\u202f: mi-mars")).pk


def test_queries_do_not_grow_with_the_number_of_people(queries):
    counts = []
    for size in (2, 90):
        drafts = [services.draft(**words(number, key=f"{size}-{number}")) for number in range(size)]
        with queries() as captured:
            services.queue_all(drafts)
        counts.append(len(captured))
    assert counts[0] == 3
    assert counts[1] <= 4  # SQLite takes fewer rows at a time


class TestAskedForAfterTheCommit:
    @pytest.fixture(autouse=True)
    def sendable(self, can_send) -> None:
        """A mail server is set: notices may leave."""

    def test_those_that_are_due(self, asked, django_capture_on_commit_callbacks):
        tomorrow = timezone.now() + timedelta(days=1)
        with django_capture_on_commit_callbacks(execute=True):
            first = services.queue(**words(1))
            services.queue(**words(2, not_before=tomorrow))
            assert asked() == []
        assert asked() == [("notices.send", [[first.pk]])]

    def test_not_those_that_were_queued_before_and_sent(
        self, asked, django_capture_on_commit_callbacks
    ):
        services.queue(**words()).mark_sent()
        with django_capture_on_commit_callbacks(execute=True):
            services.queue(**words())
        assert asked() == []

    def test_nothing_in_a_replay(self, today, asked, django_capture_on_commit_callbacks):
        today("2023-11-24")
        with django_capture_on_commit_callbacks(execute=True):
            services.queue(**words())
        assert asked() == []


class TestWhatIsSaidOfTheOutbox:
    def test_without_a_mail_server_notices_wait(self, queries):
        services.queue(**words(1))
        services.queue(**words(2, not_before=timezone.now() + timedelta(days=3)))
        with queries() as captured:
            found = services.outbox_status()
        assert (found.waiting, found.failed) == (2, 0)
        assert timezone.now() - found.since < timedelta(minutes=1)
        assert "EMAIL_URL" in found.reason
        assert len(captured) == 1

    def test_in_a_replay_they_wait_too(self, can_send, today):
        assert services.outbox_status().reason == ""
        today("2023-11-24")
        assert "rejoué" in services.outbox_status().reason

    def test_an_empty_one(self, can_send):
        assert services.outbox_status() == services.OutboxStatus(0, 0, None, "")


class TestForgotten:
    def test_what_waits_is_not_sent_and_what_was_sent_is_blank(self):
        services.queue(**words(1, about=("teams", "s-1")))
        sent = services.queue(**words(2, about=("teams", "s-1")))
        sent.mark_sent()
        other = services.queue(**words(3, about=("teams", "s-2")))
        services.forget_subject(about=("teams", "s-1"))
        left = Notice.objects.order_by("key")
        assert [(notice.key, notice.recipient) for notice in left] == [
            (sent.key, ""),
            (other.key, other.recipient),
        ]
        assert left[0].body == left[0].subject == left[0].html == ""


class TestErased:
    def test_thirty_days_after_its_end(self):
        ended = {}
        for number, (days, end) in enumerate(
            [(31, "sent_at"), (29, "sent_at"), (31, "failed_at"), (29, "failed_at")]
        ):
            notice = services.queue(**words(number))
            moment = timezone.now() - timedelta(days=days)
            Notice.objects.filter(pk=notice.pk).update(**{end: moment})
            ended[notice.key] = days < 30
        assert services.erase_old() == 2
        kept = {
            notice.key: bool(notice.recipient and notice.body) for notice in Notice.objects.all()
        }
        assert kept == ended
        assert services.erase_old() == 0

    def test_what_nobody_could_send_in_thirty_days_is_given_up_then_erased(self):
        notice = services.queue(**words(expires_at=timezone.now() - timedelta(seconds=1)))
        services.erase_old()
        notice.refresh_from_db()
        assert notice.failed_at
        assert notice.last_error == "Trop tard pour l'envoyer."
        Notice.objects.update(failed_at=timezone.now() - RETENTION - timedelta(days=1))
        services.erase_old()
        notice.refresh_from_db()
        assert notice.recipient == ""


def test_what_failed_gets_new_attempts_and_what_was_erased_does_not():
    failed, erased, sent = (services.queue(**words(number)) for number in range(3))
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
