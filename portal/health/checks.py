"""Health checks behind `/sante/` and the Prometheus metrics."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Lock
from time import perf_counter
from typing import Any

from cachetools import TTLCache, cached
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from kombu.exceptions import ChannelError
from kombu.exceptions import OperationalError as BrokerError

from portal.celery import app
from portal.documents.models import Job
from portal.health.models import Heartbeat
from portal.notices import services as notices

Facts = dict[str, Any]

BROKER_ERRORS: tuple[type[Exception], ...] = (BrokerError, ChannelError, OSError)
if settings.REDIS_URL:  # the library is slow to import
    from redis.exceptions import RedisError

    BROKER_ERRORS += (RedisError,)

REPORT_TTL_SECONDS = 5  # frequent polling costs nothing
MAX_HEARTBEAT_AGE_SECONDS = 180  # a heartbeat comes every minute
MAX_LATENESS_SECONDS = 600  # of an e-mail
MIN_FREE_SHARE = 0.05  # of the disk
WORKER_TIMEOUT_SECONDS = 1.0


class State(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"  # pages work, but something waits
    DOWN = "down"  # pages do not work
    UNKNOWN = "unknown"  # the check depends on something that is down


@dataclass(frozen=True)
class Check:
    """The state of a component, with figures: seconds, counts, bytes, times. No personal data."""

    state: State
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    at: datetime
    checks: dict[str, Check]

    @property
    def state(self) -> State:
        states = {check.state for check in self.checks.values()}
        if State.DOWN in states:
            return State.DOWN
        return State.OK if states == {State.OK} else State.DEGRADED

    def as_json(self) -> Facts:
        checks = {
            name: {"status": check.state, **check.facts} for name, check in self.checks.items()
        }
        return {"status": self.state, "at": self.at, "checks": checks}


@cached(TTLCache(1, REPORT_TTL_SECONDS), lock=Lock())
def report() -> Report:
    """Run every check, at most once per REPORT_TTL_SECONDS: a few queries, a ping of Redis and a
    worker.
    """
    checks = {"database": check_database()}
    has_database = checks["database"].state == State.OK
    heartbeat = Heartbeat.objects.first() if has_database else None
    checks["cache"] = check_cache(has_database)
    checks["broker"] = check_broker()
    checks["worker"] = check_worker(heartbeat, checks["broker"], has_database)
    checks["beat"] = check_beat(heartbeat) if has_database else Check(State.UNKNOWN)
    checks["disk"] = check_disk()
    checks["backlog"] = check_backlog() if has_database else Check(State.UNKNOWN)
    return Report(timezone.now(), checks)


def check_database() -> Check:
    try:
        return Check(State.OK, {"seconds": _timed(_ask_database)})
    except (DatabaseError, InterfaceError):
        return Check(State.DOWN)


def check_cache(has_database: bool) -> Check:
    """Check Redis, or the database table that replaces it."""
    if not has_database and not settings.REDIS_URL:
        return Check(State.UNKNOWN)
    try:
        seconds = _timed(_use_cache)
    except (DatabaseError, InterfaceError):
        return Check(State.DEGRADED)
    away = getattr(caches["default"], "is_unavailable", False)  # only the cache with Redis has it
    return Check(State.DEGRADED if away else State.OK, {"seconds": seconds})


def check_broker() -> Check:
    """Check the task queue, and count its waiting tasks."""
    try:
        with app.connection_for_read() as link:
            link.ensure_connection(max_retries=0, timeout=2)
            waiting = _queue_length(link)
    except BROKER_ERRORS:
        return Check(State.DEGRADED)
    return Check(State.OK, {"waiting": waiting})


def check_worker(heartbeat: Heartbeat | None, broker: Check, has_database: bool) -> Check:
    """Return whether a worker answers; with a file broker, from its last heartbeat."""
    facts: Facts = {"last_task": heartbeat.completed_at} if heartbeat else {}
    if settings.REDIS_URL:
        if broker.state != State.OK:
            return Check(State.UNKNOWN, facts)
        alive = bool(_ping_worker())
    elif has_database:
        alive = heartbeat is not None and _is_recent(heartbeat.completed_at)
    else:
        return Check(State.UNKNOWN)
    return Check(State.OK if alive else State.DEGRADED, facts)


def check_beat(heartbeat: Heartbeat | None) -> Check:
    """Check when the scheduler last sent a task that a worker ran.

    A time in the future means that the clock was set back.
    """
    if heartbeat is None or heartbeat.requested_at is None:
        return Check(State.DEGRADED)
    age = round((timezone.now() - heartbeat.requested_at).total_seconds())
    state = State.OK if _is_recent(heartbeat.requested_at) else State.DEGRADED
    return Check(state, {"last": heartbeat.requested_at, "age_seconds": age})


def check_disk() -> Check:
    """Check the free space where the portal writes."""
    try:
        usage = shutil.disk_usage(settings.VAR_DIR)
    except OSError:
        return Check(State.DEGRADED)
    share = usage.free / usage.total if usage.total else 0.0
    facts = {"free_bytes": usage.free, "free_share": round(share, 3)}
    return Check(State.OK if share >= MIN_FREE_SHARE else State.DEGRADED, facts)


def check_backlog() -> Check:
    """Check for late e-mails, and count the e-mails and files that wait."""
    outbox = notices.outbox_status()
    late = (timezone.now() - outbox.since).total_seconds() if outbox.since else 0
    facts = {
        "notices": outbox.waiting,
        "notices_failed": outbox.failed,
        "notices_late_seconds": max(0, round(late)),
        "notices_held": bool(outbox.reason),
        "files": Job.objects.unfinished().count(),
    }
    is_late = late > MAX_LATENESS_SECONDS and not outbox.reason
    return Check(State.DEGRADED if is_late else State.OK, facts)


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return round(perf_counter() - began, 4)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _use_cache() -> None:
    caches["default"].set("health", True, 60)
    caches["default"].get("health")


def _ping_worker() -> Any:
    """Return the answer of the first worker, nothing after WORKER_TIMEOUT_SECONDS."""
    try:
        return app.control.inspect(timeout=WORKER_TIMEOUT_SECONDS, limit=1).ping()
    except BROKER_ERRORS:
        return None


def _queue_length(link: Any) -> int:
    """Count the waiting tasks; in Redis an empty queue does not exist."""
    queue = link.SimpleQueue(app.conf.task_default_queue)
    try:
        return int(queue.qsize())
    except ChannelError:
        return 0
    finally:
        queue.close()


def _is_recent(moment: datetime) -> bool:
    return abs((timezone.now() - moment).total_seconds()) <= MAX_HEARTBEAT_AGE_SECONDS
