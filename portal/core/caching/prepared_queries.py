"""Querysets whose SQL is composed once in a process, then run with other values.

Composing the query of the nearest reception points takes 1.9 ms of the 6 ms of an answer of
`/accueil/?pres=`; running it prepared, 0.05 ms.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet

Value = str | float | date


class Parameter(Expression):
    """A value of a prepared query, given by name each time it runs."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def prepare(self, value: Value) -> Any:
        """Return the value as the database driver takes it."""
        return self.output_field.get_db_prep_value(value, connection)


def named_sql(queryset: QuerySet[Any, Any]) -> str:
    """Return the SQL of a queryset whose values are all a `Parameter`, each as `%(name)s`.

    `raw_sql.fetch_rows` runs it, alone or inside a longer query.
    """
    sql, params = queryset.query.sql_with_params()
    return sql % tuple(f"%({param.name})s" for param in params)


class PreparedQuery:
    """The rows of a `values_list` queryset; `build` composes it at the first run.

    Values come as the driver gives them, without the conversions of the fields.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: tuple[str, tuple[Any, ...]] | None = None

    def compile(self, **values: Value) -> tuple[str, list[Any]]:
        """Return the SQL and its parameters, for these values."""
        if self._compiled is None:
            self._compiled = self._build().query.sql_with_params()
        sql, params = self._compiled
        return sql, [
            param.prepare(values[param.name]) if isinstance(param, Parameter) else param
            for param in params
        ]

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """Return all the rows for these values of the parameters, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(*self.compile(**values))
            return cursor.fetchall()
