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
from portal.accounts.rules import is_manager_of, worked_departments, works_anywhere, works_in
from portal.core.permissions.ownership import belong
from portal.territory.models import Department
from teams.models import Agency, Team
from teams.rules import keeps_agency, kept_agencies, kept_teams


@rules.predicate
def keeps_point(user: Any, point: ReceptionPoint | None = None) -> bool:
    """Whoever works in its département, of those who keep its agency where it has one: that of the
    team that receives there first.
    """
    if not works_in(user, point.department_id if point else None):
        return False
    return keeps_agency(user, point.keeper) if point and point.keeper else True


@rules.predicate
def keeps_line(user: Any, line: PhoneLine | None = None) -> bool:
    return works_in(user, line.department_id if line else None)


@rules.predicate
def manages_published(user: Any, row: Figure | Principle | None = None) -> bool:
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def enters_activity(user: Any, row: Activity | None = None) -> bool:
    """Who keeps the point or the line; without a row, whoever works somewhere."""
    if row and row.point:
        return keeps_point(user, row.point)
    return keeps_line(user, row.line if row else None)


@rules.predicate
def enters_referrals(user: Any, row: Referrals | None = None) -> bool:
    """Who keeps the agency; a manager, for the whole département; whoever works somewhere."""
    if row is None:
        return works_in(user)
    if row.agency:
        return works_in(user, row.department_id) and keeps_agency(user, row.agency)
    return is_manager_of(user, row.department_id)


@rules.predicate
def reads_activity(user: Any, department: Department | str | None = None) -> bool:
    """A manager of the département: what it did in time is theirs to read."""
    return is_manager_of(user, department)


@rules.predicate
def manages_activity(user: Any, row: Activity | Referrals | None = None) -> bool:
    """A manager of the département of that month's row, in the administration."""
    if isinstance(row, Activity):
        return is_manager_of(user, row.place.department_id)
    return is_manager_of(user, row.department_id if row else None)


@rules.predicate
def keeps_special_hours(user: Any, special: SpecialHours | None = None) -> bool:
    """Who keeps all that they concern; those of all the Département's points, its managers."""
    if special is None:
        return works_in(user)
    where = special.department_id
    if not works_in(user, where) or (special.whole_department and not is_manager_of(user, where)):
        return False
    if special.pk is None:
        return True
    return (
        all(keeps_agency(user, agency) for agency in special.agencies.all())
        and all(keeps_point(user, point) for point in special.points.with_places())
        and all(keeps_line(user, line) for line in special.lines.all())
    )


@rules.predicate
def keeps_stop(user: Any, stop: Stop | None = None) -> bool:
    return keeps_point(user, stop.point if stop else None)


@rules.predicate
def keeps_change(user: Any, change: StopChange | None = None) -> bool:
    return keeps_stop(user, change.stop if change else None)


@rules.predicate
def answers_report(user: Any, report: Report | None = None) -> bool:
    """Who keeps the agency concerned; without one, whoever works in the département, and whoever
    works anywhere where the page tells of none.
    """
    if report and report.agency:
        return keeps_agency(user, report.agency)
    return works_in(user, report.department_id if report else None)


def kept_points(user: Any) -> Q:
    """The doors that `keeps_point` says of this user."""
    return Q(department__in=worked_departments(user)) & (
        Q(team__in=Team.objects.filter(kept_teams(user)))
        | Q(team__isnull=True, agency__in=Agency.objects.filter(kept_agencies(user)))
        | Q(team__isnull=True, agency__isnull=True)
    )


def kept_lines(user: Any) -> Q:
    return Q(department__in=worked_departments(user))


def managed(user: Any) -> Q:
    return Q(department__in=user.managed_departments)


def managed_activity(user: Any) -> Q:
    managed_departments = user.managed_departments
    return Q(point__department__in=managed_departments) | Q(
        line__department__in=managed_departments
    )


def kept_special_hours(user: Any) -> Q:
    """Those that `keeps_special_hours` says of this user."""
    others = {
        "points": ReceptionPoint.objects.exclude(_among(ReceptionPoint, kept_points(user))),
        "lines": PhoneLine.objects.exclude(_among(PhoneLine, kept_lines(user))),
        "agencies": Agency.objects.exclude(_among(Agency, kept_agencies(user))),
    }
    found = Q(department__in=worked_departments(user)) & (
        Q(whole_department=False) | Q(department__in=user.managed_departments)
    )
    for name, rows in others.items():
        concerned = SpecialHours.objects.filter(**{f"{name}__in": rows})
        found &= ~Q(pk__in=concerned.values("pk"))
    return found


def _among(model: type[Model], rows: Q) -> Q:
    """The same rows by their keys: what is not among them may then be asked for."""
    return Q(pk__in=model._default_manager.filter(rows).values("pk"))


def kept_stops(user: Any) -> Q:
    return Q(point__in=ReceptionPoint.objects.filter(kept_points(user)))


def kept_changes(user: Any) -> Q:
    return Q(stop__in=Stop.objects.filter(kept_stops(user)))


def answered_reports(user: Any) -> Q:
    """The reports that `answers_report` says of this user; none for who works nowhere."""
    if not works_in(user):
        return Q(pk__in=[])
    if user.is_superuser:
        return Q()
    return (
        Q(agency__in=Agency.objects.filter(kept_agencies(user)))
        | Q(agency__isnull=True, department__isnull=True)
        | Q(agency__isnull=True, department__in=worked_departments(user))
    )


belong(ReceptionPoint, "department", kept_points)
belong(PhoneLine, "department", kept_lines)
belong(SpecialHours, "department", kept_special_hours)
belong(Stop, "point__department", kept_stops)
belong(StopChange, "stop__point__department", kept_changes)
belong(Report, "department", answered_reports)
belong(Figure, "department", managed)
belong(Principle, "department", managed)
belong(Activity, "point__department", managed_activity)
belong(Referrals, "department", managed)

rules.add_perm("accueil", works_anywhere)
rules.add_perm("accueil.add_receptionpoint", keeps_point)
rules.add_perm("accueil.change_receptionpoint", keeps_point)
rules.add_perm("accueil.delete_receptionpoint", keeps_point)
rules.add_perm("accueil.add_phoneline", keeps_line)
rules.add_perm("accueil.change_phoneline", keeps_line)
for action in ("add", "change"):
    rules.add_perm(f"accueil.{action}_specialhours", keeps_special_hours)
    rules.add_perm(f"accueil.{action}_stop", keeps_stop)
for action in ("add", "change", "delete"):
    rules.add_perm(f"accueil.{action}_stopchange", keeps_change)
rules.add_perm("accueil.change_report", answers_report)
rules.add_perm("accueil.change_figure", manages_published)
rules.add_perm("accueil.add_figure", manages_published)
rules.add_perm("accueil.delete_figure", manages_published)
rules.add_perm("accueil.change_principle", manages_published)
rules.add_perm("accueil.add_principle", manages_published)
rules.add_perm("accueil.delete_principle", manages_published)
rules.add_perm("accueil.enter_activity", enters_activity)
rules.add_perm("accueil.enter_referrals", enters_referrals)
rules.add_perm("accueil.read_activity", reads_activity)
rules.add_perm("accueil.change_activity", manages_activity)
rules.add_perm("accueil.delete_activity", manages_activity)
rules.add_perm("accueil.change_referrals", manages_activity)
rules.add_perm("accueil.delete_referrals", manages_activity)
