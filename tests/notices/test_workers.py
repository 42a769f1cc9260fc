"""Real workers, really killed: each notice arrives, with at most one extra copy per kill."""

import signal
from contextlib import suppress

from django.utils import timezone

from portal.notices import services
from portal.notices.models import Notice
from tests.faults.servers import until
from tests.notices.conftest import Started, committed, expire_leases, notice_fields, queue_many

pytestmark = committed


def finish(*workers: Started) -> None:
    """Ask the workers to stop; wait until each has marked its last notice."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.communicate(timeout=30)
        assert worker.returncode == 0


def test_notices_survive_killed_workers(mail_server, start_worker, shared_database):
    queue_many(200)
    moments = [50, 141]
    workers: list[Started] = []

    def kill_before_it_knows(number: int) -> None:
        """The worst case: the server has accepted the notice, the worker has not marked it yet."""
        if number in moments:
            workers[-1].kill()

    mail_server.before_answer = kill_before_it_knows
    for _moment in moments:
        workers.append(start_worker())
        assert workers[-1].wait(timeout=60) == -signal.SIGKILL
        expire_leases()
    last = start_worker()
    mail_server.wait_for(200)
    finish(last)
    assert Notice.objects.sent().count() == 200
    assert len(mail_server.taken) == 200 + len(moments)
    assert set(mail_server.repeated.values()) == {1}


def test_two_workers_share_the_work_and_repeat_nothing(mail_server, start_worker):
    def wait_for_other_worker(number: int) -> None:
        """Wait for the second worker to connect, for less than the timeout of the first."""
        if number == 1:
            with suppress(AssertionError):
                until(lambda: mail_server.connections > 1, seconds=8)

    mail_server.before_answer = wait_for_other_worker
    workers = [start_worker(), start_worker()]
    queue_many(200)
    mail_server.wait_for(200)
    finish(*workers)
    assert len(mail_server.taken) == 200
    assert Notice.objects.sent().count() == 200


def test_nothing_leaves_in_a_replay_nor_without_a_server_then_all_goes(
    mail_server, start, start_worker
):
    queue_many(3)
    code = "from portal.notices import tasks; tasks.sweep(); tasks.send([1, 2, 3])"
    shell = ["django", "shell", "--no-imports", "-c", code]
    processes = [start(*shell, PORTAL_TODAY="2023-11-24"), start(*shell, EMAIL_URL="")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert mail_server.connections == 0
    assert Notice.objects.waiting().filter(attempts=0).count() == 3
    worker = start_worker()
    mail_server.wait_for(3)
    finish(worker)
    assert not mail_server.repeated


def test_without_redis_queueing_loses_nothing_and_does_not_block(start, start_worker, mail_server):
    fields = notice_fields(expires_at=None)
    code = f"from portal.notices import services; print(services.queue(**{fields}).key)"
    before = timezone.now()
    gone = start("django", "shell", "--no-imports", "-c", code, REDIS_URL="redis://127.0.0.1:1/0")
    assert gone.communicate(timeout=60)[0].strip() == "notice-0"
    assert services.outbox_status().waiting == 1
    worker = start_worker()
    mail_server.wait_for(1)
    finish(worker)
    assert Notice.objects.get().sent_at > before
