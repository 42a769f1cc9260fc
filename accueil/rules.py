"""Who may edit reception points, phone lines and their hours, and handle reports."""

import rules
from django.db.models import Model, Q

from accueil.models import (
    Activity,
    Figure,
    Meeting,
    PhoneLine,
    Principle,
    ReceptionPoint,
    Referrals,
    Report,
    SpecialHours,
    Stop,
    StopChange,
)
from portal.accounts.models import User
from portal.accounts.rules import (
    AnyUser,
    is_manager_of,
    is_staff_anywhere,
    is_staff_in,
    staff_departments,
)
from portal.core.permissions.ownership import register
from portal.territory.models import Department
from teams.models import Agency, Team
from teams.rules import can_edit_agency, editable_agencies, editable_teams


@rules.predicate
def can_edit_point(user: AnyUser, point: ReceptionPoint | None = None) -> bool:
    """Staff of the département; with an agency, its team's or its own, who may edit that agency."""
    if not is_staff_in(user, point.department_id if point else None):
        return False
    return can_edit_agency(user, point.managing_agency) if point and point.managing_agency else True


@rules.predicate
def can_edit_phone_line(user: AnyUser, line: PhoneLine | None = None) -> bool:
    return is_staff_in(user, line.department_id if line else None)


@rules.predicate
def can_manage_published(user: AnyUser, row: Figure | Principle | None = None) -> bool:
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def can_enter_activity(user: AnyUser, row: Activity | None = None) -> bool:
    """Who may edit the point or the line; without a row, staff of any département."""
    if row and row.point:
        return can_edit_point(user, row.point)
    return can_edit_phone_line(user, row.phone_line if row else None)


@rules.predicate
def can_enter_referrals(user: AnyUser, row: Referrals | None = None) -> bool:
    """Who may edit the agency; managers, for a whole département; without a row, any staff."""
    if row is None:
        return is_staff_in(user)
    if row.agency:
        return is_staff_in(user, row.department_id) and can_edit_agency(user, row.agency)
    return is_manager_of(user, row.department_id)


@rules.predicate
def can_read_activity(user: AnyUser, department: Department | str | None = None) -> bool:
    """Managers of the département, who alone read its delays."""
    return is_manager_of(user, department)


@rules.predicate
def can_manage_activity(user: AnyUser, row: Activity | Referrals | None = None) -> bool:
    """Managers of the row's département, in the administration."""
    if isinstance(row, Activity):
        return is_manager_of(user, row.place.department_id)
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def can_edit_special_hours(user: AnyUser, special: SpecialHours | None = None) -> bool:
    """Who may edit all they apply to; for the whole Département, its managers."""
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
def can_edit_stop(user: AnyUser, stop: Stop | None = None) -> bool:
    return can_edit_point(user, stop.point if stop else None)


@rules.predicate
def can_edit_stop_change(user: AnyUser, change: StopChange | None = None) -> bool:
    return can_edit_stop(user, change.stop if change else None)


@rules.predicate
def can_answer_report(user: AnyUser, report: Report | None = None) -> bool:
    """Who may edit the report's agency; without one, staff of its département, or any staff."""
    if report and report.agency:
        return can_edit_agency(user, report.agency)
    return is_staff_in(user, report.department_id if report else None)


def editable_points(user: User) -> Q:
    """Return the condition of the points that `can_edit_point` allows."""
    return Q(department__in=staff_departments(user)) & (
        Q(team__in=Team.objects.filter(editable_teams(user)))
        | Q(team__isnull=True, agency__in=Agency.objects.filter(editable_agencies(user)))
        | Q(team__isnull=True, agency__isnull=True)
    )


def editable_phone_lines(user: User) -> Q:
    return Q(department__in=staff_departments(user))


def in_managed_departments(user: User) -> Q:
    return Q(department__in=user.managed_departments)


def manageable_activity(user: User) -> Q:
    managed_departments = user.managed_departments
    return Q(point__department__in=managed_departments) | Q(
        phone_line__department__in=managed_departments
    )


def editable_special_hours(user: User) -> Q:
    """Return the condition of the special hours that `can_edit_special_hours` allows."""
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
    """Return the same condition by primary key, which can be negated across joins."""
    return Q(pk__in=model._default_manager.filter(rows).values("pk"))


def editable_stops(user: User) -> Q:
    return Q(point__in=ReceptionPoint.objects.filter(editable_points(user)))


def editable_stop_changes(user: User) -> Q:
    return Q(stop__in=Stop.objects.filter(editable_stops(user)))


def answerable_reports(user: User) -> Q:
    """Return the condition of the reports that `can_answer_report` allows; none without a role."""
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
register(Meeting, "department", in_managed_departments)
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
