"""Raw SQL for what each request reads: composing such a query costs more than running it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, models

Params = Mapping[str, str | float | date]


def columns(model: type[models.Model], names: str) -> tuple[str, ...]:
    """Return the attribute names of these columns, in the order in which `Model.from_db` reads
    them.
    """
    requested = names.split()
    return tuple(
        field.attname for field in model._meta.concrete_fields if field.attname in requested
    )


def fetch_rows(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """Return all rows; `%(name)s` in the query is `params["name"]`, on both engines."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
