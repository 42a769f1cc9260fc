"""What an import of sectors writes or leaves, said in French."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from portal.core.periods.period import format_day
from teams.models import Sector
from teams.sectors.import_plan import FIELDS, Change, Plan
from teams.sectors.overlaps import Held

_FIELDS: "dict[str, models.Field[Any, Any]]" = {one.name: one for one in Sector._meta.fields}
SAID = [name for name in ("commune", *FIELDS) if name != "search_street"]  # follows the street


def details(plan: Plan) -> Iterator[str]:
    """Everything that is written: sources, then a line for each sector created or changed.

    Those that only change sources, as all that a new file confirms, are said together.
    """
    for source in plan.new_sources:
        yield _("Nouvelle source : %(title)s, %(publisher)s, %(period)s (%(key)s).") % {
            "title": source.title,
            "publisher": source.publisher,
            "period": source.period,
            "key": source.key,
        }
    written = [(held.line, _created(held)) for held in plan.created]
    written += [(one.line, _changed(one)) for one in plan.changed if not one.is_confirmation]
    yield from (said for _line, said in sorted(written))
    if lines := ", ".join(str(change.line) for change in plan.changed if change.is_confirmation):
        yield _("Seule la source change : lignes %s.") % lines


def summary(plan: Plan) -> str:
    return _(
        "Secteurs créés : %(created)d, modifiés : %(changed)d (source seule : %(confirmed)d),"
        " inchangés : %(unchanged)d, laissés : %(left)d."
    ) % {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "confirmed": sum(change.is_confirmation for change in plan.changed),
        "unchanged": len(plan.unchanged),
        "left": len(plan.left),
    }


def _created(held: Held) -> str:
    said = {name: _shown(name, getattr(held.sector, name)) for name in SAID}
    return _("Ligne %(line)d, nouveau secteur %(slug)s : %(values)s.") % {
        "line": held.line,
        "slug": held.sector.slug,
        "values": _listed(said),
    }


def _changed(change: Change) -> str:
    nothing = _("rien")
    said = {}
    for name, before in change.before.items():
        now = _shown(name, getattr(change.sector, name))
        said[name] = f"{_shown(name, before) or nothing} → {now or nothing}"
    return _("Ligne %(line)d, secteur %(slug)s modifié : %(values)s.") % {
        "line": change.line,
        "slug": change.sector.slug,
        "values": _listed(said),
    }


def _listed(said: Mapping[str, str]) -> str:
    return " ; ".join(f"{_label(name)} « {said[name]} »" for name in SAID if said.get(name))


def _label(name: str) -> str:
    return _("équipe") if name == "team" else str(_FIELDS[name].verbose_name)


def _shown(name: str, value: Any) -> str:
    """A value of that field as it is read, "" for none."""
    if isinstance(value, date):
        return format_day(value)
    if isinstance(value, str):
        return str(dict(_FIELDS[name].flatchoices).get(value, value))
    return "" if value is None else str(value)
