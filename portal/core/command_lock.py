"""A lock for the commands that prepare or load a database: they run one at a time."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

LOCK = 0x506F727461  # key of the PostgreSQL advisory lock
_depth = 0  # above 0 when a command calls another: it already has the lock


@contextmanager
def exclusive_command(write: Callable[[str], Any]) -> Iterator[None]:
    """Wait for the other command on the same database, calling `write` with a message if there is
    one.

    A dead process releases the lock: it is an advisory lock of a PostgreSQL session, or `flock` on
    a file beside the SQLite database.
    """
    global _depth
    if _depth:
        yield
        return
    lock = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    waiting = _("Une autre commande prépare cette base : celle-ci attend qu'elle ait fini.")
    with lock(lambda: write(waiting)):
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1


@contextmanager
def _on_postgresql(wait: Callable[[], Any]) -> Iterator[None]:
    """Hold the lock in a session of its own: the command's may fail, or be in a transaction."""
    session = connection.copy()
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                wait()
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield
    finally:
        session.close()


@contextmanager
def _on_sqlite(wait: Callable[[], Any]) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or name.startswith("file:"):  # in memory: no other process
        yield
        return
    with Path(f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


class ExclusiveCommand(BaseCommand):
    """A command that takes the lock for its whole run."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with exclusive_command(self.stderr.write):
            return super().execute(*args, **options)
