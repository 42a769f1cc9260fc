"""One number from a request to all that it asks for: in the logs, in the answer, in the tasks."""

import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from celery import signals
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from portal.core.logs import route_of
from portal.health import metrics

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")

requests = structlog.stdlib.get_logger("portal.requests")
tasks = structlog.stdlib.get_logger("portal.tasks")


def traced(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Numbers each request, as the proxy did if it did, counts it, and writes one line when the
    level is INFO: the route, never the address.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        request.id = _number(request.headers.get(HEADER, ""))  # type: ignore[attr-defined]
        clear_contextvars()
        bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = get_response(request)
        response[HEADER] = request.id  # type: ignore[attr-defined]
        seconds = perf_counter() - began
        route = route_of(request)
        metrics.count(request.method or "", route, response.status_code, seconds)
        requests.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(1000 * seconds, 1),
        )
        return response

    return answer


def connect() -> None:
    signals.before_task_publish.connect(_pass_on)
    signals.task_prerun.connect(_take_up)
    signals.task_postrun.connect(_put_down)
    signals.setup_logging.connect(_as_they_are)


def carried(task: Any, name: str) -> str:
    """What `_pass_on` put with the task being done; "" where it was called without a broker."""
    return task.request.get(name) or (task.request.headers or {}).get(name) or ""


def _number(given: str) -> str:
    return given if GIVEN.fullmatch(given) else uuid4().hex


def _pass_on(headers: dict[str, Any], **kwargs: Any) -> None:
    """With each task, the number of the request that asks for it, and when."""
    headers["request_id"] = get_contextvars().get("request_id") or uuid4().hex
    headers["asked_at"] = timezone.now().isoformat()


def _take_up(task: Any, task_id: str, **kwargs: Any) -> None:
    clear_contextvars()
    bind_contextvars(request_id=carried(task, "request_id"), task=task.name, began=perf_counter())


def _put_down(task: Any, state: str, **kwargs: Any) -> None:
    seconds = perf_counter() - get_contextvars().pop("began", perf_counter())
    structlog.contextvars.unbind_contextvars("began")
    tasks.info("task", state=state, ms=round(1000 * seconds, 1))
    clear_contextvars()


def _as_they_are(**kwargs: Any) -> None:
    """Django has set the logs: a worker and the clock write as the pages do."""
