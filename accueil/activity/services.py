"""The grid of a month: all that one keeps, and how it is written by several hands at once."""

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
    Numbers,
    NumbersForm,
    ReferralsForm,
    in_text,
    numbers_of,
    prefix_of,
)
from accueil.models import Activity, PhoneLine, ReceptionPoint, Referrals
from accueil.models.activity import Monthly
from accueil.rules import kept_lines, kept_points
from portal.accounts.models import User
from portal.core.http.parameters import page_of
from portal.territory.models import Department
from teams.models import Agency
from teams.rules import kept_agencies

PLACES = 40  # on a page
Channel = Activity.Channel
Place = ReceptionPoint | PhoneLine | Agency | Department
_NAME = re.compile(r"(?P<row>(point|line|agency|department)-\w+(-(door|phone|appointment))?)-\w+")


@dataclass(frozen=True)
class Kept:
    """What one keeps: places that receive, a page of them, then those of « informations
    préoccupantes ». Lines stand on the first page alone, with what follows them.
    """

    lines: Sequence[PhoneLine]
    points: Page
    agencies: Sequence[Agency]
    departments: Sequence[Department]


@dataclass(frozen=True)
class Grid:
    """`unknown` are the rows that were sent and are not of those."""

    activity: list[ActivityForm]
    referrals: list[ReferralsForm]
    unknown: Sequence[str]

    @property
    def forms(self) -> list[NumbersForm]:
        return [*self.activity, *self.referrals]

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms) and not self.unknown


def kept_by(user: User, page: str | None) -> Kept:
    """In five queries."""
    points = ReceptionPoint.objects.select_related("team__agency", "department")
    lines = PhoneLine.objects.select_related("department")
    agencies = Agency.objects.select_related("department")
    departments = Department.objects.filter(agencies__isnull=False).distinct()
    if not user.is_superuser:
        points, lines = points.filter(kept_points(user)), lines.filter(kept_lines(user))
        agencies = agencies.filter(kept_agencies(user))
        departments = departments.filter(code__in=user.managed_departments)
    found = page_of(points.order_by("department_id", "name", "pk"), PLACES, page)
    is_first = found.number == 1
    return Kept(
        lines=list(lines.order_by("department_id", "pk")) if is_first else [],
        points=found,
        agencies=list(agencies.order_by("department_id", "name")) if is_first else [],
        departments=list(departments.order_by("code")) if is_first else [],
    )


def grid(kept: Kept, month: date, data: Mapping[str, Any] | None = None) -> Grid:
    """A line for each place and channel, as stored or as typed, in two queries."""
    sent = {match["row"] for name in data or () if (match := _NAME.fullmatch(name))}
    rows: dict[str, Monthly] = {
        **_activity_rows(month, [*kept.lines, *kept.points]),
        **_referrals_rows(month, [*kept.departments, *kept.agencies]),
    }
    activity = [
        ActivityForm(data, place=place, month=month, channel=channel, row=rows.get(prefix))
        for place in (*kept.lines, *kept.points)
        for channel in Channel.values
        if (prefix := prefix_of(place, channel)) in {*sent, *rows} or channel in channels_of(place)
    ]
    referrals = [
        ReferralsForm(data, place=place, month=month, row=rows.get(prefix_of(place)))
        for place in (*kept.departments, *kept.agencies)
    ]
    known = {form.prefix for form in (*activity, *referrals)}
    return Grid(activity, referrals, sorted(sent - known))


def channels_of(place: ReceptionPoint | PhoneLine) -> set[str]:
    """By which one may come there, as far as is known."""
    if isinstance(place, PhoneLine):
        return {Channel.PHONE}
    by_phone = {Channel.PHONE} if place.phone else set()
    if place.by_appointment is None:
        return {Channel.DOOR, Channel.APPOINTMENT} | by_phone
    return {Channel.APPOINTMENT if place.by_appointment else Channel.DOOR} | by_phone


def save(forms: Sequence[NumbersForm], month: date) -> Mapping[str, Numbers]:
    """Writes the valid forms that their reader changed, all or none.

    Nothing where another hand changed one of them meanwhile: then the numbers as they are now, by
    prefix, for `shown_again`.
    """
    with transaction.atomic():
        stored = _held(forms, month)
        now = {
            str(form.prefix): numbers_of(stored[form.prefix], form.names)
            for form in forms
            if form.prefix in stored
        }
        if any(_clashes(form, _now(now, form)) for form in forms):
            return now
        for form in forms:
            if form.is_touched:
                _write(form, stored.get(str(form.prefix)))
    return {}


def shown_again(forms: Iterable[NumbersForm], data: Any, now: Mapping[str, Numbers]) -> Any:
    """What was typed, on the numbers as they are now: ready to be sent again."""
    again = data.copy()
    for form in forms:
        numbers = _now(now, form)
        again[form.add_prefix("seen")] = in_text(numbers)
        if not form.is_touched:
            for name, number in zip(form.names, numbers, strict=True):
                again[form.add_prefix(name)] = "" if number is None else str(number)
    return again


def clashes(forms: Iterable[NumbersForm], now: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """The lines that two hands changed, by prefix, with what the other wrote."""
    found = [form for form in forms if _clashes(form, _now(now, form))]
    return {str(form.prefix): _now(now, form) for form in found}


def _clashes(form: NumbersForm, now: Numbers) -> bool:
    is_moved = in_text(now) != form.cleaned_data.get("seen", "")
    is_same = in_text(now) == in_text(form.typed)
    return form.is_touched and is_moved and not is_same


def _now(now: Mapping[str, Numbers], form: NumbersForm) -> Numbers:
    return now.get(str(form.prefix)) or (None,) * len(form.names)


def _held(forms: Iterable[NumbersForm], month: date) -> dict[str, Monthly]:
    """The rows of these lines by prefix, while nobody else writes in their départements."""
    places = [form.place for form in forms]
    codes = {place.pk if isinstance(place, Department) else place.department_id for place in places}
    # SQLite has one writer at a time already.
    list(Department.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("code"))
    return {**_activity_rows(month, places), **_referrals_rows(month, places)}


def _write(form: NumbersForm, row: Monthly | None) -> None:
    if not form.says_something:
        if row:
            row.delete()
        return
    row = row or form.new_row()
    form.write_on(row)
    row.save()


def _activity_rows(month: date, places: Iterable[Place]) -> dict[str, Activity]:
    """Those of the month, by the prefix of their line."""
    points, lines = _only(ReceptionPoint, places), _only(PhoneLine, places)
    rows = Activity.objects.filter(Q(point__in=points) | Q(line__in=lines), month=month)
    by_pk = {
        **{("point", one.pk): one for one in points},
        **{("line", one.pk): one for one in lines},
    }
    found = {}
    for row in rows:
        place = by_pk["point", row.point_id] if row.point_id else by_pk["line", row.line_id]
        found[prefix_of(place, row.channel)] = row
    return found


def _referrals_rows(month: date, places: Iterable[Place]) -> dict[str, Referrals]:
    agencies, departments = _only(Agency, places), _only(Department, places)
    asked = Q(agency__in=agencies) | Q(agency__isnull=True, department__in=departments)
    rows = Referrals.objects.filter(asked, month=month)
    by_pk = {one.pk: one for one in (*agencies, *departments)}
    return {prefix_of(by_pk[row.agency_id or row.department_id]): row for row in rows}


def _only(kind: type, places: Iterable[Place]) -> list[Any]:
    return list({place.pk: place for place in places if isinstance(place, kind)}.values())
