"""Which migrations are safe while the previous release still serves.

An upgrade migrates first, then replaces the servers, so for some minutes the old code reads and
writes the new tables. A column is therefore removed, renamed or made required one release after the
code stops using it; that migration declares it with `after = "0.2"`.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import NOT_PROVIDED

DESTRUCTIVE_OPERATIONS = {
    operations.RemoveField: "takes a column away",
    operations.RenameField: "renames a column",
    operations.DeleteModel: "takes a table away",
    operations.RenameModel: "renames a table",
    operations.AlterModelTable: "renames a table",
    operations.AddConstraint: "refuses rows that were taken",
    operations.AlterUniqueTogether: "refuses rows that were taken",
}


def unsafe_operations(migration: Migration) -> list[str]:
    """Return a description of each operation that would break the previous release.

    Operations on a table that the migration creates are safe, and so is a migration with `after`.
    """
    if migration.initial or vars(type(migration)).get("after"):
        return []
    new = {
        operation.name_lower
        for operation in migration.operations
        if isinstance(operation, operations.CreateModel)
    }
    return [
        f"{migration.app_label}.{migration.name}: {operation.describe()} ({danger})"
        for operation in _flatten(migration.operations)
        if (danger := _describe_danger(operation)) and _model_name(operation) not in new
    ]


def _describe_danger(operation: Any) -> str:
    if isinstance(operation, operations.AddField):
        return _describe_new_field(operation.field)
    if isinstance(operation, operations.AlterField):
        return "" if operation.field.null else "may refuse rows that were taken"
    return DESTRUCTIVE_OPERATIONS.get(type(operation), "")


def _describe_new_field(field: Any) -> str:
    """Say why old code could not insert rows: it gives the new column no value."""
    filled = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
    return (
        ""
        if filled
        else "requires a value that the previous release does not give: null or db_default"
    )


def _flatten(nested: Any) -> list[Any]:
    """Return the operations on the database, without those on the migration state only."""
    flat = []
    for operation in nested:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            flat += _flatten(operation.database_operations)
        else:
            flat.append(operation)
    return flat


def _model_name(operation: Any) -> str:
    return str(getattr(operation, "model_name", "") or getattr(operation, "name", "")).lower()


def partly_applied_squashes(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Return (app, name) of the squashed migrations of which the database applied only some parts.

    The replaced files no longer exist to apply the rest, and Django would go on silently.
    """
    applied = set(MigrationRecorder(connection).applied_migrations())
    squashes = {
        key: set(migration.replaces)
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if migration.replaces
    }
    return sorted(
        key
        for key, replaced in squashes.items()
        if key not in applied and replaced & applied and not replaced <= applied
    )
