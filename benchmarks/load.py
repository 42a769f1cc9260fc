"""The whole portal under a steady load: 200 requests a second, mixed, while tasks run.

    python -m benchmarks.load [--rate 200] [--minutes 10]

Needs PostgreSQL (BENCH_DATABASE_URL, made anew), Redis (BENCH_REDIS_URL). Starts what
docker-compose.yml starts: two page processes, a worker, a clock, and a mail server that takes two
e-mails a second. Requests are sent at their time, whether or not earlier ones were answered;
their duration counts from then. Prints failures, durations, and the memory of each process.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from time import monotonic
from urllib.parse import quote, urlsplit

from tests.notices.mail_server import MailServer

ROOT = Path(__file__).resolve().parent.parent
DATABASE_URL = os.environ.get(
    "BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/portal_bench_load"
)
REDIS_URL = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/8")
SEED = 20240101
THREADS = 24
EVERY = 10  # seconds between two readings of the memory
# The mix of requests, in percent; each kind has some hundreds of URLs.
MIX = {"suggest": 30, "lookup": 20, "commune": 20, "team": 15, "schedule": 5, "api": 8, "health": 2}
QUEUE = """
insert into notices_notice (key, about_app, about_key, recipient, sender, subject, body, html,
  headers, is_secret, created_at, not_before, expires_at, attempts, last_error)
values ('load-{0}', '', '', 'someone-{0}@example.org', '', 'Sujet', 'Texte', '',
  '{{}}', false, now(), now(), now() + interval '1 day', 0, '')
"""


@dataclass
class Measurements:
    """Outcomes of the requests, and successive memory readings of each process, in MB."""

    seconds: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def answered(self, kind: str, status: int, seconds: float) -> None:
        with self.lock:
            self.seconds.append(seconds)
            if status != 200:
                name = f"{kind} {status or 'no answer'}"
                self.failures[name] = self.failures.get(name, 0) + 1


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # stops the child processes too
    with ExitStack() as stack:
        mail = stack.enter_context(MailServer())
        environment = _environment(mail.url, stack)
        _prepare(environment)
        base, processes = _start(environment, stack)
        measurements, stop = Measurements(), Event()
        memory_thread = Thread(target=_record_memory, args=(measurements, processes, stop))
        email_thread = Thread(target=_queue_emails, args=(stop,))
        memory_thread.start()
        email_thread.start()
        count = _load(base, options.rate, 60 * options.minutes, measurements)
        stop.set()
        memory_thread.join()
        email_thread.join()
        _print_results(options, measurements, count, len(mail.taken))
    sys.exit(1 if measurements.failures else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--minutes", type=float, default=10)
    return parser.parse_args()


def _environment(mail: str, stack: ExitStack) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": DATABASE_URL,
        "REDIS_URL": REDIS_URL,
        "EMAIL_URL": mail,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "INFO",
        "PORT": port,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")),
    }


def _prepare(environment: dict[str, str]) -> None:
    """Load all of France and Loiret into a new database."""
    server, _, name = DATABASE_URL.rpartition("/")
    for sql in (f'drop database if exists "{name}" with (force)', f'create database "{name}"'):
        subprocess.run(["psql", "-q", f"{server}/postgres", "-c", sql], check=True)
    for command in (
        ["migrate", "-v0"],
        ["load_territory"],
        ["load_department", "45"],
        ["collectstatic", "--no-input", "-v0"],
    ):
        run = [sys.executable, "manage.py", *command]
        subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True)
    subprocess.run(["psql", "-q", DATABASE_URL, "-c", "vacuum analyze"], check=True)


def _start(environment: dict[str, str], stack: ExitStack) -> tuple[str, dict[str, int]]:
    """Start the portal; yield its URL and the processes whose memory is measured."""
    var = Path(environment["VAR_DIR"])
    commands = {
        "web": ["gunicorn", "-c", "python:portal.deploy.server", "portal.wsgi"],
        "worker": ["celery", "-A", "portal", "worker", "--concurrency=2"],
        "beat": ["celery", "-A", "portal", "beat", f"--schedule={var}/schedule", "--pidfile="],
    }
    pids = {}
    for name, command in commands.items():
        pids[name] = stack.enter_context(_running(command, environment, var / f"{name}.log"))
    base = f"http://127.0.0.1:{environment['PORT']}"
    waiting = Event()
    if not any(_answers(base) or waiting.wait(0.2) for _ in range(300)):
        sys.exit("The portal did not start: " + (var / "web.log").read_text()[-2000:])
    return base, pids


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _answers(base: str) -> bool:
    try:
        return _get(HTTPConnection(urlsplit(base).netloc, timeout=5), "/sante/") == 200
    except (OSError, HTTPException):
        return False


def _addresses() -> dict[str, list[str]]:
    from benchmarks.names import commune_rows

    random = Random(SEED)
    rows = random.sample(commune_rows(), 600)
    teams = ["olivetaine", "fleuryssois", "abraysiens"]
    days = ["2023-11-28", "2024-01-20", "2024-06-03", "2026-01-05"]
    return {
        "suggest": [
            f"/api/v1/suggest/?q={quote(row.name[: random.randint(2, 8)])}" for row in rows
        ],
        "lookup": [f"/api/v1/lookup/?q={quote(row.name)}" for row in rows],
        "commune": [f"/communes/{row.code}/" for row in rows],
        "team": [f"/equipes/{team}/?le={day}" for team in teams for day in days],
        "schedule": ["/demenagements/", "/demenagements/calendrier.ics", "/equipes/", "/"],
        "api": [f"/api/v1/teams/?on={day}" for day in days] + ["/api/v1/relocations/"],
        "health": ["/sante/"],
    }


def _load(base: str, rate: int, seconds: float, measurements: Measurements) -> int:
    """Send all requests, each at its time, and return how many."""
    addresses, random = _addresses(), Random(SEED)
    kinds = random.choices(list(MIX), weights=list(MIX.values()), k=int(rate * seconds))
    due = [(index / rate, kind, random.choice(addresses[kind])) for index, kind in enumerate(kinds)]
    begun, lock, left = monotonic(), Lock(), iter(due)

    def send() -> None:
        connection = HTTPConnection(urlsplit(base).netloc, timeout=30)
        waiting = Event()
        while True:
            with lock:
                request = next(left, None)
            if request is None:
                return
            start, kind, address = request
            waiting.wait(max(0.0, begun + start - monotonic()))
            status = 0
            try:
                status = _get(connection, address)
            except (OSError, HTTPException):
                connection.close()
            measurements.answered(kind, status, monotonic() - begun - start)

    threads = [Thread(target=send) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(due)


def _get(connection: HTTPConnection, address: str) -> int:
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _queue_emails(stop: Event) -> None:
    """Queue two e-mails a second, as rows that the clock's task sends."""
    number = 0
    while not stop.wait(5):
        rows = "".join(QUEUE.format(number + offset) + ";" for offset in range(10))
        subprocess.run(["psql", "-q", DATABASE_URL, "-c", rows], check=True)
        number += 10


