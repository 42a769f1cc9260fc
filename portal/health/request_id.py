"""An id for each request, in its logs, its response and its tasks."""

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
VALID_ID = re.compile(r"[0-9A-Za-z-]{8,64}")

request_logger = structlog.stdlib.get_logger("portal.requests")
task_logger = structlog.stdlib.get_logger("portal.tasks")


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Set `request.id` from the proxy's header or at random, count the request and log it at INFO.

    The log has the route, never the URL.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        request.id = _valid_or_new_id(request.headers.get(HEADER, ""))  # type: ignore[attr-defined]
        clear_contextvars()
        bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = get_response(request)
        response[HEADER] = request.id  # type: ignore[attr-defined]
        seconds = perf_counter() - began
        route = route_of(request)
        metrics.count_request(request.method or "", route, response.status_code, seconds)
        request_logger.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(1000 * seconds, 1),
        )
        return response

    return answer


def connect_signals() -> None:
    signals.before_task_publish.connect(_add_task_headers)
    signals.task_prerun.connect(_bind_task_context)
    signals.task_postrun.connect(_log_task)
    signals.setup_logging.connect(_keep_django_logging)


def task_header(task: Any, name: str) -> str:
    """Return a header that `_add_task_headers` added to the task; "" without a broker."""
    return task.request.get(name) or (task.request.headers or {}).get(name) or ""


def _valid_or_new_id(request_id: str) -> str:
    return request_id if VALID_ID.fullmatch(request_id) else uuid4().hex


def _add_task_headers(headers: dict[str, Any], **kwargs: Any) -> None:
    """Add the request id and the time to each task sent."""
    headers["request_id"] = get_contextvars().get("request_id") or uuid4().hex
    headers["asked_at"] = timezone.now().isoformat()


def _bind_task_context(task: Any, task_id: str, **kwargs: Any) -> None:
    clear_contextvars()
    bind_contextvars(
        request_id=task_header(task, "request_id"), task=task.name, began=perf_counter()
    )


def _log_task(task: Any, state: str, **kwargs: Any) -> None:
    seconds = perf_counter() - get_contextvars().pop("began", perf_counter())
    structlog.contextvars.unbind_contextvars("began")
    task_logger.info("task", state=state, ms=round(1000 * seconds, 1))
    clear_contextvars()


def _keep_django_logging(**kwargs: Any) -> None:
    """Keep Celery from configuring logging: Django has."""
