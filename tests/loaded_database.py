"""The test database: migrated, with the real département 45 as the portal ships it.

It is made once per state of the code and data, then copied: a file on SQLite, a template database on
PostgreSQL. A copy takes a fraction of a second on both.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from portal.deploy import setup
from portal.territory import importers, reference

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "teams", "relocations", "accueil", "schema_actions")
TEMPLATES_KEPT = 3  # the newest: older code and data are rarely tested again
LOCK = 0x74656D706C617465  # key of a PostgreSQL advisory lock


def copy_to_test_database() -> None:
    """Replace the test database of this process by a fresh copy, and connect to it."""
    name = _test_name()
    drop_test_database()
    with _alone():
        if _is_sqlite():
            shutil.copyfile(_sqlite_template(), name)
        else:
            _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{_postgres_template()}"')
            _on_server(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    _connect_to(name)


def drop_test_database() -> None:
    """Delete the test database of this process."""
    name = _test_name()
    connection.close()
    if _is_sqlite():
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            path.unlink()
    else:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_with_demonstration(path: Path) -> None:
    """Write an SQLite database of Loiret with the demonstration's accounts and campaign to `path`."""
    if not _is_sqlite():
        pytest.skip("The portal is served on SQLite: the run on SQLite tries it")
    with _alone():
        template = settings.VAR_DIR / f"test-demonstration-{_digest()}.sqlite3"
        if not template.exists():
            _replace(template, _build_demonstration)
        shutil.copyfile(template, path)


def _build_demonstration(path: Path) -> None:
    """In a process of its own, which leaves the connections of this one alone."""
    shutil.copyfile(_sqlite_template(), path)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "PORTAL_DEMO": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.pages.settings"
    command = [sys.executable, "manage.py", "setup_demo", "--departments", "45"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def load(department: str = "45") -> None:
    """Load a département into the current database."""
    importers.load_reference(_france(), [department])
    call_command("load_department", department, verbosity=0, stdout=StringIO())


@cache
def _france() -> reference.Reference:
    """Return the reference of France, read once: all 35,000 communes are parsed and checked."""
    return reference.read_reference(reference.FOLDER)


@cache
def _test_name() -> str:
    """Return the test database's name, with the worker's suffix when tests run in parallel."""
    return str(connection.creation._get_test_db_name())


def _sqlite_template() -> Path:
    """Return the file of the loaded database; the first process makes it."""
    path: Path = settings.VAR_DIR / f"test-template-{_digest()}.sqlite3"
    if not path.exists():
        _replace(path, lambda building: _build(str(building)))
    return path


def _replace(path: Path, build: Callable[[Path], None]) -> None:
    """Make the file whole, then give it its name; delete the oldest files of its kind."""
    building = path.with_suffix(".part")
    building.unlink(missing_ok=True)
    build(building)
    building.rename(path)
    kind = path.name.rpartition("-")[0]
    files = path.parent.glob(f"{kind}-*.sqlite3")
    for older in sorted(files, key=lambda file: file.stat().st_mtime)[:-TEMPLATES_KEPT]:
        older.unlink()


def _postgres_template() -> str:
    """Return the name of the loaded database; the first process makes it."""
    name = f"test_template_{_digest()}"
    if name not in _postgres_templates():
        _on_server(f'DROP DATABASE IF EXISTS "{name}_part" WITH (FORCE)')
        _on_server(f'CREATE DATABASE "{name}_part"')
        _build(f"{name}_part")
        _on_server(f'ALTER DATABASE "{name}_part" RENAME TO "{name}"')
        for older in _postgres_templates()[:-TEMPLATES_KEPT]:
            _on_server(f'DROP DATABASE "{older}"')
    return name


def _build(name: str) -> None:
    """Prepare the database as a first start does."""
    _connect_to(name)
    for step in setup.pending_steps(["45"]):
        step.run(StringIO(), lambda: None)
    if _is_sqlite():
        with connection.cursor() as cursor:  # everything in the single file that is copied
            cursor.execute("pragma wal_checkpoint(truncate)")
    connection.close()


@cache
def _digest() -> str:
    """Return a digest of all that the database depends on: the code and data of the apps."""
    digest = hashlib.sha256(settings.DATABASES["default"]["ENGINE"].encode())
    files = (path for app in APPS for path in (ROOT / app).rglob("*"))
    for path in sorted(path for path in files if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """Lock the loaded database against other processes that make or copy it."""
    if _is_sqlite():
        settings.VAR_DIR.mkdir(exist_ok=True)
        with (settings.VAR_DIR / "test-template.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [LOCK])
            yield


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _on_server(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


def _postgres_templates() -> list[str]:
    """Return the names of the template databases, oldest first."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "select datname from pg_database where datname ~ '^test_template_[0-9a-f]+$' order by oid"
        )
        return [name for (name,) in cursor.fetchall()]
