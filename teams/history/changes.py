"""The history of a team, a site or a sector: each change, its author and the changed fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.periods.period import format_day

CREATED, CHANGED, DELETED = "+", "~", "-"
Labels = Mapping[tuple[type[models.Model], Any], str]


@dataclass(frozen=True)
class Difference:
    """A field and its two values as displayed; "" for an empty one."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A change of a row. `author` is None for what was loaded, or done by the portal itself."""

    changed_at: datetime
    author: User | None
    kind: str  # CREATED, CHANGED or DELETED
    differences: Sequence[Difference]


def row_history(row: models.Model) -> list[Change]:
    """Return the changes of a row, deleted or not, newest first.

    One query, and one for each model that its foreign keys point to.
    """
    manager = type(row).history  # type: ignore[attr-defined]
    records = manager.filter(id=row.pk).select_related("history_user")
    records = list(records.order_by("history_date", "history_id"))
    labels = _foreign_key_labels(type(row), records)
    changes = [
        Change(
            changed_at=record.history_date,
            author=record.history_user,
            kind=record.history_type,
            differences=differences(type(row), before, record, labels),
        )
        for before, record in zip([None, *records], records, strict=False)
    ]
    return changes[::-1]


def differences(
    model: type[models.Model], before: Any, after: Any, labels: Labels
) -> list[Difference]:
    """Return the fields that differ between two states of a row; all filled ones without `before`.

    `labels` are those of the rows that its foreign keys point to.
    """
    pairs = [
        (
            field,
            _format_value(field, before, labels) if before else "",
            _format_value(field, after, labels),
        )
        for field in _edited_fields(model)
    ]
    return [
        Difference(str(field.verbose_name), old, new) for field, old, new in pairs if old != new
    ]


def _edited_fields(model: type[models.Model]) -> Iterable[models.Field]:
    """Return the fields that people edit, in the order of the model; `key` is that of a file."""
    fields = (field for field in model._meta.fields if field.editable and field.name != "key")
    return (field for field in fields if not field.primary_key)


def _format_value(field: models.Field, state: Any, labels: Labels) -> str:
    value = getattr(state, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return labels.get((field.related_model, value)) or _("supprimé (%s)") % value
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return format_day(value) if isinstance(value, date) else str(localize(value))


def _foreign_key_labels(model: type[models.Model], records: Iterable[Any]) -> Labels:
    """Return the labels of the rows that the foreign keys of these records point to."""
    ids_by_model: dict[type[models.Model], set[Any]] = {}
    for field in _edited_fields(model):
        if isinstance(field, models.ForeignKey):
            ids = {getattr(record, field.attname) for record in records} - {None}
            ids_by_model.setdefault(field.related_model, set()).update(ids)
    return {
        (related_model, key): str(row)
        for related_model, ids in ids_by_model.items()
        for key, row in related_model._default_manager.in_bulk(ids).items()
    }
