"""The whole portal in one file, and back: every row, every file made, whatever the database.

A backup is compressed lines of JSON: a heading, then for each table its columns and its rows, then
the files, then a seal with their counts. It reads the same on SQLite and on PostgreSQL, so that a
trial moves to a server. It is taken in one transaction, while the portal serves.

It is read twice: first to check all of it, with nothing written; then to replace the rows in one
transaction. Its files are written beside those that there are, and take their places after it.
"""

import base64
import gzip
import hashlib
import json
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.core.caching.data_versions import current_versions
from portal.deploy.backup_files import BackupRefused, FileNames, Staging, decode_chunk, is_staged

FORMAT = "portail-solidarites 1"
# What is of the running portal, not of its data: people sign in again, versions only ever grow.
EXCLUDED_MODELS = {"accounts.Session", "core.DataVersion", "health.Heartbeat"}
ROWS_PER_BATCH = 2000  # at a time
CHUNK_BYTES = 300_000  # bytes of a file on one line, a multiple of three
MAX_LINE_BYTES = 8_000_000  # bytes of a line: a form and the API take 1 MB
MAX_BATCH_BYTES = 8_000_000  # bytes of lines whose rows are held in memory before they are written

Row = list[Any]
Record = dict[str, Any] | Row
# What a damaged file, or one that somebody made, leads to wherever it is met.
DAMAGE_ERRORS = (
    *(OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError, ValidationError),
)
NOT_A_BACKUP = _lazy("Ce fichier est abîmé, ou n'est pas une sauvegarde.")
NO_ROOM = _lazy("La place manque pour les fichiers de cette sauvegarde.")
CONTRADICTION = _lazy("Les lignes de cette sauvegarde se contredisent.")


