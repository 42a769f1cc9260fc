"""Sending and erasing, beside the pages."""

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

MAX_SECONDS = 50  # that one task sends for, then the others pass

_is_stopping = Event()


@worker_shutting_down.connect
def stop_sending(**kwargs: Any) -> None:
    """A worker that is asked to stop ends with the notice in hand."""
    _is_stopping.set()


@worker_process_shutdown.connect
@worker_shutdown.connect
def end(**kwargs: Any) -> None:
    """What a server has not answered about is not left to be sent again at once."""
    delivery.Sending.end_all()


@worker_ready.connect
def catch_up(**kwargs: Any) -> None:
    """A worker that starts does not wait for the clock: another one may have died."""
    app.send_task("notices.sweep")


@app.task(name="notices.send")
def send(ids: list[int]) -> None:
    delivery.deliver(ids, stop=_stop_condition())


@app.task(name="notices.sweep")
def sweep() -> None:
    """Sends what is due: what waited, what is tried again, what a dead worker held."""
    ids = delivery.due_ids()
    sent = delivery.deliver(ids, stop=_stop_condition())
    if sent and len(ids) == services.BATCH:
        app.send_task("notices.sweep")  # the rest, once the other tasks have passed


@app.task(name="notices.erase")
def erase() -> None:
    services.erase_old()


def _stop_condition() -> Callable[[], bool]:
    """Says when a task ends, even with work left."""
    end = monotonic() + MAX_SECONDS
    return lambda: _is_stopping.is_set() or monotonic() > end
