"""What is written of a failure: where it happened and of what kind, never who nor what they typed.

Every line, ours or a library's, goes through here. An address is told by its route, an error by its
type and its place in the code: their own words often quote what somebody wrote.
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
LOCAL_ADDRESSES = {"127.0.0.1", "0.0.0.0"}  # noqa: S104, addresses of no person
MAX_FRAMES = 12  # of a traceback, the last ones
APP_LOGGERS = ("django", "portal", "celery", "gunicorn.error")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def logging_config(*, form: str, level: str) -> dict[str, Any]:
    """The LOGGING of Django: `form` is "json", one object on each line, or "text"."""
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
            name: {"handlers": ["stderr"], "level": level, "propagate": False}
            for name in APP_LOGGERS
        },
    }


def describe_by_route(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Django's and Celery's own lines, which quote addresses and arguments, said anew."""
    record: logging.LogRecord | None = event.get("_record")
    if record is None:
        return event
    if (request := getattr(record, "request", None)) is not None:
        event["event"] = "request failed"
        event["status"] = getattr(record, "status_code", None)
        event["method"] = getattr(request, "method", "")
        event["route"] = route_of(request)
        if (event["status"] or 500) < 500:
            event.pop("exc_info", None)  # refused on purpose: where in the code says nothing
    elif isinstance(task := getattr(record, "data", None), dict) and "name" in task:
        event["event"] = f"task {_end_of(task)}"
        event["task"] = task["name"]
    elif record.name == "gunicorn.error" and str(record.msg).startswith("Invalid request"):
        event["event"] = "request refused by the server"  # gunicorn quotes it
    return event


def _end_of(task: dict[str, Any]) -> str:
    """What became of a task, from what Celery gives with its line: a description of all that does
    not go well, what was returned of what does, neither when it is received.
    """
    return str(task.get("description") or ("succeeded" if "return_value" in task else "received"))


def strip_error_messages(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The error as `error`, from its cause to itself, and `at`, where in the code."""
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
    """No e-mail, no network address, nothing after a question mark, in any text: each one line."""
    for key, value in event.items():
        if isinstance(value, str) and not key.startswith("_"):
            event[key] = scrub(printable_line(value))
    return event


def scrub(text: str) -> str:
    """
    >>> scrubbed("to a@b.fr from 10.1.2.3 at /trouver/?q=Olivet")
    'to … from … at /trouver/?…'
    """
    text = QUERY_STRING.sub("?…", EMAIL.sub("…", text))
    return IP_ADDRESS.sub(lambda found: found[0] if found[0] in LOCAL_ADDRESSES else "…", text)


def route_of(request: Any) -> str:
    """The address as the URL table writes it, without what stands in it: "equipes/<slug:slug>/"."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def error_kind(error: BaseException) -> str:
    """ "OperationalError", or "OSError ENOSPC": the words of an error may be somebody's."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno:
        import errno

        return f"{name} {errno.errorcode.get(error.errno, error.errno)}"
    state = getattr(error, "sqlstate", None)
    return f"{name} {state}" if isinstance(state, str) else name


def normalise_exc_info(exc_info: Any) -> ExcInfo | None:
    """What `exc_info` may be (an error, a triple, True), as a triple."""
    if isinstance(exc_info, BaseException):
        return type(exc_info), exc_info, exc_info.__traceback__
    if isinstance(exc_info, tuple):
        return exc_info if exc_info[1] is not None else None
    import sys

    current = sys.exc_info()
    return current if current[1] is not None else None


def _short_path(path: str) -> str:
    """From the library or the room on."""
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
