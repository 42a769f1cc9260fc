"""The map above the list of reception points."""

from collections.abc import Sequence
from datetime import datetime

from accueil.contacts.row_labels import PointRow, ReceptionPointPresenter
from accueil.models.opening_hours import point_state
from accueil.reception_points import maps
from accueil.reception_points.parameters import PointListQuery
from accueil.reception_points.selection import Candidate, candidate_special_days
from accueil.reception_points.services import ListData
from portal.territory.legal_calendars import legal_calendar

_TONES = {True: "sure", False: "past", None: "doubt"}


def build_map(
    query: PointListQuery,
    scope: Sequence[str],
    rows: Sequence[PointRow],
    candidates: Sequence[Candidate],
    presenter: ReceptionPointPresenter,
    data: ListData,
) -> tuple[maps.Map | None, list[datetime | None]]:
    """Return the map, and when the openings that it shows change.

    Around a commune it shows the rows of the page; of a département, every candidate. None if the
    list is empty or spans several départements.
    """
    if len(scope) != 1 or not candidates:
        return None, []
    if query.commune and query.position:
        pins = [pin for row in rows if (pin := _row_pin(row))]
        return maps.commune_map(
            scope[0], data.versions, query.commune.name, query.position, pins
        ), []
    pins, changes = _candidate_pins(candidates, presenter, data)
    return maps.department_map(scope[0], data.versions, pins), changes


def _row_pin(row: PointRow) -> maps.Pin | None:
    latitude, longitude = row.point.latitude, row.point.longitude
    if latitude is None or longitude is None:
        return None
    return maps.Pin(
        *(int(row.labels["number"]), row.labels["name"], row.labels["url"]),
        *(latitude, longitude),
        tone=_TONES[row.is_open],
        label=row.openness_label,
    )


def _candidate_pins(
    candidates: Sequence[Candidate], presenter: ReceptionPointPresenter, data: ListData
) -> tuple[list[maps.Pin], list[datetime | None]]:
    minute = data.at.replace(second=0, microsecond=0)
    pins, changes = [], []
    for number, candidate in enumerate(candidates, 1):
        special_days = candidate_special_days(candidate, data.special_hours)
        calendar = legal_calendar(candidate.department)
        hours = candidate.hours, candidate.appointment_hours
        found = point_state(*hours, special_days, minute, calendar)
        changes.append(found.until)
        if candidate.latitude is None or candidate.longitude is None:
            continue
        pins.append(
            maps.Pin(
                *(number, candidate.name, presenter.url(candidate.slug)),
                *(candidate.latitude, candidate.longitude),
                tone=_TONES[found.is_open],
                label=presenter.openness_badge(found)[1],
            )
        )
    return pins, changes
