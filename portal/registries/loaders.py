"""Data files of départements: each app's `loaders.py` registers a loader.

A loader reads the CSV files of its app's `data/<code>/` and saves each line through the model's
validation. Faults are collected with file and line; one fault refuses the whole load.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from portal.core import loaded_data
from portal.core.http.input_cleaning import clean_row
from portal.core.models import Maintained, Source, published_names
from portal.core.periods.period import Period, PeriodError
from portal.core.provenance import FieldOrigin, FieldOrigins
from portal.core.tables import csv_reader

M = TypeVar("M", bound=models.Model)
Loader = Callable[["Load"], None]
RowKey = tuple[str, str]  # a file, and the key of one of its rows
RowLines = dict[RowKey, list["Row"]]
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
    """The load of one département by one app: files, faults, row counts by model.

    `read` are the rows of the files, of which `remarks.csv` and `published.csv` may speak.
    """

    department: str
    folder: Path
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)  # by row key
    read: set[RowKey] = field(default_factory=set)

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
        return next((line["remark"] for line in self._remarks.get((file, str(key)), ())), "")

    def publications(self, file: str, key: Any) -> FieldOrigins | None:
        """Return the fields of a row that `published.csv` says were published after its source."""
        lines = self._publications.get((file, str(key)))
        if lines is None:
            return None
        return {line["field"]: origin for line in lines if (origin := line.origin)}

    def check_published_fields(self, file: str, key: Any, names: Collection[str]) -> None:
        """Refuse the lines of `published.csv` about a field that this row does not have."""
        for line in self._publications.get((file, str(key)), ()):
            if line["field"] not in names:
                line.refuse("field", _("« %s » est inconnu.") % line["field"])

    @cached_property
    def _remarks(self) -> RowLines:
        """The lines of `remarks.csv`: one for a row of a file, by its key."""
        return self._lines_by_row("remarks.csv", "file key remark", ("file", "key"))

    @cached_property
    def _publications(self) -> RowLines:
        """The lines of `published.csv`: the file and the key of a row, the field, the later source
        and what the row's own source printed there. The value itself stands in the row's file.
        """
        keys = ("file", "key", "field")
        return self._lines_by_row("published.csv", "file key field source printed", keys)

    def _lines_by_row(self, name: str, columns: str, keys: Sequence[str]) -> RowLines:
        """Return the lines of a file by the row that they name; repeated ones are refused."""
        lines: RowLines = {}
        first: dict[tuple[str, ...], int] = {}
        for line in self.rows(name, columns):
            if empty := [column for column in columns.split()[:-1] if not line[column]]:
                line.refuse_empty(empty[0])
            repeated = first.setdefault(tuple(line[column] for column in keys), line.line)
            if repeated != line.line:
                line.refuse("key", _("Cette ligne répète la ligne %d.") % repeated)
            lines.setdefault((line["file"], line["key"]), []).append(line)
        return lines

    def refuse_unread_lines(self) -> None:
        """Refuse the lines of `remarks.csv` and `published.csv` that name no row of a file."""
        faulty_files = {fault.file for fault in self.faults}
        for (file, key), lines in [*self._remarks.items(), *self._publications.items()]:
            for line in lines:
                is_known = (file, key) in self.read or file in faulty_files
                if is_known or line.is_faulty:
                    continue
                if (self.folder / file).is_file():
                    line.refuse("key", _("« %s » est inconnu.") % key)
                else:
                    line.refuse("file", _("« %s » est inconnu.") % file)


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

    def refuse_empty(self, column: str) -> None:
        self.refuse(column, _("Cette cellule ne peut pas être vide."))

    def mark_read(self, key: Any) -> None:
        """Record that the files have this row, loaded or not."""
        self.load.read.add((self.file, str(key)))

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

    @cached_property
    def origin(self) -> FieldOrigin | None:
        """The publication of a line of `published.csv`; None where its source is unknown."""
        source = self.find(Source, "source")
        if source is None:
            return None
        return {
            "on": source.exact_day.isoformat() if source.exact_day else None,
            "printed": self["printed"] or None,
            "source": {
                **{"title": source.title, "publisher": source.publisher},
                "url": source.url,
            },
        }

    def save(self, model: type[M], key_fields: Iterable[str], **extra: Any) -> M | None:
        """Create or update the row described by the cells and `extra`; None if the line has a
        fault.

        `key_fields` identify the row. A row edited by a person is left unchanged. Cells are
        parsed by their model field.
        """
        values = {**self._values(model), **extra}
        if issubclass(model, Maintained):
            row_key = values.get(next(iter(key_fields)))
            self.mark_read(row_key)
            self.load.check_published_fields(self.file, row_key, published_names(model))
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
            self.refuse_empty(name)
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
            load.refuse_unread_lines()
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
