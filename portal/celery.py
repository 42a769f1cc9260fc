"""The tasks that run beside the pages: `celery -A portal worker`, `celery -A portal beat`.

Each app's `tasks.py` declares its tasks on `app`, under a name of its own ("notices.sweep");
`CELERY_BEAT_SCHEDULE` in the settings says when the periodic ones run.
"""

import logging
import os
from functools import partial
from typing import Any

from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

logger = logging.getLogger(__name__)

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def ask(task: str, *args: Any) -> None:
    """Asks for a task by its name, once the transaction is committed.

    It may get lost: a broker that does not answer is noted and nobody is kept waiting. What must be
    done is a row first, that a periodic task takes up.
    """
    transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[Any, ...]) -> None:
    try:
        app.send_task(task, args=args)
    except (OperationalError, OSError) as error:
        reason = type(error).__name__
        logger.warning("%s was not asked for: the broker does not answer (%s)", task, reason)
