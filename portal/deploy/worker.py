"""The worker of a portal without Redis: the server starts it, and takes it away when it stops.

Three processes, each of which ends when the one above is gone, however that one died: the server,
a light supervisor that replaces a dead worker, and the worker, with the clock of the periodic tasks
in a thread. A lock held by both allows one pair for one `var/`.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import IO, NoReturn

GRACE_SECONDS = 10.0  # seconds for a worker to end with the notice in hand
POLL_SECONDS = 0.2  # seconds between two looks at the process above
RESTART_PAUSE_SECONDS = (
    1.0  # seconds before a worker that died twice is started again; the first time, at once
)
MAX_RESTART_PAUSE_SECONDS = 60.0  # seconds before one that keeps dying is

Process = subprocess.Popen[bytes]


def start(var: Path) -> Process:
    """Starts the supervisor, away from the terminal: its Ctrl+C is for the server."""
    with (var / "worker.log").open("wb") as log:
        return _spawn("supervise", str(var), log=log, start_new_session=True)


def stop(supervisor: Process) -> None:
    _terminate(supervisor, GRACE_SECONDS + 2)


def supervise(var: Path) -> None:
    """Keeps one worker alive as long as the server lives; returns when the server is gone."""
    server = _parent_pid()
    signal.signal(signal.SIGTERM, _exit)
    with _single_instance(var / "worker.lock", server) as lock:
        pause = 0.0
        while _is_parent_alive(server):
            began = monotonic()
            worker = _spawn("work", pass_fds=[lock.fileno()])
            try:
                _wait_for_exit(worker, server)
            finally:
                _terminate(worker, GRACE_SECONDS)
            pause = 0.0 if monotonic() - began > MAX_RESTART_PAUSE_SECONDS else pause
            _sleep_while_alive(pause, server)
            pause = min(2 * pause, MAX_RESTART_PAUSE_SECONDS) or RESTART_PAUSE_SECONDS


def run_worker() -> None:
    """The worker and its clock, in one process without children."""
    supervisor = _parent_pid()
    Thread(target=_exit_with_parent, args=[supervisor], daemon=True).start()
    # The server has just checked the portal: its pages and forms are not needed here.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    from celery.beat import EmbeddedService
    from celery.exceptions import WorkerShutdown
    from celery.signals import worker_shutting_down
    from celery.worker.state import active_requests
    from django.conf import settings

    from portal.celery import app

    schedule = str(settings.BROKER_DIR / "schedule")
    beat = EmbeddedService(app, thread=True, schedule_filename=schedule)
    beat.start()

    @worker_shutting_down.connect
    def leave(**kwargs: object) -> None:
        """At once when there is nothing in hand: by itself a worker looks every other second."""
        beat.service.stop()
        if not active_requests:
            raise WorkerShutdown(0)

    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    app.worker_main(["--quiet", "worker", "--pool=solo", *quiet])
    beat.stop()


def _spawn(*role: str, log: IO[bytes] | None = None, **options: object) -> Process:
    command = [sys.executable, "-m", "portal.deploy.worker", str(os.getpid()), *role]
    return subprocess.Popen(
        command,
        cwd=Path(__file__).parent.parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        **options,  # type: ignore[call-overload]
    )


def _terminate(process: Process, seconds: float) -> None:
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _parent_pid() -> int:
    """The process that started this one, which it named: it may be gone already."""
    return int(sys.argv[1])


def _is_parent_alive(parent: int) -> bool:
    return os.getppid() == parent


def _wait_for_exit(worker: Process, server: int) -> None:
    """Returns when either is gone."""
    while _is_parent_alive(server) and worker.poll() is None:
        sleep(POLL_SECONDS)


def _sleep_while_alive(seconds: float, server: int) -> None:
    end = monotonic() + seconds
    while _is_parent_alive(server) and monotonic() < end:
        sleep(POLL_SECONDS)


def _exit_with_parent(supervisor: int) -> None:
    """In the worker: ends it when the supervisor is gone, by force if it does not end by itself."""
    while _is_parent_alive(supervisor):
        sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    Event().wait(GRACE_SECONDS)
    os._exit(1)


@contextmanager
def _single_instance(path: Path, server: int) -> Iterator[IO[bytes]]:
    """Holds the lock on `path`, once whoever holds it is gone. The worker inherits it, so that it
    is free when both are dead.
    """
    with path.open("wb") as lock:
        while _is_parent_alive(server):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                sleep(POLL_SECONDS)
        yield lock


def _exit(*signal_and_frame: object) -> NoReturn:
    raise SystemExit


if __name__ == "__main__":
    if sys.argv[2] == "supervise":
        supervise(Path(sys.argv[3]))
    else:
        run_worker()
