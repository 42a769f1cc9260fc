"""Lookups that do not fail on numbers out of range."""

from typing import Any

from django.db.models import IntegerField
from django.db.models.lookups import In


@IntegerField.register_lookup
class IntegerIn(In):
    """`__in` without the integers that the column cannot store: SQLite and PostgreSQL fail on them.

    Django does the same for `__exact`.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if self.rhs_is_direct_value():
            kind = self.lhs.output_field.get_internal_type()
            low, high = connection.ops.integer_field_range(kind)
            self.rhs = [
                value
                for value in self.rhs
                if not isinstance(value, int) or _in_range(value, low, high)
            ]
        return super().process_rhs(compiler, connection)


def _in_range(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)
