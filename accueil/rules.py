"""Who keeps doors and lines true, and who answers what readers report."""

from typing import Any

import rules
from django.db.models import Model, Q

from accueil.models import (
    Activity,
    Figure,
    PhoneLine,
    Principle,
    ReceptionPoint,
    Referrals,
    Report,
    SpecialHours,
    Stop,
    StopChange,
)
from portal.accounts.rules import is_manager_of, is_staff_anywhere, is_staff_in, staff_departments
from portal.core.permissions.ownership import register
from portal.territory.models import Department
from teams.models import Agency, Team
from teams.rules import can_edit_agency, editable_agencies, editable_teams


@rules.predicate
def can_edit_point(user: Any, point: ReceptionPoint | None = None) -> bool:
    """Whoever works in its département, of those who keep its agency where it has one: that of the
    team that receives there first.
    """
    if not is_staff_in(user, point.department_id if point else None):
        return False
    return can_edit_agency(user, point.managing_agency) if point and point.managing_agency else True


@rules.predicate
def can_edit_phone_line(user: Any, line: PhoneLine | None = None) -> bool:
    return is_staff_in(user, line.department_id if line else None)


@rules.predicate
def can_manage_published(user: Any, row: Figure | Principle | None = None) -> bool:
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def can_enter_activity(user: Any, row: Activity | None = None) -> bool:
    """Who keeps the point or the line; without a row, whoever works somewhere."""
    if row and row.point:
        return can_edit_point(user, row.point)
    return can_edit_phone_line(user, row.phone_line if row else None)


@rules.predicate
def can_enter_referrals(user: Any, row: Referrals | None = None) -> bool:
    """Who keeps the agency; a manager, for the whole département; whoever works somewhere."""
    if row is None:
        return is_staff_in(user)
    if row.agency:
        return is_staff_in(user, row.department_id) and can_edit_agency(user, row.agency)
    return is_manager_of(user, row.department_id)


@rules.predicate
def can_read_activity(user: Any, department: Department | str | None = None) -> bool:
    """A manager of the département: what it did in time is theirs to read."""
    return is_manager_of(user, department)


@rules.predicate
def can_manage_activity(user: Any, row: Activity | Referrals | None = None) -> bool:
    """A manager of the département of that month's row, in the administration."""
    if isinstance(row, Activity):
        return is_manager_of(user, row.place.department_id)
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def can_edit_special_hours(user: Any, special: SpecialHours | None = None) -> bool:
    """Who keeps all that they concern; those of all the Département's points, its managers."""
    if special is None:
        return is_staff_in(user)
    where = special.department_id
    if not is_staff_in(user, where) or (
        special.whole_department and not is_manager_of(user, where)
    ):
        return False
    if special.pk is None:
        return True
    return (
        all(can_edit_agency(user, agency) for agency in special.agencies.all())
        and all(can_edit_point(user, point) for point in special.points.with_places())
        and all(can_edit_phone_line(user, line) for line in special.phone_lines.all())
    )


@rules.predicate
def can_edit_stop(user: Any, stop: Stop | None = None) -> bool:
    return can_edit_point(user, stop.point if stop else None)


@rules.predicate
def can_edit_stop_change(user: Any, change: StopChange | None = None) -> bool:
    return can_edit_stop(user, change.stop if change else None)


@rules.predicate
def can_answer_report(user: Any, report: Report | None = None) -> bool:
    """Who keeps the agency concerned; without one, whoever works in the département, and whoever
    works anywhere where the page tells of none.
    """
    if report and report.agency:
        return can_edit_agency(user, report.agency)
    return is_staff_in(user, report.department_id if report else None)


def editable_points(user: Any) -> Q:
    """The doors that `keeps_point` says of this user."""
    return Q(department__in=staff_departments(user)) & (
        Q(team__in=Team.objects.filter(editable_teams(user)))
        | Q(team__isnull=True, agency__in=Agency.objects.filter(editable_agencies(user)))
        | Q(team__isnull=True, agency__isnull=True)
    )


def editable_phone_lines(user: Any) -> Q:
    return Q(department__in=staff_departments(user))


