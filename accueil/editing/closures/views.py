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
    asked_department,
    departments_of,
    for_keepers,
    held,
    kept,
)
from accueil.editing.previews import concerned, days_in_words
from accueil.models import SpecialHours
from accueil.models.special_hours import ANNOUNCED, calendar
from accueil.rules import kept_special_hours
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import page_of
from portal.core.permissions.permissions import require

MAY_CHANGE = "accueil.change_specialhours"


@require_safe
@for_keepers
def special_hours_list(request: HttpRequest) -> HttpResponse:
    """Those under way or coming where one works, the first to begin first; one changes those of
    which one keeps all that they concern.
    """
    user, today = request.user, clock.today()
    special = SpecialHours.objects.with_targets().order_by("first_day", "pk")
    coming = special.filter(department__in=departments_of(user), last_day__gte=today)
    page = page_of(coming, PAGE_SIZE, request.GET.get("page"))
    mine = kept(user, SpecialHours.objects.all(), kept_special_hours(user))
    changed = set(mine.filter(pk__in=[one.pk for one in page]).values_list("pk", flat=True))
    rows = [(one, one.pk in changed, _state(one)) for one in page]
    context = {"page": page, "rows": rows, "departments": departments_of(user)}
    return render(request, "accueil/special_hours_list.html", context)


def _state(special: SpecialHours) -> tuple[str, str]:
    """A tone and words: is it told to people?"""
    today = clock.today()
    if special.withdrawn_at:
        return "past", _("retiré")
    if special.is_under_way(today):
        return "doubt", _("en cours")
    if special.is_shown(today):
        return "soon", _("annoncé")
    return "past", _("pas encore annoncé")


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def special_hours_add(request: HttpRequest) -> HttpResponse:
    return _page(request, SpecialHours(department=asked_department(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def special_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes them; withdrawn ones are put back."""
    rows = held(request, SpecialHours.objects.select_related("department"))
    found = get_object_or_404(rows, pk=pk)
    require(request.user, MAY_CHANGE, found)
    return _page(request, found)


def _page(request: HttpRequest, special: SpecialHours) -> HttpResponse:
    form = SpecialHoursForm(request.POST or None, instance=special, user=request.user)
    if not form.is_bound:
        return _shown(request, form)
    if not form.is_valid():
        return _shown(request, form, status=409 if form.is_stale else 400)
    if "enregistrer" in request.POST and form.is_seen:
        special = form.write()
        messages.success(request, _("C'est enregistré : %s.") % special.in_french)
        return redirect("special-hours-list")
    return _shown(request, form, is_preview=True)


def _shown(
    request: HttpRequest, form: SpecialHoursForm, *, is_preview: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "special": form.instance, "is_preview": is_preview}
    if is_preview:
        points, lines = list(form.points()), list(form.cleaned_data["lines"])
        known = calendar.at(data_versions.current())
        context |= {
            "effects": concerned(form.instance, points, lines, known),
            "count": len(points) + len(lines),
            "days": days_in_words(form.instance),
            "announced": max(form.instance.first_day - ANNOUNCED, clock.today()),
        }
    return render(request, "accueil/special_hours.html", context, status=status)


@require_POST
@for_keepers
def special_hours_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the usual hours are told; the row stays, and can be put back."""
    found = get_object_or_404(held(request, SpecialHours.objects.all()), pk=pk)
    require(request.user, MAY_CHANGE, found)
    if found.withdrawn_at is None:
        found.withdrawn_at = found.edited_at = timezone.now()
        found.save(update_fields=["withdrawn_at", "edited_at"])
    messages.success(request, _("C'est retiré : les horaires habituels s'appliquent."))
    return redirect("special-hours-list")
