"""Background sending and erasing of notices."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from celery.signals import (
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from portal.celery import app
from portal.notices import delivery, services

MAX_SECONDS = 50  # of one task, so that the other tasks get their turn

_is_stopping = Event()


@worker_shutting_down.connect
def stop_sending(**kwargs: Any) -> None:
    """Let a worker that shuts down finish its current notice, and take no other."""
    _is_stopping.set()


@worker_process_shutdown.connect
@worker_shutdown.connect
def abandon_unanswered(**kwargs: Any) -> None:
    """Mark the notices whose answer is still awaited, so that they are not sent again at once."""
    delivery.Sending.end_all()


@worker_ready.connect
def catch_up(**kwargs: Any) -> None:
    """Sweep when a worker starts: the one before may have died."""
    app.send_task("notices.sweep")


@app.task(name="notices.send")
def send(ids: list[int]) -> None:
    delivery.deliver(ids, stop=_stop_condition())


@app.task(name="notices.sweep")
def sweep() -> None:
    """Send the due notices: waiting, to retry, or claimed by a dead worker."""
    ids = delivery.due_ids()
    sent = delivery.deliver(ids, stop=_stop_condition())
    if sent and len(ids) == services.BATCH:
        app.send_task("notices.sweep")  # the next batch, after the other tasks


@app.task(name="notices.erase")
def erase() -> None:
    services.erase_old()


def _stop_condition() -> Callable[[], bool]:
    """Return a function that tells a task to stop: on shutdown, or after MAX_SECONDS."""
    deadline = monotonic() + MAX_SECONDS
    return lambda: _is_stopping.is_set() or monotonic() > deadline