@dataclass
class Counts:
    """How many rows of each table, and how many files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


def write_backup(out: IO[bytes]) -> Counts:
    """Writes a backup; nobody waits for it on PostgreSQL, writers for some seconds on SQLite.

    Raises BackupRefused where what there is could not be restored.
    """
    counts, names = Counts(), FileNames()
    is_outermost = not connection.in_atomic_block
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as compressed, transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # all of it as at one moment
                cursor.execute("set transaction isolation level repeatable read")
        writer = _ChecksumWriter(compressed.write)
        writer.write_record({"form": FORMAT, "migrations": _migrations()})
        for model in _models():
            name, fields = model._meta.label, _fields(model)
            writer.write_record(
                {"table": name, "columns": [model_field.attname for model_field in fields]}
            )
            rows = model._base_manager.order_by("pk").values_list(
                *[model_field.attname for model_field in fields]
            )
            counts.rows[name] = 0
            for row in rows.iterator(chunk_size=ROWS_PER_BATCH):
                writer.write_record([_to_json(value) for value in row])
                counts.rows[name] += 1
        for name, content in _files():
            names.add(name)
            writer.write_record({"file": name})
            while chunk := content.read(CHUNK_BYTES):
                writer.write_record([base64.b64encode(chunk).decode()])
            counts.files += 1
        writer.close(counts)
    return counts


def restore_backup(
    compressed: IO[bytes], *, before_commit: Callable[[], object] = lambda: None
) -> Counts:
    """Puts back what a backup holds in the place of all that there is; `before_commit` is called
    in the same transaction. Raises BackupRefused, and then nothing has changed. Whoever reads
    meanwhile sees what was, on PostgreSQL.

    Not inside another transaction: files take their places once this one is committed. Raises
    FilesNotPlaced where some could not.
    """
    root = Path(settings.MEDIA_ROOT)
    with _seekable(compressed, root) as backup:
        with _refuse_on(DAMAGE_ERRORS, NOT_A_BACKUP):
            _verify(backup)
            backup.seek(0)
        with Staging(root) as staging:
            with transaction.atomic(durable=True):
                counts = _replace(backup, staging)
                before_commit()
            staging.move_into_place()
    return counts


@contextmanager
def _refuse_on(errors: Any, message: Any) -> Iterator[None]:
    try:
        yield
    except BackupRefused:
        raise
    except errors as error:
        raise BackupRefused(str(message)) from error


@contextmanager
def _seekable(compressed: IO[bytes], root: Path) -> Iterator[IO[bytes]]:
    """A file that can be read twice: what comes through a pipe is copied, compressed as it came, to
    a file without a name, where there is room for all the others.
    """
    if compressed.seekable():
        yield compressed
        return
    with _refuse_on(OSError, NO_ROOM):
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = tempfile.TemporaryFile(dir=root)  # noqa: SIM115, closed below
    with copy:
        with _refuse_on(OSError, NO_ROOM):
            shutil.copyfileobj(compressed, copy)
            copy.seek(0)
        yield copy


def _verify(backup: IO[bytes]) -> None:
    """Reads the whole of a backup: heading, tables, columns, values, names of files, counts, seal.
    Writes nothing, in a memory that does not depend on what it unpacks to. Raises BackupRefused, or
    one of DAMAGE_ERRORS.
    """
    counts, names = Counts(), FileNames()
    with gzip.GzipFile(fileobj=backup) as compressed:
        lines = _ChecksumReader(compressed)
        for table, line in _read_sections(lines):
            match line:
                case str():
                    names.add(line)
                case dict() if table:
                    counts.rows[table.name] = 0
                case list() if table:
                    table.to_database(line)
                    counts.rows[table.name] += 1
                case [chunk]:
                    decode_chunk(chunk)
                case _:
                    raise ValueError("A line that belongs nowhere.")
    counts.files = len(names)
    if lines.counts != [counts.rows, counts.files]:
        raise BackupRefused(_("Cette sauvegarde est incomplète."))
    missing = {model._meta.label for model in _models()} - set(counts.rows)
    if missing:
        absent = ", ".join(sorted(missing))
        raise BackupRefused(_("Il manque des tables à cette sauvegarde : %s.") % absent)


def _replace(backup: IO[bytes], staging: Staging) -> Counts:
    """Replaces every row, in a transaction, by those of a backup that `_verify` has read; its files
    are left in `staging`. Raises BackupRefused.
    """
    counts, tables, batch = Counts(), _models(), _Batch()
    _delete_all_rows(tables)
    with (
        _refuse_on(DAMAGE_ERRORS, NOT_A_BACKUP),
        _refuse_on((DataError, IntegrityError), CONTRADICTION),
        gzip.GzipFile(fileobj=backup) as compressed,
    ):
        lines = _ChecksumReader(compressed)
        for table, line in _read_sections(lines):
            if isinstance(line, dict) and table:
                batch.begin(table)
                counts.rows[table.name] = 0
            elif table:
                batch.add(line, lines.size)
                counts.rows[table.name] += 1
            else:
                counts.files += _stage(line, staging)
        batch.flush()
        connection.check_constraints()
    with _refuse_on(OSError, NO_ROOM):
        staging.finish()
    _reset_sequences(tables)
    _bump_data_versions()
    return counts


def _stage(line: str | Row, staging: Staging) -> bool:
    """Writes beside what a line says of a file; whether it begins one."""
    with _refuse_on(OSError, NO_ROOM):
        if isinstance(line, str):
            staging.begin(line)
            return True
        staging.write(line[0])
        return False


def _read_sections(lines: "_ChecksumReader") -> Iterator[tuple["_Table | None", Any]]:
    """After the heading, each line beside its table, None among the files: a dict begins a table, a
    str names a file, lists are the rows of the one and the pieces of the other.
    """
    heading = next(lines, None)
    if not isinstance(heading, dict) or heading.get("form") != FORMAT:
        raise BackupRefused(_("Ce fichier n'est pas une sauvegarde du portail."))
    _check_migrations(heading["migrations"])
    models_left = {model._meta.label: model for model in _models()}
    table: _Table | None = None
    has_files = False
    for line in lines:
        if isinstance(line, list):
            if table is None and not has_files:
                raise ValueError("A row without its table.")
            yield table, line
        elif "table" in line and not has_files:
            table = _Table(models_left.pop(line["table"]), line["columns"])
            yield table, line
        elif isinstance(line["file"], str):
            table, has_files = None, True
            yield None, line["file"]
        else:
            raise ValueError("A file without a name.")


def _models() -> list[type[models.Model]]:
    """Every table of the portal's data, those between two tables and their histories included."""
    all_models = apps.get_models(include_auto_created=True)
    managed = [model for model in all_models if model._meta.managed and not model._meta.proxy]
    return sorted(
        (model for model in managed if model._meta.label not in EXCLUDED_MODELS),
        key=lambda model: model._meta.label,
    )


