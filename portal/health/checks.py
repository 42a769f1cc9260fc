"""Whether all that the portal stands on is well: what `/sante/` and Prometheus read."""

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
from redis.exceptions import RedisError

from portal.celery import app
from portal.core.caching.shared_cache import RedisWithDatabaseFallback
from portal.documents.models import Job
from portal.health.models import Heartbeat
from portal.notices import services as notices

Facts = dict[str, Any]

BROKER_ERRORS = (BrokerError, ChannelError, RedisError, OSError)
REPORT_TTL_SECONDS = 5  # a report serves for that long: whoever asks in a loop weighs nothing
MAX_HEARTBEAT_AGE_SECONDS = (
    180  # seconds without a heartbeat, which comes every minute, before somebody is told
)
MAX_LATENESS_SECONDS = 600  # seconds that a notice may be late
MIN_FREE_SHARE = 0.05  # of the disk
WORKER_TIMEOUT_SECONDS = 1.0  # seconds for a worker to answer


class State(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"  # pages are read and written; something waits
    DOWN = "down"  # pages are not answered
    UNKNOWN = "unknown"  # what would say it does not answer


@dataclass(frozen=True)
class Check:
    """The state of a part, and figures about it: seconds, counts, bytes, moments. No name."""

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
    """Every check, at most `SECONDS` old. A few queries, and a word with Redis and a worker."""
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
    """Redis, whose place the table takes while it is away; or the table."""
    shared = caches["default"]
    if not has_database and not isinstance(shared, RedisWithDatabaseFallback):
        return Check(State.UNKNOWN)
    try:
        seconds = _timed(_use_cache)
    except (DatabaseError, InterfaceError):
        return Check(State.DEGRADED)
    away = isinstance(shared, RedisWithDatabaseFallback) and shared.is_unavailable
    return Check(State.DEGRADED if away else State.OK, {"seconds": seconds})


def check_broker() -> Check:
    """What carries the tasks, and how many wait in it."""
    try:
        with app.connection_for_read() as link:
            link.ensure_connection(max_retries=0, timeout=2)
            waiting = _queue_length(link)
    except BROKER_ERRORS:
        return Check(State.DEGRADED)
    return Check(State.OK, {"waiting": waiting})


def check_worker(heartbeat: Heartbeat | None, broker: Check, has_database: bool) -> Check:
    """Tell whether a worker answers; with a file broker, from its last heartbeat."""
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
    """When the clock last asked for something that a worker then did. One still to come is of a
    clock that was put back.
    """
    if heartbeat is None or heartbeat.requested_at is None:
        return Check(State.DEGRADED)
    age = round((timezone.now() - heartbeat.requested_at).total_seconds())
    state = State.OK if _is_recent(heartbeat.requested_at) else State.DEGRADED
    return Check(state, {"last": heartbeat.requested_at, "age_seconds": age})


def check_disk() -> Check:
    """Where the portal writes."""
    try:
        usage = shutil.disk_usage(settings.VAR_DIR)
    except OSError:
        return Check(State.DEGRADED)
    share = usage.free / usage.total if usage.total else 0.0
    facts = {"free_bytes": usage.free, "free_share": round(share, 3)}
    return Check(State.OK if share >= MIN_FREE_SHARE else State.DEGRADED, facts)


def check_backlog() -> Check:
    """What should have left and did not: e-mails of which one is late, files to make."""
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
    """What the first worker to answer says; nothing within `WORKER_WAIT` where there is none."""
    try:
        return app.control.inspect(timeout=WORKER_TIMEOUT_SECONDS, limit=1).ping()
    except BROKER_ERRORS:
        return None


def _queue_length(link: Any) -> int:
    """How many tasks nobody took yet; in Redis a queue that is empty does not exist."""
    queue = link.SimpleQueue(app.conf.task_default_queue)
    try:
        return int(queue.qsize())
    except ChannelError:
        return 0
    finally:
        queue.close()


def _is_recent(moment: datetime) -> bool:
    return abs((timezone.now() - moment).total_seconds()) <= MAX_HEARTBEAT_AGE_SECONDS
