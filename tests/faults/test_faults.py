"""Real failures of PostgreSQL, Redis, mail and workers: clear errors, no loss, full recovery."""

import os
import shelve
import signal
from datetime import timedelta
from time import monotonic

from django.utils import timezone

from portal.celery import app
from portal.deploy.beat import Scheduler
from portal.documents.models import Job
from portal.notices import services as notices
from portal.notices.models import Notice
from tests.factories import PASSWORD
from tests.faults.conftest import WHO, Running
from tests.faults.servers import until
from tests.notices.conftest import notice_fields

CALM = "Le portail fait une pause"


def test_postgresql_goes_and_comes_back(portal: Running, postgres):
    portal.serve()
    portal.work()
    portal.tick()
    assert portal.status("/equipes/") == 200
    try:
        postgres.stop()
        page = portal.get("/equipes/")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
        assert CALM in page.text
        assert "127.0.0.1" not in page.text
        problem = portal.get("/api/v1/teams/")
        assert problem.status_code == 503
        assert problem.headers["Content-Type"] == "application/problem+json"
        health = portal.get("/sante/").json()
        assert health["status"] == 503 or health["checks"]["database"]["status"] in ("down", "ok")
    finally:
        postgres.start()
    until(lambda: portal.status("/equipes/") == 200)
    assert portal.forget_password().status_code == 302
    portal.mail.wait_for(1, seconds=20)  # the same worker and the same clock


def test_redis_goes_the_site_lives_and_the_tasks_wait_as_rows(portal: Running):
    portal.serve()
    portal.work()
    portal.tick()
    until(lambda: portal.get("/sante/").json()["checks"]["worker"]["status"] == "ok")
    portal.redis.stop()
    assert portal.status("/equipes/") == 200
    signed_in = portal.send("/connexion/", login=WHO, password=PASSWORD)
    assert (signed_in.status_code, signed_in.headers["Location"]) == (302, "/espace/")
    refused = [portal.send("/connexion/", login=WHO, password="faux").status_code for _ in "123456"]
    assert refused == [400] * 5 + [429]  # the rate limits work without Redis
    began = monotonic()
    assert portal.forget_password().status_code == 302
    assert monotonic() - began < 10
    assert portal.waiting == 1
    until(lambda: portal.get("/sante/").json()["checks"]["broker"]["status"] == "degraded")
    portal.redis.start()
    portal.mail.wait_for(1, seconds=30)
    until(lambda: portal.waiting == 0)
    until(lambda: portal.get("/sante/").json()["checks"]["cache"]["status"] == "ok")


def test_workers_killed_anywhere_lose_nothing(portal: Running):
    portal.queue(0, 200)
    portal.tick()
    moments = [30, 111]
    workers = []

    def kill_all_of_it(number: int) -> None:
        """The mail server accepted the email, which was not yet marked as sent."""
        if number in moments:
            os.killpg(workers[-1].pid, signal.SIGKILL)

    portal.mail.before_answer = kill_all_of_it
    for _moment in moments:
        workers.append(portal.work())
        assert workers[-1].wait(timeout=60) == -signal.SIGKILL
        portal.postgres.ask(
            f"update notices_notice set claimed_at = now() - interval '{2 * Notice.lease}'"
            " where claimed_at is not null"
        )
    portal.work()
    portal.mail.wait_for(200, seconds=60)
    until(lambda: portal.waiting == 0)
    repeated = portal.mail.repeated
    assert set(repeated.values()) <= {1}
    assert sum(repeated.values()) <= 2 * len(
        moments
    )  # each of the two processes of a worker was sending a notice


def test_two_clocks_at_once_send_nothing_twice(portal: Running):
    portal.work()
    portal.tick("one")
    portal.tick("another")
    for first in range(0, 200, 50):
        portal.queue(first, 50)
        portal.mail.wait_for(first + 50, seconds=30)
    until(lambda: portal.waiting == 0)
    assert len(portal.mail.taken) == 200
    assert not portal.mail.repeated


def test_a_hanging_mail_server_delays_neither_pages_nor_tasks(portal: Running):
    portal.serve()
    portal.work()
    portal.tick()
    portal.mail.is_silent = True
    began = monotonic()
    assert portal.forget_password().status_code == 302
    assert monotonic() - began < 3
    until(lambda: portal.mail.connections > 0)
    heartbeat = "select coalesce(max(completed_at), 'epoch') from health_heartbeat"
    before = portal.postgres.ask(heartbeat)
    until(lambda: portal.postgres.ask(heartbeat) > before)
    tried = "select count(*) from notices_notice where attempts = 1 and claimed_at is null"
    until(lambda: portal.postgres.ask(tried) == "1")  # postponed, to be retried
    portal.mail.is_silent = False
    portal.postgres.ask("update notices_notice set not_before = now()")
    portal.mail.wait_for(1, seconds=20)


class TestTheClockIsPutBack:
    def test_the_periodic_tasks_go_on(self, portal: Running):
        """Its saved schedule says that it last ran in the future."""
        portal.queue(0, 1)
        tomorrow = timezone.now() + timedelta(days=1)
        path = str(portal.folder / "schedule")
        scheduler = Scheduler(app, schedule_filename=path)
        with shelve.open(path) as schedule:
            entries = dict(scheduler.schedule)
            for entry in entries.values():
                entry.last_run_at = tomorrow
            schedule["entries"] = entries
        scheduler.close()
        portal.work()
        portal.tick()
        portal.mail.wait_for(1, seconds=30)

    def test_a_lease_of_a_dead_worker_that_ends_tomorrow_is_reclaimed(self, db):
        notice = notices.queue(**notice_fields())
        now = timezone.now()
        Notice.objects.update(claimed_at=now + timedelta(days=1))
        assert list(Notice.objects.due(now)) == [notice]
        Notice.objects.update(claimed_at=now + Notice.lease / 2)  # another machine, a little ahead
        assert not Notice.objects.due(now).exists()

    def test_a_file_slot_begun_tomorrow_is_reclaimed(self, db):
        now = timezone.now()
        fields = {"kind": "x", "subject": "y", "digest": "z", "status": "running", "slot": 1}
        job = Job.objects.create(**fields, claimed_at=now + timedelta(days=1))
        assert list(Job.objects.lease_expired(now)) == [job]
        Job.objects.update(claimed_at=now + Job.lease / 2)
        assert not Job.objects.lease_expired(now).exists()
