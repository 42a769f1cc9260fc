"""Which département a row is of, and which rows somebody may attach another one to.

Each app says it of its models in its `rules.py`, with `belong`; every form of the administration
asks it of all that it points at (`portal.core.permissions.admin`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

Scope = Callable[[Any], Q]


@dataclass(frozen=True)
class Ownership:
    """`path` leads from a row to the key of its département ("agency__department", "" for the
    département itself); None for a row of no département, such as a document.
    """

    path: str | None
    attachable: Scope


_OWNERSHIPS: dict[type[Model], Ownership] = {}


def register(model: type[Model], path: str | None, attachable: Scope) -> None:
    """Says where rows of `model` are, and to which of them somebody may attach another row."""
    _OWNERSHIPS[model] = Ownership(path, attachable)


def is_registered(model: type[Model]) -> bool:
    return model in _OWNERSHIPS


def attachable(user: Any, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those of `rows` to which `user` may attach something: all of them for an administrator, none
    where no rule speaks of their kind.
    """
    if user.is_superuser:
        return rows
    ownership = _OWNERSHIPS.get(rows.model)
    return rows.filter(ownership.attachable(user)) if ownership else rows.none()


def department_of(row: Model) -> str | None:
    """The code of its département; None where it has none, or none yet."""
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
    """The names, among those of `pointed`, that lead to another département than `home`, that of
    `row` where it is not given.

    `pointed` holds what a form gives: rows, several rows, and values of any other kind.
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
