"""The report of an import of sectors, in French."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.periods.period import format_day
from teams.models import Sector
from teams.sectors.import_plan import IMPORTED_FIELDS, ImportPlan, SectorChange
from teams.sectors.overlaps import SectorRow

_FIELDS: "dict[str, models.Field[Any, Any]]" = {field.name: field for field in Sector._meta.fields}
REPORTED_FIELDS = [
    name for name in ("commune", *IMPORTED_FIELDS) if name != "search_street"
]  # it follows the street


def details(plan: ImportPlan) -> Iterator[str]:
    """Yield all that is written: new sources, then a line for each sector created or changed.

    The sectors whose source alone changes share one line.
    """
    for source in plan.new_sources:
        yield _("Nouvelle source : %(title)s, %(publisher)s, %(period)s (%(key)s).") % {
            "title": source.title,
            "publisher": source.publisher,
            "period": source.period,
            "key": source.key,
        }
    written = [(row.line, _created_line(row)) for row in plan.created]
    written += [
        (change.line, _changed_line(change))
        for change in plan.changed
        if not change.changes_source_only
    ]
    yield from (text for _line, text in sorted(written))
    if lines := [str(change.line) for change in plan.changed if change.changes_source_only]:
        message = ngettext(
            "Seule la source change : ligne %s.", "Seule la source change : lignes %s.", len(lines)
        )
        yield message % ", ".join(lines)


def summary(plan: ImportPlan) -> str:
    return _(
        "Secteurs créés : %(created)d, modifiés : %(changed)d (source seule : %(confirmed)d),"
        " inchangés : %(unchanged)d, laissés : %(left)d."
    ) % {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "confirmed": sum(change.changes_source_only for change in plan.changed),
        "unchanged": len(plan.unchanged),
        "left": len(plan.skipped),
    }


def _created_line(row: SectorRow) -> str:
    values = {name: _format_value(name, getattr(row.sector, name)) for name in REPORTED_FIELDS}
    return _("Ligne %(line)d, nouveau secteur %(slug)s : %(values)s.") % {
        "line": row.line,
        "slug": row.sector.slug,
        "values": _format_values(values),
    }


def _changed_line(change: SectorChange) -> str:
    nothing = _("rien")
    values = {}
    for name, before in change.before.items():
        now = _format_value(name, getattr(change.sector, name))
        values[name] = f"{_format_value(name, before) or nothing} → {now or nothing}"
    return _("Ligne %(line)d, secteur %(slug)s modifié : %(values)s.") % {
        "line": change.line,
        "slug": change.sector.slug,
        "values": _format_values(values),
    }


def _format_values(values: Mapping[str, str]) -> str:
    return " ; ".join(
        _("%(field)s « %(value)s »") % {"field": _field_label(name), "value": values[name]}
        for name in REPORTED_FIELDS
        if values.get(name)
    )


def _field_label(name: str) -> str:
    return _("équipe") if name == "team" else str(_FIELDS[name].verbose_name)


def _format_value(name: str, value: Any) -> str:
    """Return a value of that field as displayed, "" for none."""
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, str):
        return str(dict(_FIELDS[name].flatchoices).get(value, value))
    return "" if value is None else str(value)
