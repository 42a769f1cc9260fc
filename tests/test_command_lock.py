"""Two commands that prepare the same empty database: the second waits, and both succeed."""

import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from portal.core.command_lock import LOCK

ROOT = Path(settings.BASE_DIR)
pytestmark = pytest.mark.database
WAITS = "celle-ci attend"


@pytest.fixture
def empty(tmp_path) -> Iterator[str]:
    """The URL of an empty database of the current engine."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/db.sqlite3"
        return
    host, _slash, name = f"{settings.DATABASE_URL}_empty".rpartition("/")
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
    yield f"{host}/{name}"
    with _server() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _server() -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_URL.rpartition("/")[0] + "/postgres", autocommit=True)


@pytest.fixture
def start(empty, tmp_path):
    """Return a function that starts a management command on the empty database, in a new process."""
    started: list[Popen] = []

    def command(*arguments: str) -> Popen:
        environment = {**os.environ, "DATABASE_URL": empty, "VAR_DIR": str(tmp_path)}
        environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        arguments = (sys.executable, "manage.py", *arguments)
        started.append(
            Popen(arguments, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE, text=True)
        )
        return started[-1]

    yield command
    for process in started:
        process.kill()
        if not process.stderr.closed:
            process.communicate()


def tables(address: str) -> int:
    query = "SELECT count(*) FROM django_migrations"
    if address.startswith("sqlite"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as database:
            return database.execute(query).fetchone()[0]
    with psycopg.connect(address) as server:
        return server.execute(query).fetchone()[0]


@contextmanager
def command_lock(address: str) -> Iterator[None]:
    """Take the lock of the commands, as another process would."""
    if address.startswith("sqlite"):
        with Path(f"{address.removeprefix('sqlite:///')}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        with psycopg.connect(address, autocommit=True) as session:
            session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            yield


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate", "--no-input"),
        ("setup_demo", "--departments", "79"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_two_at_once_both_end_well(empty, start, arguments):
    both = [start(*arguments) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum(WAITS in errors for _output, errors in outputs) == 1, outputs
    assert tables(empty) > 50


def test_commands_wait_for_each_other(empty, start):
    """The test itself has the lock, as a running command would."""
    with command_lock(empty):
        preparing = start("setup_demo", "--departments", "79")
        migrating, loading = start("migrate"), start("load_territory", "--departments", "45")
        for waiting in (preparing, migrating, loading):
            assert WAITS in waiting.stderr.readline()
            assert waiting.poll() is None
        preparing.kill()
        migrating.kill()
    loading.communicate(timeout=300)
    assert loading.returncode == 1, "nothing has made its tables"
