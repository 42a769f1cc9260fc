"""The heartbeat task, sent once a minute by the scheduler."""

from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.celery import app
from portal.health.models import Heartbeat
from portal.health.request_id import task_header


@app.task(name="health.pulse", bind=True, runs_when_read_only=True)
def heartbeat(self: Any) -> None:
    """Record when the task was sent and that it ran."""
    requested_at = parse_datetime(task_header(self, "asked_at"))
    Heartbeat.objects.update_or_create(
        pk=1, defaults={"requested_at": requested_at, "completed_at": timezone.now()}
    )
