"""Queries written by hand, for what is asked at each request: composing costs more than running."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, models

Params = Mapping[str, str | float | date]


def columns(model: type[models.Model], names: str) -> tuple[str, ...]:
    """These columns, in the order in which `from_db` reads a row of the model."""
    requested = names.split()
    return tuple(
        field.attname for field in model._meta.concrete_fields if field.attname in requested
    )


def fetch_rows(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """All the rows; `%(name)s` in the query stands for `given["name"]`, on both engines."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
