"""What every workflow shares: refusals with messages by field, and version checks.

Rows of a workflow have an integer `version`. A change carries the version it was decided on, and
is written only if the row still has it, so that nothing is overwritten silently.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.db.models import F, Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass
class Refused(Exception):
    """A change that the rules refuse: messages in French by field name, "" for the whole."""

    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def with_message(cls, message: str, name: str = "") -> "Refused":
        """Return a refusal with one message, about the field `name`."""
        return cls({name: [message]})

    def add(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def raise_if_any(self) -> None:
        """Raise this refusal if it has a message."""
        if self.errors:
            raise self

    @property
    def messages(self) -> list[str]:
        """All messages, without their fields."""
        return [message for messages in self.errors.values() for message in messages]

    def add_to(self, form: forms.BaseForm) -> None:
        """Add each message to its field of the form, or to the form where it has no such field."""
        for name, messages in self.errors.items():
            for message in messages:
                form.add_error(name if name in form.fields else None, message)


class Stale(Exception):
    """The row has another version than the one that the change was decided on."""


def lock_version(rows: QuerySet[Row], *, pk: Any, version: int) -> Row:
    """Increment the version of a row and return the row, locked until the end of the transaction.

    Raises Stale where its version is no longer `version`. Two queries: an UPDATE that only the
    first of two concurrent changes wins, on every database, then the SELECT of `rows`.
    """
    current = rows.model._base_manager.filter(pk=pk, version=version)
    if not current.update(version=F("version") + 1):
        raise Stale
    return rows.get(pk=pk)
