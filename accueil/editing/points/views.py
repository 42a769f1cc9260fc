"""The pages where agents keep doors and phone lines true. Signed-in, under the rules."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.editing.permissions import (
    PAGE_SIZE,
    editable_departments,
    editor_required,
    filter_by_scope,
    requested_department,
    select_for_update_on_post,
)
from accueil.editing.points.forms import OpeningHoursModelForm, PhoneLineForm, ReceptionPointForm
from accueil.editing.previews import preview_days
from accueil.models import PhoneLine, ReceptionPoint
from accueil.models.opening_hours import attach_special_hours
from accueil.models.special_hours import special_hours_cache
from accueil.rules import editable_phone_lines, editable_points
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import paginate
from portal.core.permissions.checks import require_permission

RECHECK_AFTER = timedelta(days=183)  # a contact not checked for longer is to be rechecked


@require_safe
@editor_required
def contact_list(request: HttpRequest) -> HttpResponse:
    """The doors and lines that one keeps, by name, then the doors that are closed for good; those
    of `q` where it is given.
    """
    today = clock.today()
    user, search = request.user, request.GET.get("q", "").strip()
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
def point_update(request: HttpRequest, pk: int) -> HttpResponse:
    """A reception point: its form, and the days that it gives before it is saved."""
    rows = select_for_update_on_post(
        request, ReceptionPoint.objects.with_places().select_related("department")
    )
    point = get_object_or_404(rows, pk=pk)
    require_permission(request.user, "accueil.change_receptionpoint", point)
    return _update(
        request, ReceptionPointForm(request.POST or None, instance=point, user=request.user)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def point_create(request: HttpRequest) -> HttpResponse:
    point = ReceptionPoint(department=requested_department(request))
    return _update(
        request, ReceptionPointForm(request.POST or None, instance=point, user=request.user)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_update(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(
        select_for_update_on_post(request, PhoneLine.objects.select_related("department")), pk=pk
    )
    require_permission(request.user, "accueil.change_phoneline", line)
    return _update(request, PhoneLineForm(request.POST or None, instance=line, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_create(request: HttpRequest) -> HttpResponse:
    line = PhoneLine(department=requested_department(request))
    return _update(request, PhoneLineForm(request.POST or None, instance=line, user=request.user))


def _update(request: HttpRequest, form: OpeningHoursModelForm) -> HttpResponse:
    """The form as it is asked for: empty, with Monday copied, with its next days, or saved."""
    title = str(form.instance.name) if form.instance.pk else ""
    if not form.is_bound:
        return _render_form(request, form, title)
    if "copier" in request.POST:
        form.clear_errors()
        return _render_form(request, form, title)
    if not form.is_valid():
        return _render_form(request, form, title, status=409 if form.is_stale else 400)
    if "enregistrer" in request.POST and form.is_previewed:
        _require_still_editable(request, form.instance)
        row = form.save_edited()
        messages.success(request, _("« %s » est enregistré, vérifié aujourd'hui.") % row)
        return redirect("contact-list")
    return _render_form(request, form, title, is_preview=True)


def _require_still_editable(request: HttpRequest, contact: ReceptionPoint | PhoneLine) -> None:
    """Nobody makes of a door one that they may not change."""
    name = "receptionpoint" if isinstance(contact, ReceptionPoint) else "phoneline"
    require_permission(request.user, f"accueil.change_{name}", contact)


def _render_form(
    request: HttpRequest,
    form: OpeningHoursModelForm,
    title: str,
    *,
    is_preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    contact, days = form.instance, []
    if is_preview:
        attach_special_hours([contact], special_hours_cache.at(data_versions.current_versions()))
        days = preview_days(contact, clock.today())
    context = {
        "form": form,
        "contact": contact,
        "title": title,
        "is_preview": is_preview,
        "days": days,
        "by_appointment": any(day.by_appointment for day in days),
    }
    name = "reception_point" if isinstance(contact, ReceptionPoint) else "phone_line"
    return render(request, f"accueil/{name}_update.html", context, status=status)


@require_POST
@editor_required
def point_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody made sure of a point: all that it says is still true today."""
    point = get_object_or_404(
        select_for_update_on_post(request, ReceptionPoint.objects.with_places()), pk=pk
    )
    require_permission(request.user, "accueil.change_receptionpoint", point)
    return _mark_checked(request, point)


@require_POST
@editor_required
def phone_line_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(select_for_update_on_post(request, PhoneLine.objects.all()), pk=pk)
    require_permission(request.user, "accueil.change_phoneline", line)
    return _mark_checked(request, line)


def _mark_checked(request: HttpRequest, contact: ReceptionPoint | PhoneLine) -> HttpResponse:
    contact.checked_on = clock.today()
    contact.save(update_fields=["checked_on"])
    messages.success(request, _("C'est noté : « %s », toujours vrai aujourd'hui.") % contact)
    return redirect("contact-list")
