"""Pages where agents edit reception points and phone lines. Agents only."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.editing.permissions import (
    PAGE_SIZE,
    editable_departments,
    editor_required,
    filter_by_scope,
    get_editable_or_404,
    requested_department,
    require_change_permission,
)
from accueil.editing.points.forms import OpeningHoursForm, PhoneLineForm, ReceptionPointForm
from accueil.editing.previews import preview_days
from accueil.models import PhoneLine, ReceptionPoint
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import special_hours_cache
from accueil.rules import editable_phone_lines, editable_points
from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import paginate

RECHECK_AFTER = timedelta(days=183)  # a contact not checked for longer is to be rechecked


@require_safe
@editor_required
def contact_list(request: HttpRequest) -> HttpResponse:
    """The contacts that the user may edit, by name, filtered by `q`; closed points come last."""
    today = clock.today()
    user, search = current_user(request), request.GET.get("q", "").strip()
    points: Any = filter_by_scope(user, ReceptionPoint.objects.with_places(), editable_points(user))
    lines = filter_by_scope(
        user, PhoneLine.objects.order_by("department", "name", "pk"), editable_phone_lines(user)
    )
    if search:
        name_matches = Q(name__icontains=search)
        points = points.filter(name_matches | Q(site__city__icontains=search))
        lines = lines.filter(name_matches)
    open_points = points.not_permanently_closed(today).order_by("department", "name", "pk")
    page = paginate(open_points, PAGE_SIZE, request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines[:PAGE_SIZE],
        "closed_points": points.permanently_closed(today)[:PAGE_SIZE],
        "search": search,
        "recheck_before": today - RECHECK_AFTER,
        "departments": editable_departments(user),
    }
    return render(request, "accueil/contact_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def point_create(request: HttpRequest) -> HttpResponse:
    return _point_form(request, ReceptionPoint(department=requested_department(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def point_update(request: HttpRequest, pk: int) -> HttpResponse:
    points = ReceptionPoint.objects.with_places().select_related("department")
    return _point_form(request, get_editable_or_404(request, points, pk=pk))


def _point_form(request: HttpRequest, point: ReceptionPoint) -> HttpResponse:
    form = ReceptionPointForm(request.POST or None, instance=point, user=current_user(request))
    return _contact_form(request, form, "accueil/reception_point_update.html")


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_create(request: HttpRequest) -> HttpResponse:
    return _phone_line_form(request, PhoneLine(department=requested_department(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_update(request: HttpRequest, pk: int) -> HttpResponse:
    lines = PhoneLine.objects.select_related("department")
    return _phone_line_form(request, get_editable_or_404(request, lines, pk=pk))


def _phone_line_form(request: HttpRequest, line: PhoneLine) -> HttpResponse:
    form = PhoneLineForm(request.POST or None, instance=line)
    return _contact_form(request, form, "accueil/phone_line_update.html")


def _contact_form(request: HttpRequest, form: OpeningHoursForm, template: str) -> HttpResponse:
    """Render the form: blank, with Monday copied, with errors or its next days; or save it."""
    contact = form.instance
    context = {"form": form, "contact": contact, "title": str(contact.name) if contact.pk else ""}
    if not form.is_bound:
        return render(request, template, context)
    if "copier" in request.POST:
        form.clear_errors()
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=form.error_status)
    if form.is_confirmed:
        # The values just typed may give the contact to another team or agency.
        require_change_permission(request, contact)
        form.save_edited()
        messages.success(request, _("« %s » est enregistré, vérifié aujourd'hui.") % contact)
        return redirect("contact-list")
    attach_special_hours([contact], special_hours_cache.get(data_versions.current_versions()))
    days = preview_days(contact, clock.today())
    has_appointments = any(day.by_appointment for day in days)
    context |= {"is_preview": True, "days": days, "by_appointment": has_appointments}
    return render(request, template, context)


@require_POST
@editor_required
def point_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that all that the point shows is still true today."""
    points = ReceptionPoint.objects.with_places()
    return _mark_checked(request, get_editable_or_404(request, points, pk=pk))


@require_POST
@editor_required
def phone_line_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that all that the line shows is still true today."""
    return _mark_checked(request, get_editable_or_404(request, PhoneLine.objects.all(), pk=pk))


def _mark_checked(request: HttpRequest, contact: ReceptionPoint | PhoneLine) -> HttpResponse:
    contact.checked_on = clock.today()
    contact.save(update_fields=["checked_on"])
    messages.success(request, _("C'est noté : « %s », toujours vrai aujourd'hui.") % contact)
    return redirect("contact-list")
