"""Backup of the whole portal in one file, and restore, on either database engine.

A backup is gzipped lines of JSON: a header, for each table its columns and its rows, the files, and
a footer with counts and a checksum. It is the same for SQLite and PostgreSQL, so a trial can move
to a server. It is taken in one transaction, while the portal serves.

A restore reads it twice: once to verify all of it, without writing; once to replace the rows in one
transaction. Files are staged beside the existing ones and moved into place after the commit.
"""

import base64
import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.deploy.backup_files import BackupRefused, FileNames, Staging, decode_chunk, is_staged
from portal.deploy.backup_stream import ChecksumReader, ChecksumWriter, Counts, Row
from portal.deploy.backup_tables import (
    ROWS_PER_BATCH,
    Batch,
    Table,
    backed_up_models,
    bump_data_versions,
    delete_all_rows,
    reset_sequences,
    stored_fields,
    to_json,
)

FORMAT = "portail-solidarites 1"
CHUNK_BYTES = 300_000  # of a file on one line, a multiple of three

# The errors that a damaged or forged file leads to, wherever it is read.
DAMAGE_ERRORS = (
    *(OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError, ValidationError),
)
NOT_A_BACKUP = gettext_lazy("Ce fichier est abîmé, ou n'est pas une sauvegarde.")
NO_ROOM = gettext_lazy("La place manque pour les fichiers de cette sauvegarde.")
CONTRADICTION = gettext_lazy("Les lignes de cette sauvegarde se contredisent.")


def write_backup(out: IO[bytes]) -> Counts:
    """Write a backup; on SQLite, writers wait for some seconds meanwhile.

    Raises BackupRefused where it could not be restored.
    """
    counts, names = Counts(), FileNames()
    is_outermost = not connection.in_atomic_block
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as compressed, transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # one snapshot
                cursor.execute("set transaction isolation level repeatable read")
        writer = ChecksumWriter(compressed.write)
        writer.write_record({"form": FORMAT, "migrations": _migrations()})
        for model in backed_up_models():
            name, fields = model._meta.label, stored_fields(model)
            writer.write_record({"table": name, "columns": [field.attname for field in fields]})
            rows = model._base_manager.order_by("pk").values_list(
                *[field.attname for field in fields]
            )
            counts.rows[name] = 0
            for row in rows.iterator(chunk_size=ROWS_PER_BATCH):
                writer.write_record([to_json(value) for value in row])
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
    """Replace all data with a backup; call `before_commit` in the same transaction.

    Raises BackupRefused, and then nothing has changed. On PostgreSQL, readers see the old data
    until the commit. Must not run inside a transaction, because files are moved after its commit;
    raises FilesNotPlaced where some could not be.
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
    """Yield a file that can be read twice: a pipe is copied to a nameless file beside the media."""
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
    """Read a whole backup: header, tables, columns, values, file names, counts and footer.

    Writes nothing, in bounded memory. Raises BackupRefused, or one of DAMAGE_ERRORS.
    """
    counts, names = Counts(), FileNames()
    with gzip.GzipFile(fileobj=backup) as compressed:
        lines = ChecksumReader(compressed)
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
    missing = {model._meta.label for model in backed_up_models()} - set(counts.rows)
    if missing:
        absent = ", ".join(sorted(missing))
        raise BackupRefused(_("Il manque des tables à cette sauvegarde : %s.") % absent)


def _replace(backup: IO[bytes], staging: Staging) -> Counts:
    """Replace every row by those of a verified backup, and stage its files. Runs in a transaction.

    Raises BackupRefused.
    """
    counts, tables, batch = Counts(), backed_up_models(), Batch()
    delete_all_rows(tables)
    with (
        _refuse_on(DAMAGE_ERRORS, NOT_A_BACKUP),
        _refuse_on((DataError, IntegrityError), CONTRADICTION),
        gzip.GzipFile(fileobj=backup) as compressed,
    ):
        lines = ChecksumReader(compressed)
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
    reset_sequences(tables)
    bump_data_versions()
    return counts


def _stage(line: str | Row, staging: Staging) -> bool:
    """Stage a file's line; return True where it begins a file."""
    with _refuse_on(OSError, NO_ROOM):
        if isinstance(line, str):
            staging.begin(line)
            return True
        staging.write(line[0])
        return False


def _read_sections(lines: "ChecksumReader") -> Iterator[tuple["Table | None", Any]]:
    """Yield each line after the header with its table, None for the lines of files.

    A dict begins a table and a str a file; lists are rows of the table or chunks of the file.
    """
    heading = next(lines, None)
    if not isinstance(heading, dict) or heading.get("form") != FORMAT:
        raise BackupRefused(_("Ce fichier n'est pas une sauvegarde du portail."))
    _check_migrations(heading["migrations"])
    models_left = {model._meta.label: model for model in backed_up_models()}
    table: Table | None = None
    has_files = False
    for line in lines:
        if isinstance(line, list):
            if table is None and not has_files:
                raise ValueError("A row without its table.")
            yield table, line
        elif "table" in line and not has_files:
            table = Table(models_left.pop(line["table"]), line["columns"])
            yield table, line
        elif isinstance(line["file"], str):
            table, has_files = None, True
            yield None, line["file"]
        else:
            raise ValueError("A file without a name.")


def _migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _check_migrations(backup_migrations: list[list[str]]) -> None:
    """Refuse a backup of another version of the portal, with how to restore it."""
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
    """Return the instructions for an older backup.

    Its version is the commit before the first that added one of the missing migrations.
    """
    files = " ".join(sorted({f"'*/{name}.py'" for _app, name in missing}))
    return _(
        "Cette sauvegarde est d'une autre version du portail, plus ancienne : elle est d'avant "
        "%(names)s. Pour la restaurer :\n"
        "1. prenez la version d'alors : git checkout "
        '"$(git log --reverse --diff-filter=A --format=%%h -- %(files)s | head -1)~1" ;\n'
        "2. avec elle, sur une base vide : « migrate », puis « restore » ;\n"
        "3. revenez à la version présente, et lancez « migrate » sur cette base ;\n"
        "4. faites-en une nouvelle sauvegarde : elle se restaure partout où est cette version."
    ) % {"names": ", ".join(f"{app}.{name}" for app, name in missing), "files": files}


def _files() -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name and content of each file of the portal; one deleted meanwhile is skipped."""
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
