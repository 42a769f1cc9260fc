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

RECHECK_AFTER = timedelta(
    days=183
)  # since when a door was not checked before it is asked for again


@require_safe
@editor_required
def contact_list(request: HttpRequest) -> HttpResponse:
    """The doors and lines that one keeps, by name, then the doors that are closed for good; those
    of `q` where it is given.
    """
    today = clock.today()
    user, asked = request.user, request.GET.get("q", "").strip()
    points: Any = filter_by_scope(user, ReceptionPoint.objects.with_places(), editable_points(user))
    lines = filter_by_scope(
        user, PhoneLine.objects.order_by("department", "name", "pk"), editable_phone_lines(user)
    )
    if asked:
        named = Q(name__icontains=asked)
        points = points.filter(named | Q(site__city__icontains=asked))
        lines = lines.filter(named)
    receiving = points.not_permanently_closed(today).order_by("department", "name", "pk")
    page = paginate(receiving, PAGE_SIZE, request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines[:PAGE_SIZE],
        "closed": points.permanently_closed(today)[:PAGE_SIZE],
        "asked": asked,
        "old": today - RECHECK_AFTER,
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
    found = get_object_or_404(rows, pk=pk)
    require_permission(request.user, "accueil.change_receptionpoint", found)
    return _update(
        request, ReceptionPointForm(request.POST or None, instance=found, user=request.user)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def point_create(request: HttpRequest) -> HttpResponse:
    new = ReceptionPoint(department=requested_department(request))
    return _update(
        request, ReceptionPointForm(request.POST or None, instance=new, user=request.user)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_update(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        select_for_update_on_post(request, PhoneLine.objects.select_related("department")), pk=pk
    )
    require_permission(request.user, "accueil.change_phoneline", found)
    return _update(request, PhoneLineForm(request.POST or None, instance=found, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def phone_line_create(request: HttpRequest) -> HttpResponse:
    new = PhoneLine(department=requested_department(request))
    return _update(request, PhoneLineForm(request.POST or None, instance=new, user=request.user))


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


def _require_still_editable(request: HttpRequest, door: ReceptionPoint | PhoneLine) -> None:
    """Nobody makes of a door one that they may not change."""
    name = "receptionpoint" if isinstance(door, ReceptionPoint) else "phoneline"
    require_permission(request.user, f"accueil.change_{name}", door)


def _render_form(
    request: HttpRequest,
    form: OpeningHoursModelForm,
    title: str,
    *,
    is_preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    door, days = form.instance, []
    if is_preview:
        attach_special_hours([door], special_hours_cache.at(data_versions.current_versions()))
        days = preview_days(door, clock.today())
    context = {
        "form": form,
        "door": door,
        "title": title,
        "is_preview": is_preview,
        "days": days,
        "by_appointment": any(one.by_appointment for one in days),
    }
    name = "reception_point" if isinstance(door, ReceptionPoint) else "phone_line"
    return render(request, f"accueil/{name}_update.html", context, status=status)


@require_POST
@editor_required
def point_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody made sure of a point: all that it says is still true today."""
    found = get_object_or_404(
        select_for_update_on_post(request, ReceptionPoint.objects.with_places()), pk=pk
    )
    require_permission(request.user, "accueil.change_receptionpoint", found)
    return _mark_checked(request, found)


@require_POST
@editor_required
def phone_line_mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(select_for_update_on_post(request, PhoneLine.objects.all()), pk=pk)
    require_permission(request.user, "accueil.change_phoneline", found)
    return _mark_checked(request, found)


def _mark_checked(request: HttpRequest, door: ReceptionPoint | PhoneLine) -> HttpResponse:
    door.checked_on = clock.today()
    door.save(update_fields=["checked_on"])
    messages.success(request, _("C'est noté : « %s », toujours vrai aujourd'hui.") % door)
    return redirect("contact-list")
