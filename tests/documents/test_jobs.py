"""Jobs: a row before its file, each content made once, a bounded number at a time."""

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
def text_maker(monkeypatch):
    """A kind of document whose content a test can change, and which counts how often it is made."""
    state = {"text": "bonjour", "made": 0, "light": False}

    def make(content, progress):
        state["made"] += 1
        progress(40)
        if content == "boum":
            raise ValueError("a secret that nobody must read")
        if content == "pango":
            raise pdf.PrintingUnavailable("installez libpango-1.0-0")
        return content.encode()

    maker = Maker(
        kind="text",
        content_type="text/plain",
        filename=lambda subject: f"{subject}.txt",
        content=lambda subject: state["text"],
        make=make,
    )
    monkeypatch.setitem(documents._makers, "text", maker)
    return state


def request_job():
    return services.request_job(kind="text", subject="essai")


class TestRequestingOnce:
    def test_a_job_waits_then_stores_its_file(self, text_maker):
        job = request_job()
        assert (job.status, job.progress, text_maker["made"]) == ("waiting", 0, 0)
        assert services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.progress, job.slot) == ("done", 100, None)
        with job.file.open() as file:
            assert file.read() == b"bonjour"

    def test_a_content_is_made_once(self, text_maker):
        job = request_job()
        services.make_file(job.pk)
        assert request_job() == job
        assert not services.make_file(job.pk)
        assert text_maker["made"] == 1

    def test_a_new_content_replaces_the_old_file(
        self, text_maker, django_capture_on_commit_callbacks
    ):
        old = request_job()
        services.make_file(old.pk)
        old.refresh_from_db()
        text_maker["text"] = "bonsoir"
        new = request_job()
        assert new.digest != old.digest
        with django_capture_on_commit_callbacks(execute=True):
            services.make_file(new.pk)
        assert not Job.objects.filter(pk=old.pk).exists()
        assert not default_storage.exists(old.file.name)

    def test_a_content_changed_since_the_request_fails_the_job(self, text_maker):
        job = request_job()
        text_maker["text"] = "bonsoir"
        services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.file.name) == ("failed", "")
        assert request_job() != job

    def test_a_lost_file_is_made_again(self, text_maker):
        job = request_job()
        services.make_file(job.pk)
        job.refresh_from_db()
        default_storage.delete(job.file.name)
        assert request_job().status == "waiting"
        services.make_file(job.pk)
        assert text_maker["made"] == 2

    def test_a_content_has_one_row(self, text_maker):
        job = request_job()
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.create(kind=job.kind, subject=job.subject, digest=job.digest)


def test_a_full_disk_fails_the_job_with_a_message_and_can_be_retried(text_maker, monkeypatch):
    def no_room(*args, **kwargs):
        raise OSError(28, "No space left on device")

    job = request_job()
    with monkeypatch.context() as full:
        full.setattr(default_storage, "save", no_room, raising=False)
        assert not services.make_file(job.pk)
    job.refresh_from_db()
    assert job.is_failed
    assert "La place manque" in job.error
    assert services.make_file(request_job().pk)


class TestConcurrency:
    def running(self, number):
        job = Job.objects.create(kind="text", subject=f"autre-{number}", digest=str(number))
        assert job.start()
        return job

    def test_the_third_job_waits(self, text_maker):
        first, _second = self.running(1), self.running(2)
        job = request_job()
        assert not services.make_file(job.pk)
        job.refresh_from_db()
        assert job.status == "waiting"
        first.finish(status="done", progress=100)
        assert services.make_file(job.pk)

    def test_the_task_retries_while_the_job_waits(self, text_maker):
        self.running(1)
        self.running(2)
        with pytest.raises(Retry):
            tasks.make.apply(args=[request_job().pk], throw=True)

    def test_a_slot_has_one_job(self, text_maker):
        self.running(1)
        other_job = Job.objects.create(kind="text", subject="x", digest="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=other_job.pk).update(status="running", slot=1)

    def test_a_job_starts_once(self, text_maker):
        job = request_job()
        same = Job.objects.get(pk=job.pk)
        assert job.start()
        assert not same.start()

    def test_the_slot_of_a_dead_worker_is_freed(self, text_maker):
        first, second = self.running(1), self.running(2)
        Job.objects.filter(pk=first.pk).update(claimed_at=timezone.now() - Job.lease - timedelta(1))
        job = request_job()
        assert services.make_file(job.pk)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == ("waiting", "running")

    def test_a_worker_whose_lease_expired_does_not_finish_the_job(self, text_maker):
        job = self.running(1)
        dead_worker_job = Job.objects.get(pk=job.pk)
        Job.objects.filter(pk=job.pk).update(claimed_at=timezone.now() + timedelta(minutes=1))
        assert not dead_worker_job.finish(status="done", progress=100)


def test_the_sweep_requeues_jobs_that_wait_too_long(text_maker, monkeypatch):
    enqueued = []
    monkeypatch.setattr(tasks, "enqueue", lambda *task: enqueued.append(task))
    job = request_job()
    tasks.sweep.apply(throw=True)
    assert enqueued == [], "it was requested a moment ago"
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(minutes=2))
    tasks.sweep.apply(throw=True)
    assert enqueued == [("documents.make", job.pk)]


class TestFailures:
    def test_the_error_is_stored_without_its_message(self, text_maker):
        text_maker["text"] = "boum"
        job = request_job()
        with pytest.raises(ValueError, match="secret"):
            services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error, job.slot) == ("failed", "ValueError", None)

    def test_a_failed_job_is_retried_on_request(self, text_maker):
        text_maker["text"] = "boum"
        job = request_job()
        with pytest.raises(ValueError, match="secret"):
            services.make_file(job.pk)
        assert request_job().status == "waiting"

    def test_missing_libraries_are_named(self, text_maker):
        text_maker["text"] = "pango"
        job = request_job()
        assert not services.make_file(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == ("failed", "installez libpango-1.0-0")

    def test_an_unknown_job(self, db):
        assert not services.make_file(0)
        tasks.make.apply(args=[0], throw=True)
