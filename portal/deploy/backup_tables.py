"""The tables of a backup: which models and columns it has, and their rows to and from JSON."""

import base64
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from portal.core.caching.data_versions import current_versions
from portal.deploy.backup_files import BackupRefused, decode_chunk
from portal.deploy.backup_stream import Row

# State of the running portal, not data: people sign in again, counters only grow.
EXCLUDED_MODELS = {"accounts.Session", "core.DataVersion", "health.Heartbeat"}
ROWS_PER_BATCH = 2000
MAX_BATCH_BYTES = 8_000_000  # of lines whose rows are in memory before they are written


def backed_up_models() -> list[type[models.Model]]:
    """Return every model of the portal's data, with many-to-many and history tables, by label."""
    all_models = apps.get_models(include_auto_created=True)
    managed = [model for model in all_models if model._meta.managed and not model._meta.proxy]
    return sorted(
        (model for model in managed if model._meta.label not in EXCLUDED_MODELS),
        key=lambda model: model._meta.label,
    )


def stored_fields(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if not getattr(field, "generated", False)
    ]


def to_json(value: Any) -> Any:
    """Return a value that JSON can hold and `_from_json` reads."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


class Table:
    """A table of a backup, with exactly the columns of its model."""

    def __init__(self, model: type[models.Model], columns: list[str]) -> None:
        by_name = {field.attname: field for field in stored_fields(model)}
        self.name = model._meta.label
        if sorted(columns) != sorted(by_name):
            message = _("Les colonnes de %s ne sont pas celles du portail.") % self.name
            raise BackupRefused(message)
        self._fields = [by_name[column] for column in columns]
        quoted = [connection.ops.quote_name(field.column) for field in self._fields]
        table = connection.ops.quote_name(model._meta.db_table)
        values = ", ".join(["%s"] * len(quoted))
        self.sql = f"insert into {table} ({', '.join(quoted)}) values ({values})"  # noqa: S608

    def to_database(self, row: Row) -> Row:
        """Return the row as database parameters, unchanged: no field is computed again.

        Raises one of `backups.DAMAGE_ERRORS` where a value does not fit its column.
        """
        return [_to_database(field, value) for field, value in zip(self._fields, row, strict=True)]


class Batch:
    """Buffered INSERTs: by ROWS_PER_BATCH rows, or fewer where they are long."""

    def __init__(self) -> None:
        self._table: Table | None = None
        self._rows: list[Row] = []
        self._bytes = 0

    def begin(self, table: Table) -> None:
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


def _to_database(field: Any, value: Any) -> Any:
    """Return the value of a backup as a database parameter."""
    _require(value is not None or field.null)
    return field.get_db_prep_save(None if value is None else _from_json(field, value), connection)


def _from_json(field: Any, value: Any) -> Any:
    """Return the value that `to_json` wrote.

    Raises one of `backups.DAMAGE_ERRORS` for a value of another type: SQLite would accept it.
    """
    if field.remote_field:
        return _from_json(field.target_field, value)
    match field:
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
            value.encode()  # fails on a lone surrogate
            return value
    result = field.to_python(value)
    _require(not isinstance(result, datetime) or not is_naive(result))
    return result


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("A value that is not of its column.")


def delete_all_rows(tables: Any) -> None:
    names = [model._meta.db_table for model in tables]
    names += [apps.get_model(label)._meta.db_table for label in ("accounts.Session",)]
    with connection.cursor() as cursor:
        for name in names:  # DELETE, not TRUNCATE: concurrent readers still see the old rows
            cursor.execute(f"delete from {connection.ops.quote_name(name)}")  # noqa: S608


def reset_sequences(tables: Any) -> None:
    """Set the sequences after the restored primary keys."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(tables))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def bump_data_versions() -> None:
    """Invalidate what processes have cached."""
    with connection.cursor() as cursor:
        cursor.execute("update core_dataversion set number = number + 1")
    assert current_versions()
