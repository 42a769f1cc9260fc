"""Files asked for and made: a row first, the same content once, two at a time."""

from datetime import timedelta

import pytest
from celery.exceptions import Retry
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.documents import pdf, services, tasks
from portal.documents.models import Job
from portal.registries import documents
from portal.registries.documents import Maker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def words(monkeypatch):
    """A kind of file whose content a test may change; counts how often it is made."""
    said = {"text": "bonjour", "made": 0, "light": False}

    def make(content, progress):
        said["made"] += 1
        progress(40)
        if content == "boum":
            raise ValueError("a secret that nobody must read")
        if content == "pango":
            raise pdf.PrintingUnavailable("installez libpango-1.0-0")
        return content.encode()

    maker = Maker(
        kind="words",
        content_type="text/plain",
        filename=lambda subject: f"{subject}.txt",
        content=lambda subject: said["text"],
        make=make,
    )
    monkeypatch.setitem(documents._makers, "words", maker)
    return said


def ask():
    return services.request_job(kind="words", subject="essai")


class TestOnce:
    def test_a_row_before_a_file(self, words):
        job = ask()
        assert (job.status, job.progress, words["made"]) == ("waiting", 0, 0)
        assert services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.progress, job.slot) == ("done", 100, None)
        with job.file.open() as file:
            assert file.read() == b"bonjour"

    def test_the_same_content_is_never_made_twice(self, words):
        job = ask()
        services.make_file(job.pk)
        assert ask() == job
        assert not services.make_file(job.pk)
        assert words["made"] == 1

    def test_another_content_is_another_file_and_the_old_one_goes(
        self, words, django_capture_on_commit_callbacks
    ):
        old = ask()
        services.make_file(old.pk)
        old.refresh_from_db()
        words["text"] = "bonsoir"
        new = ask()
        assert new.digest != old.digest
        with django_capture_on_commit_callbacks(execute=True):
            services.make_file(new.pk)
        assert not Job.objects.filter(pk=old.pk).exists()
        assert not default_storage.exists(old.file.name)

    def test_a_content_that_moves_meanwhile_is_not_kept_under_the_old_name(self, words):
        job = ask()
        words["text"] = "bonsoir"
        services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.file.name) == ("failed", "")
        assert ask() != job

    def test_a_lost_file_is_made_again(self, words):
        job = ask()
        services.make_file(job.pk)
        job.refresh_from_db()
        default_storage.delete(job.file.name)
        assert ask().status == "waiting"
        services.make_file(job.pk)
        assert words["made"] == 2

    def test_two_rows_cannot_name_one_content(self, words):
        job = ask()
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.create(kind=job.kind, subject=job.subject, digest=job.digest)


def test_a_full_disk_is_said_and_whoever_asks_again_has_it(words, monkeypatch):
    def no_room(*args, **kwargs):
        raise OSError(28, "No space left on device")

    job = ask()
    with monkeypatch.context() as full:
        full.setattr(default_storage, "save", no_room, raising=False)
        assert not services.make_file(job.pk)
    job.refresh_from_db()
    assert job.is_failed
    assert "La place manque" in job.error
    assert services.make_file(ask().pk)


class TestTwoAtATime:
    def running(self, number):
        job = Job.objects.create(kind="words", subject=f"autre-{number}", digest=str(number))
        assert job.start()
        return job

    def test_the_third_waits_for_its_turn(self, words):
        first, _second = self.running(1), self.running(2)
        job = ask()
        assert not services.make_file(job.pk)
        job.refresh_from_db()
        assert job.status == "waiting"
        first.finish(status="done", progress=100)
        assert services.make_file(job.pk)

    def test_the_task_comes_back_while_it_waits(self, words):
        self.running(1)
        self.running(2)
        with pytest.raises(Retry):
            tasks.make.apply(args=[ask().pk], throw=True)

    def test_a_slot_is_held_by_one(self, words):
        self.running(1)
        other = Job.objects.create(kind="words", subject="x", digest="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=other.pk).update(status="running", slot=1)

    def test_a_job_starts_once(self, words):
        job = ask()
        same = Job.objects.get(pk=job.pk)
        assert job.start()
        assert not same.start()

    def test_a_slot_whose_process_died_is_given_back(self, words):
        first, second = self.running(1), self.running(2)
        Job.objects.filter(pk=first.pk).update(claimed_at=timezone.now() - Job.lease - timedelta(1))
        job = ask()
        assert services.make_file(job.pk)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == ("waiting", "running")

    def test_who_was_thought_dead_does_not_finish_another_s_work(self, words):
        job = self.running(1)
        late = Job.objects.get(pk=job.pk)
        Job.objects.filter(pk=job.pk).update(claimed_at=timezone.now() + timedelta(minutes=1))
        assert not late.finish(status="done", progress=100)


def test_what_was_left_undone_is_taken_up(words, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "enqueue", lambda *task: asked.append(task))
    job = ask()
    tasks.sweep.apply(throw=True)
    assert asked == [], "it has just been asked for"
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(minutes=2))
    tasks.sweep.apply(throw=True)
    assert asked == [("documents.make", job.pk)]


class TestFailures:
    def test_it_is_written_on_the_row_without_the_secret(self, words):
        words["text"] = "boum"
        job = ask()
        with pytest.raises(ValueError, match="secret"):
            services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error, job.slot) == ("failed", "ValueError", None)

    def test_it_is_tried_again_when_asked_again(self, words):
        words["text"] = "boum"
        job = ask()
        with pytest.raises(ValueError, match="secret"):
            services.make_file(job.pk)
        assert ask().status == "waiting"

    def test_what_to_install_is_said(self, words):
        words["text"] = "pango"
        job = ask()
        assert not services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == ("failed", "installez libpango-1.0-0")

    def test_an_unknown_job(self, db):
        assert not services.make_file(0)
        tasks.make.apply(args=[0], throw=True)
