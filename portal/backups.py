"""The whole portal in one file, and back: every row, every file made, whatever the database.

A backup is compressed lines of JSON: a heading, then for each table its columns and its rows, then
the files, then a seal with their counts. It reads the same on SQLite and on PostgreSQL, so that a
trial moves to a server. It is taken in one transaction, while the portal serves.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from portal.core.versions import current

FORM = "portail-solidarites 1"
# What is of the running portal, not of its data: people sign in again, versions only ever grow.
LEFT_OUT = {"accounts.Session", "core.DataVersion", "health.Pulse"}
ROWS = 2000  # at a time
PIECE = 300_000  # bytes of a file on one line, a multiple of three

Row = list[Any]
Line = dict[str, Any] | Row


class BackupRefused(ValueError):
    """Not a backup, one cut short or damaged, or of another version of the portal."""


@dataclass
class Counts:
    """How many rows of each table, and how many files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


def write(out: IO[bytes]) -> Counts:
    """Writes a backup; nobody waits for it on PostgreSQL, writers for some seconds on SQLite."""
    counts = Counts()
    alone = not connection.in_atomic_block
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed, transaction.atomic():
        if alone and connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # all of it as at one moment
                cursor.execute("set transaction isolation level repeatable read")
        sealed = _Sealed(packed.write)
        sealed.say({"form": FORM, "migrations": _migrations()})
        for model in _models():
            name, fields = model._meta.label, _fields(model)
            sealed.say({"table": name, "columns": [one.attname for one in fields]})
            rows = model._base_manager.order_by("pk").values_list(*[one.attname for one in fields])
            counts.rows[name] = 0
            for row in rows.iterator(chunk_size=ROWS):
                sealed.say([_plain(value) for value in row])
                counts.rows[name] += 1
        for path in _files():
            sealed.say({"file": path.relative_to(settings.MEDIA_ROOT).as_posix()})
            with path.open("rb") as content:
                while piece := content.read(PIECE):
                    sealed.say([base64.b64encode(piece).decode()])
            counts.files += 1
        sealed.close(counts)
    return counts


@transaction.atomic
def read(packed: IO[bytes]) -> Counts:
    """Puts back what a backup holds in the place of all that there is. Raises BackupRefused, and
    then nothing has changed. Whoever reads meanwhile sees what was, on PostgreSQL.
    """
    try:
        with gzip.GzipFile(fileobj=packed) as lines:
            return _read(_Checked(lines))
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BackupRefused):
            raise
        raise BackupRefused(_("Ce fichier est abîmé, ou n'est pas une sauvegarde.")) from error


def _read(lines: "_Checked") -> Counts:
    heading = next(lines, None)
    if not isinstance(heading, dict) or heading.get("form") != FORM:
        raise BackupRefused(_("Ce fichier n'est pas une sauvegarde du portail."))
    _same_migrations(heading["migrations"])
    known = {model._meta.label: model for model in _models()}
    _empty(known.values())
    counts, files = Counts(), []
    table: _Table | None = None
    for line in lines:
        if isinstance(line, dict):
            if table:
                table.flush()
            if "table" in line:
                table = _Table(known[line["table"]], line["columns"])
                counts.rows[line["table"]] = 0
            else:
                table = None
                files.append(_MadeFile(line["file"]))
        elif table:
            table.add(line)
            counts.rows[table.name] += 1
        else:
            files[-1].pieces.append(base64.b64decode(line[0]))
    if table:
        table.flush()
    counts.files = len(files)
    if lines.counts != [counts.rows, counts.files]:
        raise BackupRefused(_("Cette sauvegarde est incomplète."))
    _renumber(known.values())
    _grow_versions()
    transaction.on_commit(lambda: _put_back(files))
    return counts


def _models() -> list[type[models.Model]]:
    """Every table of the portal's data, those between two tables and their histories included."""
    found = apps.get_models(include_auto_created=True)
    kept = [model for model in found if model._meta.managed and not model._meta.proxy]
    return sorted(
        (model for model in kept if model._meta.label not in LEFT_OUT),
        key=lambda model: model._meta.label,
    )


def _fields(model: type[models.Model]) -> list[Any]:
    return [
        one for one in model._meta.local_concrete_fields if not getattr(one, "generated", False)
    ]


