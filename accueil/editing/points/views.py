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
    asked_department,
    departments_of,
    for_keepers,
    held,
    kept,
)
from accueil.editing.points.forms import DoorForm, LineForm, PointForm
from accueil.editing.previews import coming
from accueil.models import PhoneLine, ReceptionPoint
from accueil.models.special_hours import calendar, tell
from accueil.rules import kept_lines, kept_points
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import page_of
from portal.core.permissions.permissions import require

OLD = timedelta(days=183)  # since when a door was not checked before it is asked for again


@require_safe
@for_keepers
def overview(request: HttpRequest) -> HttpResponse:
    """The doors and lines that one keeps, by name, then the doors that are closed for good; those
    of `q` where it is given.
    """
    today = clock.today()
    user, asked = request.user, request.GET.get("q", "").strip()
    points: Any = kept(user, ReceptionPoint.objects.with_places(), kept_points(user))
    lines = kept(user, PhoneLine.objects.order_by("department", "name", "pk"), kept_lines(user))
    if asked:
        named = Q(name__icontains=asked)
        points = points.filter(named | Q(site__city__icontains=asked))
        lines = lines.filter(named)
    receiving = points.receiving(today).order_by("department", "name", "pk")
    page = page_of(receiving, PAGE_SIZE, request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines[:PAGE_SIZE],
        "closed": points.closed_for_good(today)[:PAGE_SIZE],
        "asked": asked,
        "old": today - OLD,
        "departments": departments_of(user),
    }
    return render(request, "accueil/keeping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """A reception point: its form, and the days that it gives before it is saved."""
    rows = held(request, ReceptionPoint.objects.with_places().select_related("department"))
    found = get_object_or_404(rows, pk=pk)
    require(request.user, "accueil.change_receptionpoint", found)
    return _door(request, PointForm(request.POST or None, instance=found, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def point_add(request: HttpRequest) -> HttpResponse:
    new = ReceptionPoint(department=asked_department(request))
    return _door(request, PointForm(request.POST or None, instance=new, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def line(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(held(request, PhoneLine.objects.select_related("department")), pk=pk)
    require(request.user, "accueil.change_phoneline", found)
    return _door(request, LineForm(request.POST or None, instance=found, user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def line_add(request: HttpRequest) -> HttpResponse:
    new = PhoneLine(department=asked_department(request))
    return _door(request, LineForm(request.POST or None, instance=new, user=request.user))


def _door(request: HttpRequest, form: DoorForm) -> HttpResponse:
    """The form as it is asked for: empty, with Monday copied, with its next days, or saved."""
    title = str(form.instance.name) if form.instance.pk else ""
    if not form.is_bound:
        return _shown(request, form, title)
    if "copier" in request.POST:
        form.say_nothing()
        return _shown(request, form, title)
    if not form.is_valid():
        return _shown(request, form, title, status=409 if form.is_stale else 400)
    if "enregistrer" in request.POST and form.is_seen:
        _require_kept(request, form.instance)
        row = form.write()
        messages.success(request, _("« %s » est enregistré, vérifié aujourd'hui.") % row)
        return redirect("keeping")
    return _shown(request, form, title, is_preview=True)


def _require_kept(request: HttpRequest, door: ReceptionPoint | PhoneLine) -> None:
    """Nobody makes of a door one that they may not change."""
    name = "receptionpoint" if isinstance(door, ReceptionPoint) else "phoneline"
    require(request.user, f"accueil.change_{name}", door)


def _shown(
    request: HttpRequest,
    form: DoorForm,
    title: str,
    *,
    is_preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    door, days = form.instance, []
    if is_preview:
        tell([door], calendar.at(data_versions.current()))
        days = coming(door, clock.today())
    context = {
        "form": form,
        "door": door,
        "title": title,
        "is_preview": is_preview,
        "days": days,
        "by_appointment": any(one.by_appointment for one in days),
    }
    name = "point" if isinstance(door, ReceptionPoint) else "line"
    return render(request, f"accueil/keeping_{name}.html", context, status=status)


@require_POST
@for_keepers
def point_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody made sure of a point: all that it says is still true today."""
    found = get_object_or_404(held(request, ReceptionPoint.objects.with_places()), pk=pk)
    require(request.user, "accueil.change_receptionpoint", found)
    return _checked(request, found)


@require_POST
@for_keepers
def line_checked(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(held(request, PhoneLine.objects.all()), pk=pk)
    require(request.user, "accueil.change_phoneline", found)
    return _checked(request, found)


def _checked(request: HttpRequest, door: ReceptionPoint | PhoneLine) -> HttpResponse:
    door.checked_on = clock.today()
    door.save(update_fields=["checked_on"])
    messages.success(request, _("C'est noté : « %s », toujours vrai aujourd'hui.") % door)
    return redirect("keeping")
