"""Which département a row belongs to, and which rows a user may point to from another.

Each app registers its models in its `rules.py`; every form of the admin checks all foreign keys
with it (`portal.core.permissions.admin`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from portal.core.permissions.checks import PermissionHolder

Scope = Callable[[Any], Q]


@dataclass(frozen=True)
class Ownership:
    """`path` leads from a row to its département's key: "agency__department", "" for the
    département itself, None for a row of no département.
    """

    path: str | None
    attachable: Scope


_OWNERSHIPS: dict[type[Model], Ownership] = {}


def register(model: type[Model], path: str | None, attachable: Scope) -> None:
    """Declare where rows of `model` belong, and which of them a user may point to."""
    _OWNERSHIPS[model] = Ownership(path, attachable)


def attachable(user: PermissionHolder, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Filter `rows` to those that the user may point to: all for superusers, none without a
    rule.
    """
    if user.is_superuser:
        return rows
    ownership = _OWNERSHIPS.get(rows.model)
    return rows.filter(ownership.attachable(user)) if ownership else rows.none()


def department_of(row: Model) -> str | None:
    """Return the code of the row's département; None where it has none, or none yet."""
    ownership = _OWNERSHIPS.get(type(row))
    if ownership is None or ownership.path is None:
        return None
    target: Any = row
    *relations, last = ownership.path.split("__")
    for name in relations:
        target = getattr(target, name) if getattr(target, f"{name}_id") else None
        if target is None:
            return None
    return getattr(target, f"{last}_id") if last else target.pk


def foreign_rows(row: Model, pointed: Mapping[str, Any], home: str | None = None) -> list[str]:
    """Return the names in `pointed` that lead to another département than `home`, or than the
    row's.

    `pointed` is a form's cleaned data: rows, lists of rows, and other values.
    """
    home = home or department_of(row)
    if home is None:
        return []
    return [
        name
        for name, value in pointed.items()
        if any(department_of(other) not in (None, home) for other in _rows(value))
    ]


def _rows(value: Any) -> Iterable[Model]:
    if isinstance(value, Model):
        return [value]
    return value if isinstance(value, QuerySet) else []
