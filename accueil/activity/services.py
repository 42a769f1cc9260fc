"""The grid of a month: which places it has, and how concurrent edits are saved."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db import transaction
from django.db.models import Q

from accueil.activity.forms import (
    ActivityForm,
    Counts,
    MonthlyCountsForm,
    ReferralsForm,
    counts_of_row,
    form_prefix,
    serialize_counts,
)
from accueil.enums import Channel
from accueil.models import Activity, PhoneLine, ReceptionPoint, Referrals
from accueil.models.activity import Monthly
from accueil.rules import editable_phone_lines, editable_points
from portal.accounts.models import User
from portal.core.http.parameters import paginate
from portal.territory.models import Department
from teams.models import Agency
from teams.rules import editable_agencies

PAGE_SIZE = 40  # points per page
Place = ReceptionPoint | PhoneLine | Agency | Department
_FIELD_NAME = re.compile(
    r"(?P<row>(point|line|agency|department)-\w+(-(door|phone|appointment))?)-\w+"
)


@dataclass(frozen=True)
class EditablePlaces:
    """The places whose activity the user may enter, on one page of points.

    Lines, agencies and départements are on the first page only.
    """

    lines: Sequence[PhoneLine]
    points: Page
    agencies: Sequence[Agency]
    departments: Sequence[Department]


@dataclass(frozen=True)
class MonthGrid:
    """The forms of a month.

    `unknown_rows` are the posted prefixes of places that the user may not edit.
    """

    activity: list[ActivityForm]
    referrals: list[ReferralsForm]
    unknown_rows: Sequence[str]

    @property
    def forms(self) -> list[MonthlyCountsForm]:
        return [*self.activity, *self.referrals]

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms) and not self.unknown_rows


def editable_places(user: User, page: str | None) -> EditablePlaces:
    """Return the places that the user may edit. Five queries."""
    points = ReceptionPoint.objects.select_related("team__agency", "department")
    lines = PhoneLine.objects.select_related("department")
    agencies = Agency.objects.select_related("department")
    departments = Department.objects.filter(agencies__isnull=False).distinct()
    if not user.is_superuser:
        points, lines = (
            points.filter(editable_points(user)),
            lines.filter(editable_phone_lines(user)),
        )
        agencies = agencies.filter(editable_agencies(user))
        departments = departments.filter(code__in=user.managed_departments)
    page_of_points = paginate(points.order_by("department_id", "name", "pk"), PAGE_SIZE, page)
    is_first = page_of_points.number == 1
    return EditablePlaces(
        lines=list(lines.order_by("department_id", "pk")) if is_first else [],
        points=page_of_points,
        agencies=list(agencies.order_by("department_id", "name")) if is_first else [],
        departments=list(departments.order_by("code")) if is_first else [],
    )


def build_grid(
    places: EditablePlaces, month: date, data: Mapping[str, Any] | None = None
) -> MonthGrid:
    """Return the forms of each place and channel, with stored or posted counts. Two queries."""
    submitted = {match["row"] for name in data or () if (match := _FIELD_NAME.fullmatch(name))}
    rows: dict[str, Monthly] = {
        **_activity_rows(month, [*places.lines, *places.points]),
        **_referrals_rows(month, [*places.departments, *places.agencies]),
    }
    activity = [
        ActivityForm(data, place=place, month=month, channel=channel, row=rows.get(prefix))
        for place in (*places.lines, *places.points)
        for channel in Channel.values
        if (prefix := form_prefix(place, channel)) in {*submitted, *rows}
        or channel in expected_channels(place)
    ]
    referrals = [
        ReferralsForm(data, place=place, month=month, row=rows.get(form_prefix(place)))
        for place in (*places.departments, *places.agencies)
    ]
    prefixes = {form.prefix for form in (*activity, *referrals)}
    return MonthGrid(activity, referrals, sorted(submitted - prefixes))


def expected_channels(place: ReceptionPoint | PhoneLine) -> set[str]:
    """Return the channels by which people come to the place, as far as is known."""
    if isinstance(place, PhoneLine):
        return {Channel.PHONE}
    by_phone = {Channel.PHONE} if place.phone else set()
    if place.by_appointment is None:
        return {Channel.WALK_IN, Channel.APPOINTMENT} | by_phone
    return {Channel.APPOINTMENT if place.by_appointment else Channel.WALK_IN} | by_phone


def save_counts(forms: Sequence[MonthlyCountsForm], month: date) -> Mapping[str, Counts]:
    """Save the changed forms, all or none; return an empty mapping once saved.

    If another agent changed one of the rows meanwhile, nothing is saved: return the current counts
    by prefix, for `find_conflicts` and `rebase_data`.
    """
    with transaction.atomic():
        stored = _lock_rows(forms, month)
        current = {
            str(form.prefix): counts_of_row(stored[form.prefix], form.count_names)
            for form in forms
            if form.prefix in stored
        }
        if any(_is_conflict(form, _current_counts(current, form)) for form in forms):
            return current
        for form in forms:
            if form.is_changed:
                _save_row(form, stored.get(str(form.prefix)))
    return {}


def rebase_data(
    forms: Iterable[MonthlyCountsForm], data: Any, current: Mapping[str, Counts]
) -> Any:
    """Return the posted data as if typed on the current counts, ready to be posted again."""
    rebased = data.copy()
    for form in forms:
        numbers = _current_counts(current, form)
        rebased[form.add_prefix("seen")] = serialize_counts(numbers)
        if not form.is_changed:
            for name, number in zip(form.count_names, numbers, strict=True):
                rebased[form.add_prefix(name)] = "" if number is None else str(number)
    return rebased


def find_conflicts(
    forms: Iterable[MonthlyCountsForm], current: Mapping[str, Counts]
) -> dict[str, Counts]:
    """Return the counts written by another agent, by prefix, of the forms in conflict."""
    conflicting = [form for form in forms if _is_conflict(form, _current_counts(current, form))]
    return {str(form.prefix): _current_counts(current, form) for form in conflicting}


def _is_conflict(form: MonthlyCountsForm, current: Counts) -> bool:
    changed_meanwhile = serialize_counts(current) != form.cleaned_data.get("seen", "")
    is_same = serialize_counts(current) == serialize_counts(form.submitted_counts)
    return form.is_changed and changed_meanwhile and not is_same


def _current_counts(current: Mapping[str, Counts], form: MonthlyCountsForm) -> Counts:
    return current.get(str(form.prefix)) or (None,) * len(form.count_names)


def _lock_rows(forms: Iterable[MonthlyCountsForm], month: date) -> dict[str, Monthly]:
    """Return the stored rows by prefix, locked by their départements (SELECT FOR UPDATE)."""
    places = [form.place for form in forms]
    codes = {place.pk if isinstance(place, Department) else place.department_id for place in places}
    # SQLite has no row locks: it has one writer at a time.
    list(Department.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("code"))
    return {**_activity_rows(month, places), **_referrals_rows(month, places)}


def _save_row(form: MonthlyCountsForm, row: Monthly | None) -> None:
    if not form.is_filled:
        if row:
            row.delete()
        return
    row = row or form.build_row()
    form.apply_to(row)
    row.save()


def _activity_rows(month: date, places: Iterable[Place]) -> dict[str, Activity]:
    """Return the activity of the places in that month, by form prefix."""
    points, lines = _unique_of_type(ReceptionPoint, places), _unique_of_type(PhoneLine, places)
    rows = Activity.objects.filter(Q(point__in=points) | Q(phone_line__in=lines), month=month)
    by_pk = {
        **{("point", point.pk): point for point in points},
        **{("line", line.pk): line for line in lines},
    }
    rows_by_prefix = {}
    for row in rows:
        place = by_pk["point", row.point_id] if row.point_id else by_pk["line", row.phone_line_id]
        rows_by_prefix[form_prefix(place, row.channel)] = row
    return rows_by_prefix


def _referrals_rows(month: date, places: Iterable[Place]) -> dict[str, Referrals]:
    agencies, departments = _unique_of_type(Agency, places), _unique_of_type(Department, places)
    condition = Q(agency__in=agencies) | Q(agency__isnull=True, department__in=departments)
    rows = Referrals.objects.filter(condition, month=month)
    by_pk = {place.pk: place for place in (*agencies, *departments)}
    return {form_prefix(by_pk[row.agency_id or row.department_id]): row for row in rows}


def _unique_of_type(kind: type, places: Iterable[Place]) -> list[Any]:
    return list({place.pk: place for place in places if isinstance(place, kind)}.values())
