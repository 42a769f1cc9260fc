"""The worker of a portal without Redis starts and stops with its server, even when the server is killed."""

import fcntl
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from tests.notices.conftest import Started, committed, queue_many

pytestmark = committed


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.fixture
def start_server(start) -> Callable[..., Started]:
    """The portal as `make run` serves it, once it has printed its address."""

    def started(**variables: str) -> Started:
        port = free_port()
        all_variables = {"PORT": port, "EMBEDDED_WORKER": "1", **variables}
        server = start(
            "gunicorn", "-c", "python:portal.deploy.server", "portal.wsgi", **all_variables
        )
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        return server

    return started


@pytest.fixture
def var(environment) -> Path:
    return Path(environment["VAR_DIR"])


def processes() -> dict[int, tuple[int, str]]:
    """Return the parent and the command of each process of this machine, by process id."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    return {int(pid): (int(parent), command) for pid, parent, command in rows}


def children(pid: int, command: str) -> list[int]:
    running = processes().items()
    return [
        child for child, (parent, arguments) in running if parent == pid and command in arguments
    ]


def supervisor_and_worker(server: Started) -> tuple[int, int]:
    """Return their process ids, checking that there is exactly one of each."""
    (supervisor,) = children(server.pid, "portal.deploy.worker")
    (worker,) = children(supervisor, "portal.deploy.worker")
    return supervisor, worker


def wait_until_alone(var: Path) -> None:
    """Wait until no worker runs: the last one releases the lock."""

    def wait() -> None:
        with (var / "worker.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(timeout=30)
    assert not waiting.is_alive(), "A worker outlives its server."


def test_it_starts_and_stops_with_the_server(start_server, mail_server, var):
    queue_many(2)
    server = start_server()
    mail_server.wait_for(2)
    pids = supervisor_and_worker(server)
    server.send_signal(signal.SIGINT)
    output, _errors = server.communicate(timeout=40)
    assert output == ""  # The address of the portal was its last line.
    wait_until_alone(var)
    assert not set(pids) & set(processes())


def test_it_ends_by_itself_when_the_server_is_killed_and_the_next_start_has_its_own(
    start_server, mail_server, var
):
    queue_many(1)
    server = start_server()
    mail_server.wait_for(1)
    server.kill()
    queue_many(2)
    second = start_server()
    mail_server.wait_for(2)
    supervisor_and_worker(second)
    second.terminate()
    second.communicate(timeout=40)
    wait_until_alone(var)
    assert not mail_server.repeated


def test_a_worker_that_dies_is_replaced(start_server, mail_server, var):
    queue_many(1)
    server = start_server(DJANGO_SETTINGS_MODULE="tests.faults.fast_settings")
    mail_server.wait_for(1)
    supervisor, worker = supervisor_and_worker(server)
    queue_many(2)
    os.kill(worker, signal.SIGKILL)
    mail_server.wait_for(2)
    assert supervisor_and_worker(server) != (supervisor, worker)
    queue_many(3)
    # A truncated message in the broker: the library stops the whole worker.
    (var / "broker" / "messages" / "1_cut-short.celery.msg").touch()
    mail_server.wait_for(3)
    os.kill(supervisor, signal.SIGKILL)
    wait_until_alone(var)


def test_no_worker_where_it_is_not_asked_for(start_server, var):
    server = start_server(EMBEDDED_WORKER="")
    assert children(server.pid, "portal.deploy.worker") == []
    server.terminate()
    server.communicate(timeout=40)


def test_no_worker_beside_redis(start):
    code = "from django.conf import settings; print(settings.EMBEDDED_WORKER)"
    variables = {"EMBEDDED_WORKER": "1", "REDIS_URL": "redis://127.0.0.1:6379/5"}
    process = start("django", "shell", "--no-imports", "-c", code, **variables)
    assert process.communicate(timeout=60)[0].strip() == "False"