def in_managed_departments(user: Any) -> Q:
    return Q(department__in=user.managed_departments)


def manageable_activity(user: Any) -> Q:
    managed_departments = user.managed_departments
    return Q(point__department__in=managed_departments) | Q(
        phone_line__department__in=managed_departments
    )


def editable_special_hours(user: Any) -> Q:
    """Those that `keeps_special_hours` says of this user."""
    outside = {
        "points": ReceptionPoint.objects.exclude(
            _by_primary_key(ReceptionPoint, editable_points(user))
        ),
        "phone_lines": PhoneLine.objects.exclude(
            _by_primary_key(PhoneLine, editable_phone_lines(user))
        ),
        "agencies": Agency.objects.exclude(_by_primary_key(Agency, editable_agencies(user))),
    }
    condition = Q(department__in=staff_departments(user)) & (
        Q(whole_department=False) | Q(department__in=user.managed_departments)
    )
    for name, rows in outside.items():
        concerned = SpecialHours.objects.filter(**{f"{name}__in": rows})
        condition &= ~Q(pk__in=concerned.values("pk"))
    return condition


def _by_primary_key(model: type[Model], rows: Q) -> Q:
    """The same rows by their keys: what is not among them may then be asked for."""
    return Q(pk__in=model._default_manager.filter(rows).values("pk"))


def editable_stops(user: Any) -> Q:
    return Q(point__in=ReceptionPoint.objects.filter(editable_points(user)))


def editable_stop_changes(user: Any) -> Q:
    return Q(stop__in=Stop.objects.filter(editable_stops(user)))


def answerable_reports(user: Any) -> Q:
    """The reports that `answers_report` says of this user; none for who works nowhere."""
    if not is_staff_in(user):
        return Q(pk__in=[])
    if user.is_superuser:
        return Q()
    return (
        Q(agency__in=Agency.objects.filter(editable_agencies(user)))
        | Q(agency__isnull=True, department__isnull=True)
        | Q(agency__isnull=True, department__in=staff_departments(user))
    )


register(ReceptionPoint, "department", editable_points)
register(PhoneLine, "department", editable_phone_lines)
register(SpecialHours, "department", editable_special_hours)
register(Stop, "point__department", editable_stops)
register(StopChange, "stop__point__department", editable_stop_changes)
register(Report, "department", answerable_reports)
register(Figure, "department", in_managed_departments)
register(Principle, "department", in_managed_departments)
register(Activity, "point__department", manageable_activity)
register(Referrals, "department", in_managed_departments)

rules.add_perm("accueil", is_staff_anywhere)
rules.add_perm("accueil.add_receptionpoint", can_edit_point)
rules.add_perm("accueil.change_receptionpoint", can_edit_point)
rules.add_perm("accueil.delete_receptionpoint", can_edit_point)
rules.add_perm("accueil.add_phoneline", can_edit_phone_line)
rules.add_perm("accueil.change_phoneline", can_edit_phone_line)
for action in ("add", "change"):
    rules.add_perm(f"accueil.{action}_specialhours", can_edit_special_hours)
    rules.add_perm(f"accueil.{action}_stop", can_edit_stop)
for action in ("add", "change", "delete"):
    rules.add_perm(f"accueil.{action}_stopchange", can_edit_stop_change)
rules.add_perm("accueil.change_report", can_answer_report)
rules.add_perm("accueil.change_figure", can_manage_published)
rules.add_perm("accueil.add_figure", can_manage_published)
rules.add_perm("accueil.delete_figure", can_manage_published)
rules.add_perm("accueil.change_principle", can_manage_published)
rules.add_perm("accueil.add_principle", can_manage_published)
rules.add_perm("accueil.delete_principle", can_manage_published)
rules.add_perm("accueil.enter_activity", can_enter_activity)
rules.add_perm("accueil.enter_referrals", can_enter_referrals)
rules.add_perm("accueil.read_activity", can_read_activity)
rules.add_perm("accueil.change_activity", can_manage_activity)
rules.add_perm("accueil.delete_activity", can_manage_activity)
rules.add_perm("accueil.change_referrals", can_manage_activity)
rules.add_perm("accueil.delete_referrals", can_manage_activity)
