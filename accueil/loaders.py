"""Loads the reception of a département: its points, phone lines, stops, hours and figures."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accueil.models import (
    Figure,
    Meeting,
    PhoneLine,
    Principle,
    ReceptionPoint,
    SpecialHours,
    Stop,
    refresh_positions,
)
from portal.registries.loaders import Load, Row, register
from teams.models import Agency, Site

PHONE_LINE_COLUMNS = "name number purpose territory hours hours_text source as_printed"
POINT_COLUMNS = (
    "name kind team site agency phone email by_appointment hours hours_text appointment_hours"
    " appointment_hours_text offers documents languages wheelchair access_notes access_url source"
    " as_printed"
)
STOP_COLUMNS = (
    "key point site weekday starts_at ends_at since until cycle weeks nths rhythm_text source"
    " as_printed"
)
SPECIAL_HOURS_COLUMNS = (
    "key first_day last_day effect spans weekdays message whole_department agencies points lines"
    " source as_printed"
)
STOP_FIELDS: Mapping[str, str] = {
    "since": "valid_from",
    "until": "valid_to",
    "nths": "month_positions",
}
SPECIAL_HOURS_FIELDS: Mapping[str, str] = {"lines": "phone_lines"}
FIGURE_COLUMNS = "key topic subject label value unit source period perimeter as_printed"
PRINCIPLE_COLUMNS = "key topic title text source as_printed"
MEETING_COLUMNS = "key kind team agency point title place rhythm phone source as_printed"
TARGET_MODELS: Mapping[str, type[Model]] = {
    **{"agencies": Agency, "points": ReceptionPoint, "lines": PhoneLine}
}


@register("accueil")
def load_reception(load: Load) -> None:
    """Load the CSV files of the département; sites first, which reception points refer to.

    Hours are as printed: closing on public holidays is never assumed. Empty hours are unknown.
    """
    here = {"department_id": load.department}
    for row in load.rows(
        "sites.csv", "key name address postal_code city commune source as_printed"
    ):
        row.save(Site, key_fields=["key"], **here)
    for row in load.rows("phone_lines.csv", PHONE_LINE_COLUMNS):
        row.save(PhoneLine, key_fields=["slug"], slug=slugify(row["name"]), **here)
    for row in load.rows("reception_points.csv", POINT_COLUMNS):
        row.save(ReceptionPoint, key_fields=["slug"], slug=slugify(row["name"]), **here)
    for row in load.rows("stops.csv", STOP_COLUMNS, STOP_FIELDS):
        row.save(Stop, key_fields=["key"])
    for row in load.rows("special_hours.csv", SPECIAL_HOURS_COLUMNS, SPECIAL_HOURS_FIELDS):
        _save_special_hours(row)
    for row in load.rows("figures.csv", FIGURE_COLUMNS):
        row.save(Figure, key_fields=["key"], position=row.line, **here)
    for row in load.rows("principles.csv", PRINCIPLE_COLUMNS):
        row.save(Principle, key_fields=["key"], position=row.line, **here)
    for row in load.rows("meetings.csv", MEETING_COLUMNS):
        row.save(Meeting, key_fields=["key"], position=row.line, **here)
    # The communes may have been loaded again since, without a signal.
    refresh_positions(ReceptionPoint.objects.filter(**here))


def _save_special_hours(row: Row) -> None:
    """Save special hours and the points, lines and agencies that they apply to, by slug."""
    targets = {name: _rows_by_slug(row, model, name) for name, model in TARGET_MODELS.items()}
    special = row.save(SpecialHours, key_fields=["key"], department_id=row.load.department)
    if special and not special.edited_at:
        for column, rows in targets.items():
            getattr(special, row.fields.get(column, column)).set(rows)


def _rows_by_slug(row: Row, model: type[Model], column: str) -> list[Any]:
    """Return the rows whose slugs the cell lists, separated by spaces."""
    slugs = row[column].split()
    rows = model._default_manager.in_bulk(slugs, field_name="slug")
    for slug in slugs:
        if slug not in rows:
            row.refuse(column, _("« %s » est inconnu.") % slug)
    return list(rows.values())
