"""Data files of départements: each app's `loaders.py` registers a loader.

A loader reads the CSV files of its app's `data/<code>/` and saves each line through the model's
validation. Faults are collected with file and line; one fault refuses the whole load.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from portal.core import loaded_data
from portal.core.http.input_cleaning import clean_row
from portal.core.models import Maintained, Source
from portal.core.periods.period import Period, PeriodError
from portal.core.provenance import FieldOrigin, FieldOrigins
from portal.core.tables import csv_reader

M = TypeVar("M", bound=models.Model)
Loader = Callable[["Load"], None]
DEPARTMENT_CODE = re.compile(r"[0-9][0-9AB][0-9]?")
_loaders: dict[str, Loader] = {}


def register(app_label: str) -> Callable[[Loader], Loader]:
    """Register the decorated function as the loader of `app_label`."""

    def registered(loader: Loader) -> Loader:
        _loaders[app_label] = loader
        return loader

    return registered


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return _("%(file)s, ligne %(line)d : %(message)s") % vars(self)


class LoadRefused(Exception):
    """A refused load; `faults` says which lines and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass
class Load:
    """The load of one département by one app: files, faults, row counts by model."""

    department: str
    folder: Path
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)  # by row key
    _publications: dict[str, dict[str, FieldOrigin]] | None = None
    _remarks: dict[str, str] | None = None

    def rows(
        self, name: str, columns: str, fields: Mapping[str, str] | None = None
    ) -> Iterator["Row"]:
        """Yield the lines of the CSV file `name` with exactly these columns; none if the file is
        absent.

        `fields` maps columns to model fields of another name.
        """
        path = self.folder / name
        if not path.exists():
            return
        header = columns.split()
        try:
            for line, cells in csv_reader.read_rows(csv_reader.decode(path.read_bytes()), header):
                if wrong := csv_reader.width_message(cells, header):
                    self.faults.append(Fault(name, line, wrong))
                else:
                    yield Row(self, name, line, dict(zip(header, cells, strict=True)), fields or {})
        except csv_reader.TableError as error:
            self.faults.append(Fault(name, error.line, str(error)))

    def remark(self, file: str, key: Any) -> str:
        """Return what `remarks.csv` says of the printed text of a row; "" for nothing."""
        if self._remarks is None:
            lines = self.rows("remarks.csv", "file key remark")
            self._remarks = {f"{line['file']} {line['key']}": line["remark"] for line in lines}
        return self._remarks.get(f"{file} {key}", "")

    def publications(self, file: str, key: Any) -> FieldOrigins | None:
        """Return the fields of a row that `published.csv` says were published after its source.

        Its lines name the file and the key of the row, the field, the later source and what the
        row's own source printed there. The value itself stands in the row's file.
        """
        if self._publications is None:
            self._publications = {}
            for line in self.rows("published.csv", "file key field source printed"):
                source = line.find(Source, "source")
                if source is None:
                    line.refuse("source", _("Cette cellule ne peut pas être vide."))
                    continue
                fields = self._publications.setdefault(f"{line['file']} {line['key']}", {})
                fields[line["field"]] = {
                    "on": source.exact_day.isoformat() if source.exact_day else None,
                    "printed": line["printed"] or None,
                    "source": {
                        **{"title": source.title, "publisher": source.publisher},
                        "url": source.url,
                    },
                }
        return self._publications.get(f"{file} {key}")


