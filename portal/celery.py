"""The tasks that run beside the pages: `celery -A portal worker`, `celery -A portal beat`.

Each app's `tasks.py` declares its tasks on `app`, under a name of its own ("notices.sweep");
`CELERY_BEAT_SCHEDULE` in the settings says when the periodic ones run.
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
    """A task that waits where the portal is only read: what it has to do is a row, found again."""

    runs_when_read_only = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if settings.PORTAL_READ_ONLY and not self.runs_when_read_only:
            return None
        return super().__call__(*args, **kwargs)


app = Celery("portal", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def enqueue(task: str, *args: Any) -> None:
    """Asks for a task by its name, once the transaction is committed.

    It may get lost: a broker that does not answer, or has no room, is noted and nobody is kept
    waiting nor told that anything failed. What must be done is a row first, that a periodic task
    takes up.
    """
    transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[Any, ...]) -> None:
    try:
        app.send_task(task, args=args)
    except Exception as error:  # of whatever kind: what was asked for is committed
        reason = type(error).__name__
        logger.warning("%s was not asked for: the broker does not answer (%s)", task, reason)
