"""A mail server, a database shared with other processes, and real processes of the portal."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, connections
from django.utils import timezone

from portal.celery import app
from portal.health.models import Heartbeat
from portal.notices import services
from portal.notices.models import Notice
from tests.notices.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
Started = subprocess.Popen[str]


def notice_fields(number: int = 0, **changed) -> dict:
    """Return the arguments of `queue` for a notice."""
    fields = {
        "key": f"notice-{number}",
        "recipient": f"someone-{number}@example.org",
        "subject": "Votre équipe déménage",
        "body": "Bonjour,\n\nVotre équipe sera rue Danton.\n",
    }
    return {**fields, **changed}


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def can_send(settings, mail_server) -> MailServer:
    """Notices are sent to the mail server of the test."""
    settings.EMAIL_TRANSPORT = "portal.notices.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = mail_server.port
    settings.EMAIL_TIMEOUT = 10
    return mail_server


# For tests whose notices are read by other processes: they are committed, and deleted afterwards; the
# tables of the other apps, with their loaded data, are not touched.
committed = pytest.mark.django_db(transaction=True, available_apps=["portal.notices"])


@pytest.fixture
def shared_database(tmp_path) -> Iterator[str]:
    """Return the address of the test database for another process. The in-memory database of SQLite is
    copied to a file.
    """
    if connection.vendor == "sqlite":
        yield from _copied_to(tmp_path / "db.sqlite3")
    else:
        yield _address(connection.settings_dict)
        Heartbeat.objects.all().delete()  # of the workers that the test started


def _copied_to(path: Path) -> Iterator[str]:
    usual = connections["default"]
    usual.ensure_connection()
    with sqlite3.connect(path) as copy:
        usual.connection.backup(copy)
    copy.close()
    usual_name = usual.settings_dict["NAME"]
    connections.settings["default"]["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield f"sqlite:///{path}"
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = usual_name
        connections["default"] = usual


def _address(database: dict) -> str:
    user = ":".join(quote(database[name], safe="") for name in ("USER", "PASSWORD"))
    return f"postgres://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def environment(shared_database, mail_server, tmp_path) -> dict[str, str]:
    """Return the environment of the processes of another portal: database, broker, mail server."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    for name in ("REDIS_URL", "PORTAL_TODAY", "EMBEDDED_WORKER"):
        inherited.pop(name, None)
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": shared_database,
        "EMAIL_URL": mail_server.url,
        "VAR_DIR": str(tmp_path / "var"),
    }


@pytest.fixture
def start(environment) -> Iterator[Callable[..., Started]]:
    """Start a management command, killed at the end of the test if it still runs."""
    with ExitStack() as stack:

        def started(*command: str, **variables: str) -> Started:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", *command],
                    cwd=ROOT,
                    env={**environment, **variables},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            )
            stack.callback(process.kill)
            return process

        yield started


@pytest.fixture
def start_worker(start) -> Callable[..., Started]:
    """Start a worker and its scheduler, as the embedded ones but without supervisor."""
    return lambda **variables: start("portal.deploy.worker", str(os.getpid()), "work", **variables)


def queue_many(count: int) -> None:
    services.queue_all(services.draft(**notice_fields(number)) for number in range(count))


def expire_leases() -> None:
    """Make every lease expire, as after the death of a worker."""
    Notice.objects.exclude(claimed_at=None).update(claimed_at=timezone.now() - 2 * Notice.lease)


@pytest.fixture
def enqueued_tasks() -> Callable[[], list[tuple[str, list]]]:
    """Returns the tasks enqueued since the last call, by name and arguments."""

    def tasks() -> list[tuple[str, list]]:
        names = []
        with app.connection_for_read() as broker:
            queue = broker.SimpleQueue("celery")
            while queue.qsize():
                message = queue.get_nowait()
                names.append((message.headers["task"], message.decode()[0]))
                message.ack()
            queue.close()
        return names

    tasks()
    return tasks