@dataclass
class Row:
    """One line of a file; cells are stripped texts, "" where empty."""

    load: Load
    file: str
    line: int
    cells: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def is_faulty(self) -> bool:
        return any((fault.file, fault.line) == (self.file, self.line) for fault in self.load.faults)

    def refuse(self, column: str, message: str) -> None:
        text = f"{column} : {message}" if column else message
        self.load.faults.append(Fault(self.file, self.line, text))

    def period(self, column: str, source: Source | None = None) -> Period:
        """Return the period in a cell; the date of `source`, or of the later source that
        published it, gives a missing year.
        """
        near = source.period.earliest if source else None
        published = "key" in self.cells and self.load.publications(self.file, self["key"])
        if published and column in published and (on := published[column]["on"]):
            near = date.fromisoformat(on)
        try:
            return Period.parse(self[column], source_date=near)
        except PeriodError as error:
            self.refuse(column, str(error))
            return Period.unknown()

    def day(self, column: str) -> date | None:
        """Return the day in a cell, in ISO 8601; None if empty, another text is a fault."""
        try:
            return date.fromisoformat(self[column]) if self[column] else None
        except ValueError:
            self.refuse(column, _("« %s » n’est pas un jour.") % self[column])
            return None

    def find(self, model: type[M], column: str) -> M | None:
        """Return the row of `model` whose key is the cell, None if empty; an unknown key is a
        fault.
        """
        instance = None
        if self[column]:
            instance = model._default_manager.filter(
                **{key_field_name(model): self[column]}
            ).first()
            if instance is None:
                self.refuse(column, _("« %s » est inconnu.") % self[column])
        return instance

    def save(self, model: type[M], key_fields: Iterable[str], **extra: Any) -> M | None:
        """Create or update the row described by the cells and `extra`; None if the line has a
        fault.

        `key_fields` identify the row. A row edited by a person is left unchanged. Cells are
        parsed by their model field.
        """
        values = {**self._values(model), **extra}
        if issubclass(model, Maintained):
            row_key = values.get(next(iter(key_fields)))
            values["field_origins"] = self.load.publications(self.file, row_key)
            values["remark"] = self.load.remark(self.file, row_key)
        key = {name: values.get(name) for name in key_fields}
        self._check_key(model, key)
        if self.is_faulty:
            return None
        row = model._default_manager.filter(**key).first() or model(**key)
        if getattr(row, "edited_at", None):
            return row
        before = _stored_values(row)
        for name, value in values.items():
            setattr(row, name, value)
        try:
            clean_row(row)  # cleaned before comparing, so that the same file changes nothing
            if row.pk is None or _stored_values(row) != before:
                row.full_clean()  # a stored row is valid: checking it again costs ten queries
        except ValidationError as error:
            columns = {
                NON_FIELD_ERRORS: "",
                **{self.fields[column]: column for column in self.fields},
            }
            for name, messages in error.message_dict.items():
                self.refuse(columns.get(name, name), " ".join(messages))
            return None
        if row.pk is None or _stored_values(row) != before:
            if row.pk and isinstance(row, Maintained):
                row.checked_on = None  # what was checked is not what is shown now
            row.save()
        self.load.counts[model.__name__] += 1
        return row

    def _check_key(self, model: type[models.Model], key: dict[str, Any]) -> None:
        """Report an empty or repeated key: a line would silently overwrite another."""
        name = next(iter(key))
        if not all(key.values()):
            self.refuse(name, _("Cette cellule ne peut pas être vide."))
            return
        first = self.load.lines.setdefault((model, *key.values()), self.line)
        if first != self.line:
            self.refuse(name, _("Cette ligne répète la ligne %d.") % first)

    def _values(self, model: type[models.Model]) -> dict[str, Any]:
        """Return the values of cells by field; an empty cell gives the default."""
        values: dict[str, Any] = {}
        for column in self.cells:
            if column == "period":
                values[column] = self.period(column, values.get("source"))
                continue
            name = self.fields.get(column, column)
            field = model._meta.get_field(name)
            if isinstance(field, models.ForeignKey):
                values[name] = self.find(field.related_model, column)
            elif field.many_to_many:
                continue  # the loader sets these after saving
            elif not isinstance(field, models.Field):
                continue
            elif not self[column] and not field.empty_strings_allowed:
                values[name] = field.get_default()
            else:
                try:
                    values[name] = field.to_python(self[column])
                except ValidationError as error:
                    self.refuse(column, " ".join(error.messages))
        return values


def _stored_values(row: models.Model) -> dict[str, Any]:
    """Return what the database holds, or would hold, of the row."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def key_field_name(model: type[models.Model]) -> str:
    """Return the field by which files name a row of `model`: key, slug or code."""
    names = {field.name for field in model._meta.fields}
    return next(name for name in ("key", "slug", "code") if name in names)


def available_departments() -> list[str]:
    """Return the codes of the départements that some app has data for."""
    folders = (_data_folder(label) for label in _ordered_labels())
    names = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}
    return sorted(name for name in names if DEPARTMENT_CODE.fullmatch(name))


def load_department(code: str) -> dict[str, int]:
    """Load all data files of a département; return row counts by model name.

    Atomic and repeatable. Raises LoadRefused with the faults of the first app that has any.
    """
    counts: Counter[str] = Counter()
    with transaction.atomic():
        for label in _ordered_labels():
            load = Load(code, _data_folder(label, code))
            _loaders[label](load)
            if load.faults:
                raise LoadRefused(load.faults)
            counts.update(load.counts)
        loaded_data.record(code, department_digest(code))
    return counts


def department_digest(code: str) -> str:
    """Return the digest of what `load_department` reads for a département.

    The reference is part of it: lines refer to its communes.
    """
    reference = _data_folder("territory", "reference")
    return loaded_data.digest(reference, *(_data_folder(app, code) for app in _ordered_labels()))


def _ordered_labels() -> list[str]:
    """Return the labels of apps with a loader, in order of installation."""
    autodiscover_modules("loaders")
    return [config.label for config in apps.get_app_configs() if config.label in _loaders]


def _data_folder(label: str, code: str = "") -> Path:
    return Path(apps.get_app_config(label).path) / "data" / code
