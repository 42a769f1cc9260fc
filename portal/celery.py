"""Celery tasks: `celery -A portal worker`, `celery -A portal beat`.

Each app's `tasks.py` declares tasks on `app` with explicit names ("notices.sweep"); periodic ones
are in CELERY_BEAT_SCHEDULE.
"""

import logging
import os
from functools import partial
from typing import Any

from celery import Celery
from celery import Task as CeleryTask
from django.conf import settings
from django.db import transaction
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

TRANSPORT_ALIASES["filesystem"] = "portal.deploy.file_broker:Transport"

logger = logging.getLogger(__name__)


class Task(CeleryTask):
    """A task that does nothing in read-only mode: its work is a row that a later run finds."""

    runs_when_read_only = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if settings.PORTAL_READ_ONLY and not self.runs_when_read_only:
            return None
        return super().__call__(*args, **kwargs)


app = Celery("portal", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def enqueue(task: str, *args: Any) -> None:
    """Send a task by name after the commit.

    A failure to send is logged, not raised, without delay: the work must be a row, which a periodic
    task takes up.
    """
    transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[Any, ...]) -> None:
    try:
        app.send_task(task, args=args)
    except Exception as error:  # of any kind: the change is already committed
        reason = type(error).__name__
        logger.warning("%s was not asked for: the broker does not answer (%s)", task, reason)
