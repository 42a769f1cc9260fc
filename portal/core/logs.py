"""Structured logs without personal data: where an error happened and its type, never who or what.

Every line, of libraries too, goes through these processors. A URL is logged as its route, an error
as its type and place, because messages of errors often quote what people wrote.
"""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from portal.core.text.cleaning import printable_line

EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
IP_ADDRESS = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}\b"
)
QUERY_STRING = re.compile(r"\?\S+")
LOCAL_ADDRESSES = {"127.0.0.1", "0.0.0.0"}  # noqa: S104, not personal
MAX_FRAMES = 12  # of a traceback, the last ones
APP_LOGGERS = ("django", "portal", "celery", "gunicorn.error")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def logging_config(*, form: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING; `form` is "json", one object per line, or "text"."""
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False, default=str))
    else:
        last.append(structlog.dev.ConsoleRenderer(colors=False, sort_keys=False))
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": PROCESSORS,
                "processors": last,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            **{
                name: {"handlers": ["stderr"], "level": level, "propagate": False}
                for name in APP_LOGGERS
            },
            # Its DEBUG lines quote the whole context of a page: what was typed, whatever the level.
            "django.template": {"level": "WARNING"},
        },
    }


def describe_by_route(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Rewrite the lines of Django and Celery, which quote URLs and arguments."""
    record: logging.LogRecord | None = event.get("_record")
    if record is None:
        return event
    if (request := getattr(record, "request", None)) is not None:
        event["event"] = "request failed"
        event["status"] = getattr(record, "status_code", None)
        event["method"] = getattr(request, "method", "")
        event["route"] = route_of(request)
        if (event["status"] or 500) < 500:
            event.pop("exc_info", None)  # a refusal: the place in the code does not matter
    elif isinstance(task := getattr(record, "data", None), dict) and "name" in task:
        event["event"] = f"task {_end_of(task)}"
        event["task"] = task["name"]
    elif record.name == "gunicorn.error" and str(record.msg).startswith("Invalid request"):
        event["event"] = "request refused by the server"  # gunicorn quotes the request
    return event


def _end_of(task: dict[str, Any]) -> str:
    """Return how a task ended, from the data that Celery logs with it.

    Celery gives a description for every end but success, which has a `return_value`; a task just
    received has neither.
    """
    return str(task.get("description") or ("succeeded" if "return_value" in task else "received"))


def strip_error_messages(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by `error`, the types from cause to error, and `at`, the last frames."""
    exc_info = event.pop("exc_info", None)
    if not exc_info:
        return event
    triple = normalise_exc_info(exc_info)
    if triple is None:
        return event
    chain: list[str] = []
    error: BaseException | None = triple[1]
    while error is not None and len(chain) < 5:
        chain.insert(0, error_kind(error))
        error = error.__cause__ or error.__context__
    event["error"] = " > ".join(chain)
    frames = traceback.extract_tb(triple[2])[-MAX_FRAMES:]
    event["at"] = [f"{_short_path(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def scrub_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Remove e-mail and IP addresses and query strings from every text, and make it one line."""
    for key, value in event.items():
        if isinstance(value, str) and not key.startswith("_"):
            event[key] = scrub(printable_line(value))
    return event


def scrub(text: str) -> str:
    """
    >>> scrub("to a@b.fr from 10.1.2.3 at /trouver/?q=Olivet")
    'to … from … at /trouver/?…'
    """
    text = QUERY_STRING.sub("?…", EMAIL.sub("…", text))
    return IP_ADDRESS.sub(lambda match: match[0] if match[0] in LOCAL_ADDRESSES else "…", text)


def route_of(request: Any) -> str:
    """Return the route of the request without its values: "equipes/<slug:slug>/"."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def error_kind(error: BaseException) -> str:
    """Return the type of an error with its code: "OperationalError", "OSError ENOSPC".

    Its message is left out: it may quote personal data.
    """
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno:
        import errno

        return f"{name} {errno.errorcode.get(error.errno, error.errno)}"
    state = getattr(error, "sqlstate", None)
    return f"{name} {state}" if isinstance(state, str) else name


def normalise_exc_info(exc_info: Any) -> ExcInfo | None:
    """Return what `exc_info` may be (an error, a triple, True) as a triple."""
    if isinstance(exc_info, BaseException):
        return type(exc_info), exc_info, exc_info.__traceback__
    if isinstance(exc_info, tuple):
        return exc_info if exc_info[1] is not None else None
    import sys

    current = sys.exc_info()
    return current if current[1] is not None else None


def _short_path(path: str) -> str:
    """Return the path from the library, or from the project's root."""
    return re.sub(r"^.*/(?:site-packages|python3\.\d+)/", "", path).removeprefix(_PROJECT_ROOT)


_PROJECT_ROOT = __file__.removesuffix("portal/core/logs.py")

PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    describe_by_route,
    strip_error_messages,
    scrub_event,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
