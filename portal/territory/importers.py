"""Loading of the reference into the database; only rows that differ are written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.core import loaded_data
from portal.territory.models import Commune, CommuneContour, Department, FormerCommune, PostalCode
from portal.territory.reference import Reference, read_reference

BATCH = 500  # rows per query, which bounds its parameters and the memory

T = TypeVar("T")


@dataclass(frozen=True)
class TableCount:
    """Counts of one table: rows in the reference, written and removed by this load."""

    label: str
    rows: int
    written: int
    removed: int


@dataclass(frozen=True)
class LoadResult:
    """`unknown_communes` are those of the database that are not in the reference."""

    counts: list[TableCount]
    unknown_communes: list[str]


@transaction.atomic
def load_folder(folder: Path, departments: Collection[str] | None = None) -> LoadResult:
    """Load the reference in a folder, as `load_reference` does, and record that it is loaded.

    Raises LoadRefused and UnknownDepartmentsError.
    """
    result = load_reference(read_reference(folder), departments)
    loaded_data.record(loaded_data.COMMUNES, folder_digest(folder, departments))
    return result


def folder_digest(folder: Path, departments: Collection[str] | None = None) -> str:
    """Return the digest of what `load_folder` loads."""
    return loaded_data.digest(folder, options=sorted(departments or ["*"]))


@transaction.atomic
def load_reference(reference: Reference, departments: Collection[str] | None = None) -> LoadResult:
    """Write all départements, and the communes of `departments`, by default of all.

    Postal codes, former communes and contours of these communes are replaced by those of the
    reference; communes that are not in it are left unchanged. Idempotent.
    Raises UnknownDepartmentsError before any write.
    """
    communes = Commune.objects.all()
    if departments is not None:
        reference = reference.restricted_to(departments)
        communes = communes.filter(department__in=departments)
    counts = [table.load(reference.communes.keys()) for table in _tables(reference)]
    if deleted := PostalCode.objects.filter(communes=None).delete()[0]:
        counts.append(TableCount(_("codes postaux sans commune"), 0, 0, deleted))
    unknown = [
        f"{name} ({code})"
        for code, name in communes.values_list("code", "name")
        if code not in reference.communes
    ]
    return LoadResult(counts, unknown)


@dataclass(frozen=True)
class _Table:
    """The rows that `model` must have: `key_fields` identify a row, `fields` are the others."""

    label: str
    model: type[models.Model]
    key_fields: Sequence[str]
    fields: Sequence[str]
    rows: Mapping[tuple[Any, ...], tuple[Any, ...]]
    of_communes: bool = False

    def load(self, communes: Collection[str]) -> TableCount:
        """Write the rows; remove the others of `communes` if the table is `of_communes`."""
        removed = self._remove_stale(communes) if self.of_communes else 0
        return TableCount(self.label, len(self.rows), self._write_changed(), removed)

    def _write_changed(self) -> int:
        columns = (*self.key_fields, *self.fields)
        stored = {
            row[: len(self.key_fields)]: row[len(self.key_fields) :]
            for row in self.model._default_manager.order_by().values_list(*columns)
        }
        changed = [key for key, values in self.rows.items() if stored.get(key) != values]
        for keys in _batches(changed):
            self.model._default_manager.bulk_create(
                [
                    self.model(**dict(zip(columns, (*key, *self.rows[key]), strict=True)))
                    for key in keys
                ],
                # A concurrent load may have written the same rows.
                update_conflicts=bool(self.fields),
                ignore_conflicts=not self.fields,
                unique_fields=self.key_fields if self.fields else None,
                update_fields=self.fields or None,
            )
        return len(changed)

    def _remove_stale(self, communes: Collection[str]) -> int:
        columns = ("pk", "commune_id", *self.key_fields)
        stale = [
            pk
            for pk, commune, *key in self.model._default_manager.values_list(*columns)
            if commune in communes and tuple(key) not in self.rows
        ]
        for keys in _batches(stale):
            self.model._default_manager.filter(pk__in=keys).delete()
        return len(stale)


_DEPARTMENT_FIELDS = ["name", "region_code", "authority_name", "authority_website"]
_COMMUNE_FIELDS = [
    *("name", "search_name", "department_id", "population", "epci_siren", "epci_name"),
    *("latitude", "longitude", "point_source"),
]


def _tables(reference: Reference) -> Iterator[_Table]:
    """Yield the tables of the reference, each after those it refers to."""
    communes = reference.communes.values()
    commune_values = attrgetter(*_COMMUNE_FIELDS)
    department_values = attrgetter(*_DEPARTMENT_FIELDS)
    yield _Table(
        _("départements"),
        Department,
        key_fields=["code"],
        fields=_DEPARTMENT_FIELDS,
        rows={(row.code,): department_values(row) for row in reference.departments.values()},
    )
    yield _Table(
        _("communes"),
        Commune,
        key_fields=["code"],
        fields=_COMMUNE_FIELDS,
        rows={(row.code,): commune_values(row) for row in communes},
    )
    yield _Table(
        _("codes postaux"),
        PostalCode,
        key_fields=["code"],
        fields=[],
        rows={(code,): () for row in communes for code in row.postal_codes},
    )
    yield _Table(
        _("liens entre communes et codes postaux"),
        Commune.postal_codes.through,
        key_fields=["commune_id", "postalcode_id"],
        fields=[],
        rows={(row.code, code): () for row in communes for code in row.postal_codes},
        of_communes=True,
    )
    yield _Table(
        _("anciennes communes et arrondissements"),
        FormerCommune,
        key_fields=["code", "name"],
        fields=["search_name", "kind", "commune_id"],
        rows={
            (row.code, row.name): (row.search_name, row.kind, row.commune_id)
            for row in reference.former_communes
        },
        of_communes=True,
    )
    yield _Table(
        _("contours"),
        CommuneContour,
        key_fields=["commune_id"],
        fields=["geometry"],
        rows={(row.commune_id,): (row.geometry,) for row in reference.contours},
        of_communes=True,
    )


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
