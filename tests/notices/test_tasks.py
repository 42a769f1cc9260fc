"""The tasks of the outbox and their schedule."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.beat import PersistentScheduler
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from portal.celery import app
from portal.deploy.beat import Scheduler
from portal.notices import services, tasks
from portal.notices.models import RETENTION, Notice
from tests.notices.conftest import notice_fields, queue_many


@pytest.mark.django_db
class TestSweeping:
    def test_what_waits_is_sent(self, can_send, enqueued_tasks):
        queue_many(3)
        tasks.sweep()
        assert len(can_send.taken) == 3
        assert enqueued_tasks() == []

    def test_a_long_queue_lets_other_tasks_pass(self, can_send, enqueued_tasks):
        queue_many(services.BATCH + 1)
        tasks.sweep()
        assert len(can_send.taken) == services.BATCH
        assert enqueued_tasks() == [("notices.sweep", [])]
        tasks.sweep()
        assert len(can_send.taken) == services.BATCH + 1

    def test_a_dead_server_is_not_retried_at_once(self, can_send, settings, enqueued_tasks):
        queue_many(services.BATCH + 1)
        settings.EMAIL_TIMEOUT = 0.1
        can_send.is_silent = True
        tasks.sweep()
        assert enqueued_tasks() == []

    def test_a_stopping_worker_takes_no_other_notice(self, can_send, monkeypatch):
        queue_many(3)
        monkeypatch.setattr(tasks, "_is_stopping", type(tasks._is_stopping)())
        can_send.before_answer = lambda number: tasks.stop_sending()
        tasks.sweep()
        assert len(can_send.taken) == 1

    def test_a_worker_that_starts_sweeps(self, enqueued_tasks):
        tasks.catch_up()
        assert enqueued_tasks() == [("notices.sweep", [])]

    def test_a_notice_enqueued_twice_is_sent_once(self, can_send):
        pk = services.queue(**notice_fields()).pk
        tasks.send([pk])
        tasks.send([pk])
        assert len(can_send.taken) == 1

    def test_the_old_ones_are_erased(self):
        services.queue(**notice_fields()).mark_sent()
        Notice.objects.update(sent_at=timezone.now() - RETENTION - timedelta(hours=1))
        tasks.erase()
        assert Notice.objects.get().recipient == ""


def test_the_schedule_names_existing_tasks():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"notices.sweep", "notices.erase"} <= scheduled <= set(app.tasks)


@pytest.mark.parametrize("day", [datetime(2026, 1, 15), datetime(2026, 7, 15)])
def test_three_o_clock_is_that_of_paris_in_winter_and_summer(day):
    paris = ZoneInfo("Europe/Paris")
    crontab = app.conf.beat_schedule["notices-erase"]["schedule"]
    crontab.nowfun = lambda: (day + timedelta(hours=2)).replace(tzinfo=paris)
    last_run = day.replace(tzinfo=paris) - timedelta(hours=20)
    assert crontab.remaining_estimate(last_run) == timedelta(hours=1, minutes=15)


def test_only_plain_data_travels():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


@pytest.mark.django_db(transaction=True, available_apps=["portal.notices"])
@pytest.mark.parametrize(
    "error", [OperationalError(), ChannelError("full"), OSError(28, "full"), ValueError("half")]
)
def test_a_failing_broker_does_not_fail_the_queueing(can_send, monkeypatch, error, caplog):
    def no_room(*args, **kwargs):
        raise error

    monkeypatch.setattr(app, "send_task", no_room)
    services.queue(**notice_fields())
    assert Notice.objects.waiting().count() == 1


def test_a_clock_that_cannot_write_goes_on(monkeypatch, tmp_path):
    def no_room(self):
        raise OSError(28, "No space left on device")

    scheduler = Scheduler(app, schedule_filename=str(tmp_path / "schedule"))
    monkeypatch.setattr(PersistentScheduler, "sync", no_room)
    scheduler.sync()
    monkeypatch.undo()
    scheduler.close()