def _fields(model: type[models.Model]) -> list[Any]:
    return [
        model_field
        for model_field in model._meta.local_concrete_fields
        if not getattr(model_field, "generated", False)
    ]


def _to_json(value: Any) -> Any:
    """What JSON holds, and `_from_json` reads again."""
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


def _check_migrations(backup_migrations: list[list[str]]) -> None:
    """Refuses a backup of another version, and says how it is restored all the same."""
    backup = {(app, name) for app, name in backup_migrations if re.fullmatch(r"\w+", app + name)}
    database = {(app, name) for app, name in _migrations()}
    if len(backup) != len(backup_migrations):
        raise ValueError("Not a list of migrations.")
    if backup == database:
        return
    if set(MigrationLoader(None).disk_migrations) - database:
        raise BackupRefused(
            _("Cette base n'est pas à jour : lancez « migrate », puis de nouveau « restore ».")
        )
    if unknown := sorted(backup - database):
        raise BackupRefused(_newer(unknown))
    raise BackupRefused(_older(sorted(database - backup)))


def _newer(unknown: list[tuple[str, str]]) -> str:
    return _(
        "Cette sauvegarde est d'une autre version du portail, plus récente : celle-ci ne connaît "
        "pas %s. Installez la version qui l'a faite, lancez « migrate », puis « restore »."
    ) % ", ".join(f"{app}.{name}" for app, name in unknown)


def _older(missing: list[tuple[str, str]]) -> str:
    """The version wanted is the commit before the first that added one of these migrations."""
    files = " ".join(f"'*/{name}.py'" for _app, name in missing)
    return _(
        "Cette sauvegarde est d'une autre version du portail, plus ancienne : elle est d'avant "
        "%(names)s. Pour la restaurer :\n"
        "1. prenez la version d'alors : git checkout "
        '"$(git log --reverse --diff-filter=A --format=%%h -- %(files)s | head -1)~1" ;\n'
        "2. avec elle, sur une base vide : « migrate », puis « restore » ;\n"
        "3. revenez à la version présente, et lancez « migrate » sur cette base ;\n"
        "4. faites-en une nouvelle sauvegarde : elle se restaure partout où est cette version."
    ) % {"names": ", ".join(f"{app}.{name}" for app, name in missing), "files": files}


def _delete_all_rows(tables: Any) -> None:
    names = [model._meta.db_table for model in tables]
    names += [apps.get_model(label)._meta.db_table for label in ("accounts.Session",)]
    with connection.cursor() as cursor:
        for name in names:  # not truncated: whoever reads meanwhile still sees what was
            cursor.execute(f"delete from {connection.ops.quote_name(name)}")  # noqa: S608


class _Table:
    """A table of a backup, which has exactly the columns of its model."""

    def __init__(self, model: type[models.Model], columns: list[str]) -> None:
        by_name = {model_field.attname: model_field for model_field in _fields(model)}
        self.name = model._meta.label
        if sorted(columns) != sorted(by_name):
            message = _("Les colonnes de %s ne sont pas celles du portail.") % self.name
            raise BackupRefused(message)
        self._fields = [by_name[column] for column in columns]
        quoted = [connection.ops.quote_name(model_field.column) for model_field in self._fields]
        table = connection.ops.quote_name(model._meta.db_table)
        values = ", ".join(["%s"] * len(quoted))
        self.sql = f"insert into {table} ({', '.join(quoted)}) values ({values})"  # noqa: S608

    def to_database(self, row: Row) -> Row:
        """A row as the database takes it, as it was: no field is filled anew. Raises one of DAMAGE_ERRORS
        where a value is not of its column.
        """
        return [
            _to_database(model_field, value)
            for model_field, value in zip(self._fields, row, strict=True)
        ]


