"""Connections are shared evenly among the workers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults.servers import free_port
from tests.notices.conftest import ROOT

# Run in a separate process: importing the server module makes metrics count for several processes.
SERVED = (
    "from portal.deploy import server as s; print(s.workers, s.threads, s.worker_class.__module__)"
)
WORKERS, THREADS, MODULE = subprocess.run(
    [sys.executable, "-c", SERVED], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
AT_ONCE = int(WORKERS) * int(THREADS)


@pytest.fixture
def barrier_url() -> Iterator[str]:
    """The URL of an application that answers only when all threads of all workers have a request."""
    port = free_port()
    numbers = ["--workers", WORKERS, "--threads", THREADS, "--preload"]
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *numbers]
    process = subprocess.Popen(
        [*gunicorn, "--worker-class", f"{MODULE}.BackpressureWorker", "tests.barrier:application"],
        cwd=ROOT,
        env={**os.environ, "EXPECTED": str(AT_ONCE)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        started = (line for line in process.stderr if "Booting worker" in line)
        assert [next(started) for _ in range(int(WORKERS))]
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_burst_is_shared_among_all_threads_of_all_workers(barrier_url):
    """A worker that accepted more connections than it has threads would leave other threads idle."""
    with ThreadPoolExecutor(AT_ONCE) as readers:
        answers = list(readers.map(lambda _: requests.get(barrier_url, timeout=30), range(AT_ONCE)))

    assert [answer.status_code for answer in answers] == [200] * AT_ONCE


def test_readers_on_open_connections_are_all_answered(barrier_url):
    """More readers than threads, each on a persistent connection."""
    readers = [requests.Session() for _ in range(2 * AT_ONCE)]
    with ThreadPoolExecutor(len(readers)) as pool:
        answers = list(pool.map(lambda reader: reader.get(barrier_url, timeout=30), readers))

    assert [answer.status_code for answer in answers] == [200] * len(readers)
