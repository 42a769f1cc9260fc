"""Pages to enter the monthly activity, and to follow it. Signed-in users only."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accueil.activity.forms import MonthForm
from accueil.activity.services import (
    EditablePlaces,
    MonthGrid,
    build_grid,
    editable_places,
    find_conflicts,
    rebase_data,
    save_counts,
)
from accueil.activity.statistics import (
    activity_rows,
    add_months,
    last_months,
    referrals_rows,
    yearly_figure,
)
from accueil.enums import Topic
from accueil.models import Activity, Figure
from accueil.models.activity import department_referrals, month_start
from portal.accounts.current_user import current_user
from portal.accounts.models import User
from portal.core import clock
from portal.core.periods.period import format_month
from portal.core.permissions.checks import require_permission
from portal.core.tables.spreadsheets import csv_response
from portal.territory.models import Department
from teams.models import Agency

EARLIEST_YEAR = 2000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activity_entry(request: HttpRequest) -> HttpResponse:
    """The grid of a month, last month by default.

    An invalid POST loses nothing typed; one that conflicts with another agent's is a 409 that shows
    both.
    """
    require_permission(request.user, "accueil.enter_activity")
    places = editable_places(current_user(request), request.GET.get("page"))
    last = f"{add_months(month_start(clock.today()), -1):%Y-%m}"
    requested = (
        request.POST.get("mois") if request.method == "POST" else request.GET.get("mois", last)
    )
    month_form = MonthForm({"mois": requested or ""})
    month = month_form.cleaned_data["mois"] if month_form.is_valid() else None
    if request.method != "POST":
        grid = build_grid(places, month) if month else None
        return _render_entry(request, month_form, places, grid, status=200 if month else 400)
    grid = build_grid(places, month or month_start(clock.today()), request.POST)
    if not grid.is_valid or month is None:
        return _render_entry(request, month_form, places, grid, status=400)
    current = save_counts(grid.forms, month)
    if conflicts := find_conflicts(grid.forms, current) if current else {}:
        rebased_grid = build_grid(places, month, rebase_data(grid.forms, request.POST, current))
        for form in rebased_grid.forms:
            form.stored_counts = conflicts.get(str(form.prefix), ())
        return _render_entry(request, month_form, places, rebased_grid, status=409)
    messages.success(request, _("Activité enregistrée : %s.") % format_month(month))
    page = f"&page={places.points.number}" if places.points.number > 1 else ""
    return redirect(f"{reverse('activity-entry')}?mois={month:%Y-%m}{page}")


def _render_entry(
    request: HttpRequest,
    month_form: MonthForm,
    places: EditablePlaces,
    grid: MonthGrid | None,
    *,
    status: int,
) -> HttpResponse:
    month = month_form.cleaned_data.get("mois") if month_form.is_valid() else None
    context = {
        "month_form": month_form,
        "month": month,
        "month_name": format_month(month) if month else "",
        "grid": grid,
        "page": places.points,
        "is_refused": status == 400 and grid is not None,
        "is_stale": status == 409,
        "can_read": request.user.has_perm("accueil.read_activity"),
    }
    return render(request, "accueil/activity_entry.html", context, status=status)


@login_required
@require_safe
def activity_dashboard(request: HttpRequest) -> HttpResponse:
    """Twelve months of a département beside the published figures; `annee` for another year."""
    department, choices = _requested_department(request)
    today = clock.today()
    year = _requested_year(request.GET.get("annee"))
    until = today if year in (None, today.year) else date(year, 12, 1)
    shown = (
        last_months(until)
        if year is None
        else [month for month in last_months(until) if month.year == year]
    )
    agencies = Agency.objects.filter(department=department).count()
    figures = Figure.objects.for_page().filter(
        department=department, topic__in=[Topic.REQUESTS, Topic.ANSWERS]
    )
    context = {
        "department": department,
        "choices": choices,
        "year": year,
        "years": range(today.year, today.year - 4, -1),
        "rows": activity_rows(department.code, shown, today),
        "referrals": referrals_rows(department.code, department.name, shown, agencies),
        "published": [yearly_figure(figure) for figure in figures],
        "can_enter": request.user.has_perm("accueil.enter_activity"),
    }
    return render(request, "accueil/activity_dashboard.html", context)


@login_required
@require_safe
def activity_csv(request: HttpRequest) -> HttpResponse:
    """CSV of a département's activity: a row for each month, place and channel."""
    department, _choices = _requested_department(request)
    rows = Activity.objects.of_department(department.code).select_related("point", "phone_line")
    names = ["mois", "lieu", "par où", "demandes", "réponses dès l'accueil"]
    return csv_response(
        f"activite-{department.code}.csv",
        [*names, "orientées vers une équipe", "saisi le"],
        (
            [
                *(f"{row.month:%Y-%m}", row.place.name, row.get_channel_display(), row.requests),
                *(row.answered, row.referred, f"{row.entered_at:%Y-%m-%d}"),
            ]
            for row in rows.order_by("month", "point__name", "phone_line__name", "channel")
        ),
    )


@login_required
@require_safe
def referrals_csv(request: HttpRequest) -> HttpResponse:
    """CSV of a département's « informations préoccupantes »."""
    department, _choices = _requested_department(request)
    names = ["mois", "qui", "reçues", "évaluées en trois mois au plus", "évaluées plus tard"]
    return csv_response(
        f"informations-preoccupantes-{department.code}.csv",
        [*names, "délai moyen en jours", "saisi le"],
        (
            [
                *(f"{row.month:%Y-%m}", row.agency.name if row.agency else department.name),
                *(row.received, row.in_time, row.late, row.mean_days),
                f"{row.entered_at:%Y-%m-%d}",
            ]
            for row in department_referrals(department.code)
        ),
    )


def _requested_department(request: HttpRequest) -> tuple[Department, list[Department]]:
    """Return the requested département, else the first readable one, and all readable ones.

    Raises PermissionDenied, or Http404 where there is none.
    """
    require_permission(request.user, "accueil.read_activity")
    choices = list(_readable_departments(current_user(request)))
    code = request.GET.get("department")
    if not code:
        if not choices:
            raise Http404
        return choices[0], choices
    for choice in choices:
        if choice.code == code:
            return choice, choices
    raise PermissionDenied


def _readable_departments(user: User) -> Any:
    departments = Department.objects.filter(agencies__isnull=False).distinct().order_by("code")
    return (
        departments if user.is_superuser else departments.filter(code__in=user.managed_departments)
    )


def _requested_year(value: str | None) -> int | None:
    if not value:
        return None
    is_number = value.isascii() and value.isdigit() and len(value) == 4
    if not (is_number and EARLIEST_YEAR <= int(value) <= clock.today().year):
        message = _("« annee=%s » : une année qui a commencé est attendue.")
        raise BadRequest(message % value[:40])
    return int(value)
