"""What the database has loaded already, so that a start loads only what changed.

Each load leaves a row in its own transaction: a name ("migrations", "communes", "45",
"demonstration") and a digest of what it read and of the code that read it. An interrupted load
leaves none. The rows are in the database, so they follow it: another one, an emptied one or a
restored backup says for itself what it holds.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.core.models import LoadedData

MIGRATIONS, COMMUNES, DEMONSTRATION = "migrations", "communes", "demonstration"

# Files that load: they, and all that they import, are the code whose change loads everything again.
ROOTS = ("apps.py", "demo.py", "importers.py", "loaders.py", "models.py", "models/__init__.py")
_IMPORT = re.compile(r"^\s*(?:from ([\w.]+) )?import (\([^)]*\)|.*)", re.MULTILINE)


def is_loaded(name: str, digest: str) -> bool:
    """Return whether the last load under this name has this digest; the table must exist."""
    return LoadedData.objects.filter(name=name, digest=digest).exists()


def record(name: str, digest: str) -> None:
    """Record a load; call it in its transaction. A load without any change writes nothing."""
    if not is_loaded(name, digest):
        LoadedData.objects.update_or_create(name=name, defaults={"digest": digest})


def names() -> list[str]:
    """Return the names of all other loads than the demonstration, sorted."""
    rows = LoadedData.objects.exclude(name=DEMONSTRATION).order_by("name")
    return list(rows.values_list("name", flat=True))


def digest(*folders: Path, options: Iterable[str] = ()) -> str:
    """Return a digest of the files in the folders, of `options`, and of the code that loads."""
    parts = [code_digest(), *options, files_digest(folders)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def files_digest(paths: Iterable[Path]) -> str:
    """Return a digest of the contents of files, and of the names and contents in folders."""
    result = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                content = file.read_bytes()
                name = file.relative_to(path.parent)
                result.update(f"{name}\0{len(content)}\0".encode() + content)
    return result.hexdigest()


def migrations_digest() -> str:
    """Return a digest of the migrations on disk and of those that the database has applied."""
    return digest(options=[*sorted(_on_disk()), "", *sorted(_applied())])


def pending_migrations() -> int:
    """Return how many migrations `migrate` has to apply."""
    return len(_on_disk() - _applied())


def _on_disk() -> set[str]:
    return {
        f"{config.label}.{path.stem}"
        for config in apps.get_app_configs()
        for path in Path(config.path, "migrations").glob("[!_]*.py")
    }


def _applied() -> set[str]:
    return set(map(".".join, MigrationRecorder(connection).applied_migrations()))


def are_migrations_applied() -> bool:
    """Return whether `migrate` ended with the same migrations and code. Two or three queries."""
    if LoadedData._meta.db_table not in connection.introspection.table_names():
        return False
    return is_loaded(MIGRATIONS, migrations_digest())


@cache
def code_digest() -> str:
    """Return a digest of the project's modules that load data, and of all that they import."""
    return files_digest(_loading_code())


def _loading_code() -> list[Path]:
    """Return the files of ROOTS in every app, and those that they import, directly or not.

    Imports are read from the text: parsing the syntax would take ten times longer.
    """
    todo = [
        path
        for config in apps.get_app_configs()
        for name in ROOTS
        if "site-packages" not in config.path and (path := Path(config.path, name)).exists()
    ]
    found = set(todo)
    while todo:
        imported = {file for name in _imported_names(todo.pop()) for file in _files(name)}
        todo += imported - found
        found |= imported
    return sorted(found)


def _imported_names(path: Path) -> set[str]:
    """Return the dotted names that a file imports; of the libraries too."""
    names = set()
    for package, text in _IMPORT.findall(path.read_text()):
        listed = re.findall(r"[\w.]+", text)
        names |= {package, *(f"{package}.{name}" for name in listed)} if package else set(listed)
    return names


@cache
def _files(name: str) -> list[Path]:
    """Return the file of a module of the project, [] for anything else."""
    path = settings.BASE_DIR.joinpath(*name.split("."))
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()]
