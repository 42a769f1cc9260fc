"""Commands that prepare or load the database: one at a time, whoever starts them."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

LOCK = 0x506F727461  # of PostgreSQL's advisory locks
_depth = 0  # a command that calls another holds the lock already


@contextmanager
def exclusive_command(write: Callable[[str], Any]) -> Iterator[None]:
    """Waits until no other process is here for the same database, and tells so if one is.

    A process that dies leaves nothing behind: the lock is that of a session of PostgreSQL, or of an
    open file beside the database of SQLite.
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
    """In a session of its own: that of the command may fail, or be within a transaction."""
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
    if ":memory:" in name or name.startswith("file:"):  # nobody else's
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
    """A command that waits for its turn."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with exclusive_command(self.stderr.write):
            return super().execute(*args, **options)
