"""Panels of the workspace about reception."""

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accueil.activity.statistics import add_months
from accueil.editing.permissions import editable_departments, filter_by_scope
from accueil.editing.points.views import RECHECK_AFTER
from accueil.enums import PointKind
from accueil.models import Activity, PhoneLine, ReceptionPoint, Report, SpecialHours
from accueil.models.activity import month_start
from accueil.rules import answerable_reports, editable_phone_lines, editable_points
from portal.accounts.current_user import current_user
from portal.accounts.rules import is_staff_anywhere
from portal.core import clock
from portal.core.periods.period import format_month
from portal.registries.workspace import Context, register

MAX_ROWS = 20
MAX_POINTS = 5  # points listed of each kind


@register(title=_("Erreurs signalées"), order=20, template="accueil/_reports_panel.html")
def reports(request: HttpRequest) -> Context | None:
    """Unhandled error reports, oldest first."""
    if not is_staff_anywhere(request.user):
        return None
    waiting = Report.objects.unhandled().filter(answerable_reports(current_user(request)))
    return {
        "reports": waiting.select_related("agency").order_by("created_at", "id")[:MAX_ROWS],
        "count": waiting.count(),
    }


@register(title=_("Activité de l'accueil"), order=50, template="accueil/_activity_panel.html")
def activity(request: HttpRequest) -> Context | None:
    """How many rows of last month are entered, of the places that the user may edit."""
    if not is_staff_anywhere(request.user):
        return None
    user, month = current_user(request), add_months(month_start(clock.today()), -1)
    rows = Activity.objects.filter(month=month)
    if not user.is_superuser:
        points = ReceptionPoint.objects.filter(editable_points(user))
        lines = PhoneLine.objects.filter(editable_phone_lines(user))
        rows = rows.filter(Q(point__in=points) | Q(phone_line__in=lines))
    return {
        "month": format_month(month).capitalize(),
        "filled": rows.count(),
        "can_read": user.has_perm("accueil.read_activity"),
    }


@register(title=_("Vos accueils"), order=15, template="accueil/_reception_panel.html")
def reception_points(request: HttpRequest) -> Context | None:
    """Announced special hours, points without hours, and points not checked for six months."""
    if not is_staff_anywhere(request.user):
        return None
    user, today = current_user(request), clock.today()
    receiving = ReceptionPoint.objects.not_permanently_closed(today).order_by("name", "pk")
    points = filter_by_scope(user, receiving, editable_points(user))
    without_hours = points.filter(hours="", appointment_hours="").exclude(kind=PointKind.ITINERANT)
    unchecked = points.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=today - RECHECK_AFTER))
    announced = SpecialHours.objects.visible(today).filter(
        department__in=editable_departments(user)
    )
    return {
        "today": today,
        "announced": announced.order_by("first_day", "pk")[:MAX_ROWS],
        "without_hours": without_hours[:MAX_POINTS],
        "without_hours_count": without_hours.count(),
        "unchecked": unchecked[:MAX_POINTS],
        "unchecked_count": unchecked.count(),
    }
