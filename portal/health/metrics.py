"""Prometheus metrics: requests of all processes of this server, and health."""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from portal.core.caching import data_versions
from portal.core.http.problems import DATABASE_UNAVAILABLE
from portal.health.checks import State, report

MULTIPROC_DIR_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # where processes share counters
ROOM = 1 << 20  # bytes of each counter file, more than all label sets need
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

own_registry = CollectorRegistry()
requests_total = Counter(
    "portal_requests", "Requests answered", ["method", "route", "status"], registry=own_registry
)
request_seconds = Histogram(
    "portal_request_seconds",
    "Time to answer",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=own_registry,
)


@cache
def _has_room(pid: int) -> bool:
    """Allocate the counter files of this process; False where the disk is full.

    prometheus_client maps sparse files: writing to one on a full disk kills the process (SIGBUS).
    """
    if MULTIPROC_DIR_VARIABLE not in os.environ:
        return True
    for kind in ("counter", "histogram"):
        path = Path(os.environ[MULTIPROC_DIR_VARIABLE]) / f"{kind}_{pid}.db"
        try:
            with path.open("ab") as counts:
                os.posix_fallocate(counts.fileno(), 0, ROOM)
        except OSError:
            return False
    return True


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request by route, "" for cached and unknown ones. Failures to count are ignored."""
    if not _has_room(os.getpid()):
        return
    with suppress(OSError):
        requests_total.labels(method if method in METHODS else "other", route, str(status)).inc()
        request_seconds.labels("api" if route.startswith("api/") else "page").observe(seconds)


def render_metrics() -> bytes:
    """Return all metrics in Prometheus's format. Health is at most a few seconds old."""
    registry = CollectorRegistry()
    if MULTIPROC_DIR_VARIABLE in os.environ:
        multiprocess.MultiProcessCollector(registry)
        counts = generate_latest(registry)
    else:
        counts = generate_latest(own_registry)
    state = CollectorRegistry()
    state.register(HealthCollector())
    return counts + generate_latest(state)


class HealthCollector(Collector):
    """The checks of `/sante/` as gauges, without those that failed."""

    def collect(self) -> Iterator[Any]:
        health = report()
        up = GaugeMetricFamily("portal_up", "1 where the part is well", labels=["part"])
        for name, check in health.checks.items():
            up.add_metric([name], float(check.state == State.OK))
        yield up
        for name, check in health.checks.items():
            for fact, value in check.facts.items():
                if isinstance(value, int | float):
                    yield GaugeMetricFamily(f"portal_{name}_{fact}", f"{name}: {fact}", value)
        yield from self._versions()

    def _versions(self) -> Iterator[Any]:
        try:
            numbers = data_versions.current_versions()
        except DATABASE_UNAVAILABLE:
            return
        changes = GaugeMetricFamily("portal_data_version", "Changes of the data", labels=["app"])
        for app, number in numbers.items():
            changes.add_metric([app], number)
        yield changes