def _plain(value: Any) -> Any:
    """What JSON holds, and `to_python` of the field reads again."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _same_migrations(theirs: list[list[str]]) -> None:
    ours = _migrations()
    if theirs != ours:
        differing = ", ".join(
            f"{app}.{name}"
            for app, name in sorted(map(tuple, theirs + ours))
            if ([app, name] in theirs) != ([app, name] in ours)
        )
        raise BackupRefused(
            _(
                "Cette sauvegarde est d'une autre version du portail : installez celle-là, "
                "restaurez, puis mettez à jour. Migrations qui diffèrent : %s."
            )
            % differing
        )


def _empty(tables: Any) -> None:
    names = [model._meta.db_table for model in tables]
    names += [apps.get_model(label)._meta.db_table for label in ("accounts.Session",)]
    with connection.cursor() as cursor:
        for name in names:  # not truncated: whoever reads meanwhile still sees what was
            cursor.execute(f"delete from {connection.ops.quote_name(name)}")  # noqa: S608


class _Table:
    """Rows on their way to a table, written by thousands, as they were: no field is filled anew."""

    def __init__(self, model: type[models.Model], columns: list[str]) -> None:
        by_name = {one.attname: one for one in _fields(model)}
        self.name = model._meta.label
        self._fields = [by_name[column] for column in columns]
        quoted = [connection.ops.quote_name(one.column) for one in self._fields]
        table = connection.ops.quote_name(model._meta.db_table)
        values = ", ".join(["%s"] * len(quoted))
        self._sql = f"insert into {table} ({', '.join(quoted)}) values ({values})"  # noqa: S608
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        pairs = zip(self._fields, row, strict=True)
        self._rows.append([_stored(one, value) for one, value in pairs])
        if len(self._rows) >= ROWS:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            with connection.cursor() as cursor:
                cursor.executemany(self._sql, self._rows)
        self._rows = []


def _stored(one: Any, value: Any) -> Any:
    """A value of a backup as the database takes it."""
    if value is not None:
        if isinstance(one, models.BinaryField):
            value = base64.b64decode(value)
        elif isinstance(one, models.DurationField):
            value = timedelta(seconds=value)
        elif not isinstance(one, models.JSONField | models.FileField):
            value = one.to_python(value)
    return one.get_db_prep_save(value, connection)


def _renumber(tables: Any) -> None:
    """Has new rows numbered after those that were put back."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(tables))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _grow_versions() -> None:
    """Whatever a process kept was of other data."""
    with connection.cursor() as cursor:
        cursor.execute("update core_dataversion set number = number + 1")
    assert current()


def _files() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    return iter(sorted(path for path in root.rglob("*") if path.is_file()))


@dataclass
class _MadeFile:
    name: str
    pieces: list[bytes] = field(default_factory=list)


def _put_back(files: list[_MadeFile]) -> None:
    root = Path(settings.MEDIA_ROOT).resolve()
    for one in files:
        path = (root / one.name).resolve()
        if not path.is_relative_to(root):
            raise BackupRefused(_("Cette sauvegarde nomme un fichier hors du portail."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(one.pieces))


class _Sealed:
    """Lines on their way out, whose sum is said at the end."""

    def __init__(self, out: Callable[[bytes], object]) -> None:
        self._out = out
        self._sum = hashlib.sha256()

    def say(self, line: Line) -> None:
        written = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._sum.update(written)
        self._out(written)

    def close(self, counts: Counts) -> None:
        self.say({"rows": counts.rows, "files": counts.files, "sum": self._sum.hexdigest()})


class _Checked:
    """The lines of a backup up to its seal; raises BackupRefused where it is missing or broken."""

    def __init__(self, lines: gzip.GzipFile) -> None:
        self._lines = lines
        self._sum = hashlib.sha256()
        self.counts: list[Any] = []

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        written = self._lines.readline()
        if not written:
            raise BackupRefused(_("Cette sauvegarde est incomplète."))
        line: Line = json.loads(written)
        if isinstance(line, dict) and "sum" in line:
            if line["sum"] != self._sum.hexdigest():
                raise BackupRefused(_("Cette sauvegarde a été modifiée ou abîmée."))
            self.counts = [line["rows"], line["files"]]
            raise StopIteration
        self._sum.update(written)
        return line
