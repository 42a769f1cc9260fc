"""The embedded worker of a portal without Redis, started and stopped by the server.

Three processes, each of which exits when its parent is gone: the server; a light supervisor that
restarts a dead worker; the worker, with the scheduler of periodic tasks in a thread. A lock held by
the last two allows one pair per `VAR_DIR`.
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

GRACE_SECONDS = 10.0  # for a worker to finish its task
POLL_SECONDS = 0.2  # between two checks of the parent process
RESTART_PAUSE_SECONDS = 1.0  # after a second crash; the first restart is immediate
MAX_RESTART_PAUSE_SECONDS = 60.0  # the pause doubles up to this

Process = subprocess.Popen[bytes]


def start(var: Path) -> Process:
    """Start the supervisor, detached from the terminal: Ctrl+C is for the server."""
    with (var / "worker.log").open("wb") as log:
        return _spawn("supervise", str(var), log=log, start_new_session=True)


def stop(supervisor: Process) -> None:
    _terminate(supervisor, GRACE_SECONDS + 2)


def supervise(var: Path) -> None:
    """Keep one worker running until the server is gone."""
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
    """Run the worker and its scheduler, in one process without children."""
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
        """Exit at once when idle: Celery itself would check every other second."""
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
    """Return the parent's pid as given on the command line: it may be gone already."""
    return int(sys.argv[1])


def _is_parent_alive(parent: int) -> bool:
    return os.getppid() == parent


def _wait_for_exit(worker: Process, server: int) -> None:
    """Return when either process is gone."""
    while _is_parent_alive(server) and worker.poll() is None:
        sleep(POLL_SECONDS)


def _sleep_while_alive(seconds: float, server: int) -> None:
    end = monotonic() + seconds
    while _is_parent_alive(server) and monotonic() < end:
        sleep(POLL_SECONDS)


def _exit_with_parent(supervisor: int) -> None:
    """Exit the worker when the supervisor is gone, by force after GRACE_SECONDS."""
    while _is_parent_alive(supervisor):
        sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    Event().wait(GRACE_SECONDS)
    os._exit(1)


@contextmanager
def _single_instance(path: Path, server: int) -> Iterator[IO[bytes]]:
    """Take the lock on `path`, waiting for the previous pair to exit.

    The worker inherits the file descriptor, so the lock is free once both are dead.
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