class _Batch:
    """Rows on their way to a table, written by thousands, or sooner where they are long."""

    def __init__(self) -> None:
        self._table: _Table | None = None
        self._rows: list[Row] = []
        self._bytes = 0

    def begin(self, table: _Table) -> None:
        self.flush()
        self._table = table

    def add(self, row: Row, size: int) -> None:
        assert self._table
        self._rows.append(self._table.to_database(row))
        self._bytes += size
        if len(self._rows) >= ROWS_PER_BATCH or self._bytes >= MAX_BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._table and self._rows:
            with connection.cursor() as cursor:
                cursor.executemany(self._table.sql, self._rows)
        self._rows, self._bytes = [], 0


def _to_database(model_field: Any, value: Any) -> Any:
    """A value of a backup as the database takes it."""
    _require(value is not None or model_field.null)
    return model_field.get_db_prep_save(
        None if value is None else _from_json(model_field, value), connection
    )


def _from_json(model_field: Any, value: Any) -> Any:
    """The value that `_to_json` wrote. Raises one of DAMAGE_ERRORS where it is of another kind than its
    column: SQLite would keep it all the same.
    """
    if model_field.remote_field:
        return _from_json(model_field.target_field, value)
    match model_field:
        case models.JSONField():
            return value
        case models.BinaryField():
            return decode_chunk(value)
        case models.DurationField():
            return timedelta(seconds=value)
        case models.BooleanField():
            _require(isinstance(value, bool))
        case models.IntegerField():
            _require(isinstance(value, int) and not isinstance(value, bool))
        case models.CharField() | models.TextField() | models.FileField():
            _require(isinstance(value, str) and "\0" not in value)
            value.encode()  # half a character is not text
            return value
    result = model_field.to_python(value)
    _require(not isinstance(result, datetime) or not is_naive(result))
    return result


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("A value that is not of its column.")


def _reset_sequences(tables: Any) -> None:
    """Has new rows numbered after those that were put back."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(tables))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _bump_data_versions() -> None:
    """Whatever a process kept was of other data."""
    with connection.cursor() as cursor:
        cursor.execute("update core_dataversion set number = number + 1")
    assert current_versions()


def _files() -> Iterator[tuple[str, IO[bytes]]]:
    """The name and the content of each file that the portal made; one deleted meanwhile is left
    out.
    """
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if not path.is_file() or is_staged(path, root):
            continue
        try:
            content = path.open("rb")
        except FileNotFoundError:
            continue
        with content:
            yield path.relative_to(root).as_posix(), content


class _ChecksumWriter:
    """Lines on their way out, whose sum is said at the end."""

    def __init__(self, out: Callable[[bytes], object]) -> None:
        self._out = out
        self._sum = hashlib.sha256()

    def write_record(self, line: Record) -> None:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if len(data) > MAX_LINE_BYTES:
            raise BackupRefused(_("Une ligne est trop longue pour être restaurée."))
        self._sum.update(data)
        self._out(data)

    def close(self, counts: Counts) -> None:
        self.write_record(
            {"rows": counts.rows, "files": counts.files, "sum": self._sum.hexdigest()}
        )


class _ChecksumReader:
    """The lines of a backup up to its seal; raises BackupRefused where it is missing or broken, or
    one of DAMAGE_ERRORS. `size` is that of the last line, in bytes; `counts` is what the seal says.
    """

    def __init__(self, compressed: gzip.GzipFile) -> None:
        self._compressed = compressed
        self._sum = hashlib.sha256()
        self.size = 0
        self.counts: list[Any] = []

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        data = self._compressed.readline(MAX_LINE_BYTES + 1)
        self.size = len(data)
        if not data:
            raise BackupRefused(_("Cette sauvegarde est incomplète."))
        if self.size > MAX_LINE_BYTES:
            raise ValueError("Longer than any line.")
        line = json.loads(data, parse_constant=_not_json)
        if not isinstance(line, dict | list):
            raise ValueError("Neither a heading nor a row.")
        if isinstance(line, dict) and "sum" in line:
            self._end(line)
            raise StopIteration
        self._sum.update(data)
        return line

    def _end(self, footer: dict[str, Any]) -> None:
        if footer["sum"] != self._sum.hexdigest():
            raise BackupRefused(_("Cette sauvegarde a été modifiée ou abîmée."))
        if self._compressed.read(1):  # to its end, where gzip compares its own sum
            raise ValueError("Something follows the seal.")
        self.counts = [footer["rows"], footer["files"]]


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")
