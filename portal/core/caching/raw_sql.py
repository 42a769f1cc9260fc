"""Queries written by hand, for what is asked at each request: composing costs more than running."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, models

Params = Mapping[str, str | float | date]


def columns(model: type[models.Model], names: str) -> tuple[str, ...]:
    """These columns, in the order in which `from_db` reads a row of the model."""
    wanted = names.split()
    return tuple(one.attname for one in model._meta.concrete_fields if one.attname in wanted)


def fetch_rows(sql: str, given: Params) -> list[tuple[Any, ...]]:
    """All the rows; `%(name)s` in the query stands for `given["name"]`, on both engines."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
