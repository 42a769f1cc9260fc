"""What the front desk shows to those who work here."""

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accueil.activity.statistics import month_name, shift
from accueil.editing.permissions import departments_of, kept
from accueil.editing.points.views import OLD
from accueil.models import Activity, PhoneLine, ReceptionPoint, Report, SpecialHours
from accueil.models.activity import first_day
from accueil.rules import answered_reports, kept_lines, kept_points
from portal.accounts.current_user import person
from portal.accounts.rules import works_anywhere
from portal.core import clock
from portal.registries.workspace import Context, register

SHOWN = 20
FEW = 5  # of the doors that lack something


@register(title=_("Erreurs signalées"), order=20, template="accueil/_reports.html")
def reports(request: HttpRequest) -> Context | None:
    """What readers say is wrong, the oldest first: it has waited longest."""
    if not works_anywhere(request.user):
        return None
    waiting = Report.objects.waiting().filter(answered_reports(request.user))
    return {
        "reports": waiting.select_related("agency").order_by("created_at", "id")[:SHOWN],
        "count": waiting.count(),
    }


@register(title=_("Activité de l'accueil"), order=50, template="accueil/_activity.html")
def activity(request: HttpRequest) -> Context | None:
    """How much of last month is entered, of what one keeps."""
    if not works_anywhere(request.user):
        return None
    user, month = person(request), shift(first_day(clock.today()), -1)
    rows = Activity.objects.filter(month=month)
    if not user.is_superuser:
        points = ReceptionPoint.objects.filter(kept_points(user))
        lines = PhoneLine.objects.filter(kept_lines(user))
        rows = rows.filter(Q(point__in=points) | Q(line__in=lines))
    return {
        "month": month_name(month).capitalize(),
        "filled": rows.count(),
        "reads": user.has_perm("accueil.read_activity"),
    }


@register(title=_("Vos accueils"), order=15, template="accueil/_keeping.html")
def doors(request: HttpRequest) -> Context | None:
    """What is announced of the doors that one keeps, those without hours, those that nobody checked
    for six months.
    """
    user, today = request.user, clock.today()
    if not works_anywhere(user):
        return None
    receiving = ReceptionPoint.objects.receiving(today).order_by("name", "pk")
    points = kept(user, receiving, kept_points(user))
    without_hours = points.filter(hours="", appointment_hours="").exclude(
        kind=ReceptionPoint.Kind.ITINERANT
    )
    unchecked = points.filter(Q(checked_on__isnull=True) | Q(checked_on__lt=today - OLD))
    announced = SpecialHours.objects.shown(today).filter(department__in=departments_of(user))
    return {
        "today": today,
        "announced": announced.order_by("first_day", "pk")[:SHOWN],
        "without_hours": without_hours[:FEW],
        "without_hours_count": without_hours.count(),
        "unchecked": unchecked[:FEW],
        "unchecked_count": unchecked.count(),
    }
