"""The pages where agents announce closures and other hours. Signed-in, under the rules."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.editing.closures.forms import SpecialHoursForm
from accueil.editing.permissions import (
    PAGE_SIZE,
    editable_departments,
    editor_required,
    filter_by_scope,
    requested_department,
    select_for_update_on_post,
)
from accueil.editing.previews import affected_days_label, preview_changes
from accueil.models import SpecialHours
from accueil.models.special_hours import NOTICE_PERIOD, special_hours_cache
from accueil.rules import editable_special_hours
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import paginate
from portal.core.permissions.checks import require_permission

CHANGE_PERMISSION = "accueil.change_specialhours"


@require_safe
@editor_required
def special_hours_list(request: HttpRequest) -> HttpResponse:
    """Those under way or coming where one works, the first to begin first; one changes those of
    which one keeps all that they concern.
    """
    user, today = request.user, clock.today()
    queryset = SpecialHours.objects.with_targets().order_by("first_day", "pk")
    upcoming = queryset.filter(department__in=editable_departments(user), last_day__gte=today)
    page = paginate(upcoming, PAGE_SIZE, request.GET.get("page"))
    editable = filter_by_scope(user, SpecialHours.objects.all(), editable_special_hours(user))
    editable_ids = set(
        editable.filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)
    )
    rows = [(row, row.pk in editable_ids, _status_label(row)) for row in page]
    context = {"page": page, "rows": rows, "departments": editable_departments(user)}
    return render(request, "accueil/special_hours_list.html", context)


def _status_label(special: SpecialHours) -> tuple[str, str]:
    """A tone and words: is it told to people?"""
    today = clock.today()
    if special.withdrawn_at:
        return "past", _("retiré")
    if special.is_under_way(today):
        return "doubt", _("en cours")
    if special.is_visible(today):
        return "soon", _("annoncé")
    return "past", _("pas encore annoncé")


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def special_hours_create(request: HttpRequest) -> HttpResponse:
    return _update(request, SpecialHours(department=requested_department(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def special_hours_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes them; withdrawn ones are put back."""
    rows = select_for_update_on_post(request, SpecialHours.objects.select_related("department"))
    special = get_object_or_404(rows, pk=pk)
    require_permission(request.user, CHANGE_PERMISSION, special)
    return _update(request, special)


def _update(request: HttpRequest, special: SpecialHours) -> HttpResponse:
    form = SpecialHoursForm(request.POST or None, instance=special, user=request.user)
    if not form.is_bound:
        return _render_form(request, form)
    if not form.is_valid():
        return _render_form(request, form, status=409 if form.is_stale else 400)
    if "enregistrer" in request.POST and form.is_previewed:
        special = form.save_edited()
        messages.success(request, _("C'est enregistré : %s.") % special.in_french)
        return redirect("special-hours-list")
    return _render_form(request, form, is_preview=True)


def _render_form(
    request: HttpRequest, form: SpecialHoursForm, *, is_preview: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "special": form.instance, "is_preview": is_preview}
    if is_preview:
        points, lines = list(form.points()), list(form.cleaned_data["phone_lines"])
        index = special_hours_cache.at(data_versions.current_versions())
        context |= {
            "effects": preview_changes(form.instance, points, lines, index),
            "count": len(points) + len(lines),
            "days": affected_days_label(form.instance),
            "announced": max(form.instance.first_day - NOTICE_PERIOD, clock.today()),
        }
    return render(request, "accueil/special_hours_update.html", context, status=status)


@require_POST
@editor_required
def special_hours_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the usual hours are told; the row stays, and can be put back."""
    special = get_object_or_404(
        select_for_update_on_post(request, SpecialHours.objects.all()), pk=pk
    )
    require_permission(request.user, CHANGE_PERMISSION, special)
    if special.withdrawn_at is None:
        special.withdrawn_at = special.edited_at = timezone.now()
        special.save(update_fields=["withdrawn_at", "edited_at"])
    messages.success(request, _("C'est retiré : les horaires habituels s'appliquent."))
    return redirect("special-hours-list")