def _record_memory(measurements: Measurements, processes: dict[str, int], stop: Event) -> None:
    """Record the memory of each process and its children, every ten seconds."""
    while not stop.wait(EVERY):
        for name, pid in processes.items():
            measurements.memory.setdefault(name, []).append(_megabytes(pid))


def _megabytes(pid: int) -> float:
    """Return the proportional set size (PSS): shared memory is divided among its processes."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True
    )
    total = 0
    for process_id in [str(pid), *listed.stdout.split()]:
        try:
            rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
    return total / 1024


def _print_results(
    options: argparse.Namespace, measurements: Measurements, count: int, mails: int
) -> None:
    seconds = sorted(measurements.seconds)
    print(
        f"{count} requests, {options.rate} a second, {options.minutes:g} minutes; {mails} e-mails"
    )
    print(f"failures: {measurements.failures or 'none'}")
    for name, share in (("median", 0.5), ("95th", 0.95), ("99th", 0.99), ("longest", 1.0)):
        print(
            f"{name:>8}: {1000 * seconds[min(len(seconds) - 1, int(share * len(seconds)))]:.1f} ms"
        )
    for name, measures in measurements.memory.items():
        third = max(1, len(measures) // 3)
        middle, last = measures[third : 2 * third] or measures, measures[-third:]
        grown = sum(last) / len(last) - sum(middle) / len(middle)
        print(f"{name:>8}: {measures[0]:.0f} MB, {measures[-1]:.0f} at last; {grown:+.1f} a third")


if __name__ == "__main__":
    main()
