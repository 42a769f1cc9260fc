"""Pages where agents announce closures and other special hours. Agents only."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.editing.closures.forms import SpecialHoursForm
from accueil.editing.permissions import (
    PAGE_SIZE,
    editable_departments,
    editor_required,
    filter_by_scope,
    get_editable_or_404,
    requested_department,
)
from accueil.editing.previews import affected_days_label, preview_changes
from accueil.models import SpecialHours
from accueil.models.special_hours import NOTICE_PERIOD, special_hours_cache
from accueil.rules import editable_special_hours
from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import paginate


@require_safe
@editor_required
def special_hours_list(request: HttpRequest) -> HttpResponse:
    """Current and upcoming special hours of the user's départements, first to begin first.

    A row may be edited by users who may edit all its targets.
    """
    user, today = current_user(request), clock.today()
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
    """Return the tone and label of its badge: is it shown to the public?"""
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
    return _special_hours_form(request, SpecialHours(department=requested_department(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def special_hours_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change special hours; withdrawn ones are restored."""
    rows = SpecialHours.objects.select_related("department")
    return _special_hours_form(request, get_editable_or_404(request, rows, pk=pk))


def _special_hours_form(request: HttpRequest, special: SpecialHours) -> HttpResponse:
    template = "accueil/special_hours_update.html"
    form = SpecialHoursForm(request.POST or None, instance=special, user=current_user(request))
    context: dict[str, Any] = {"form": form, "special": special}
    if not form.is_bound:
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=form.error_status)
    if form.is_confirmed:
        special = form.save_edited()
        messages.success(request, _("C'est enregistré : %s.") % special.in_words)
        return redirect("special-hours-list")
    points, lines = list(form.points()), list(form.cleaned_data["phone_lines"])
    index = special_hours_cache.get(data_versions.current_versions())
    context |= {
        "is_preview": True,
        "changes": preview_changes(special, points, lines, index),
        "count": len(points) + len(lines),
        "days": affected_days_label(special),
        "announced": max(special.first_day - NOTICE_PERIOD, clock.today()),
    }
    return render(request, template, context)


@require_POST
@editor_required
def special_hours_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the usual hours again. The row stays, and can be restored."""
    special = get_editable_or_404(request, SpecialHours.objects.all(), pk=pk)
    if special.withdrawn_at is None:
        special.withdrawn_at = timezone.now()
        special.record_edit()
        special.save()
    messages.success(request, _("C'est retiré : les horaires habituels s'appliquent."))
    return redirect("special-hours-list")
