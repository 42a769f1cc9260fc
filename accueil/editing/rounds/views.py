"""Pages where agents edit the rounds of an itinerant reception. Agents only."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.editing.permissions import editor_required, get_editable_or_404
from accueil.editing.previews import next_passages, next_stop_days
from accueil.editing.rounds.forms import StopChangeForm, StopForm
from accueil.enums import PointKind
from accueil.models import ReceptionPoint, Stop, StopChange
from portal.core import clock
from portal.core.http.parameters import parse_day


@require_safe
@editor_required
def stop_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The stops of an itinerant reception, each with its next passages."""
    point = _get_point(request, pk)
    stops = point.stops.with_places().order_by("site__city", "weekday", "starts_at", "pk")
    today = clock.today()
    rows = [(stop, next_passages(stop, today)) for stop in stops]
    return render(request, "accueil/stop_list.html", {"point": point, "rows": rows})


def _get_point(request: HttpRequest, pk: int) -> ReceptionPoint:
    points = ReceptionPoint.objects.with_places().select_related("department")
    return get_editable_or_404(request, points, pk=pk, kind=PointKind.ITINERANT)


def _get_stop(request: HttpRequest, pk: int) -> Stop:
    stops = Stop.objects.select_related(
        *("site__commune", "point__department", "point__team__agency", "point__agency")
    )
    return get_editable_or_404(request, stops, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def stop_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _stop_form(request, Stop(point=_get_point(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def stop_update(request: HttpRequest, pk: int) -> HttpResponse:
    return _stop_form(request, _get_stop(request, pk))


def _stop_form(request: HttpRequest, stop: Stop) -> HttpResponse:
    """Render the form of a stop, with the next days of its rhythm before the save; or save it."""
    template = "accueil/stop_update.html"
    title = stop.site.label if stop.pk else ""
    form = StopForm(request.POST or None, instance=stop)
    context = {"form": form, "point": stop.point, "stop": stop, "title": title}
    if not form.is_bound:
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=form.error_status)
    if form.is_confirmed:
        form.save_edited()
        messages.success(request, _("L'arrêt « %s » est enregistré.") % stop.site)
        return redirect("stop-list", stop.point_id)
    context |= {"is_preview": True, "days": next_stop_days(stop, clock.today())}
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@editor_required
def passage_update(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Cancel or move the passage due on that day by the rhythm."""
    stop = _get_stop(request, pk)
    change = _get_change(stop, day)
    form = StopChangeForm(request.POST or None, instance=change)
    if not form.is_bound or not form.is_valid():
        status = (409 if form.is_stale else 400) if form.is_bound else 200
        context = {"form": form, "stop": stop, "change": change}
        return render(request, "accueil/passage_update.html", context, status=status)
    form.save()
    messages.success(request, _("C'est enregistré, et annoncé."))
    return redirect("stop-list", stop.point_id)


def _get_change(stop: Stop, day: str) -> StopChange:
    """Return the change of that day's passage, saved or new. Raises Http404 without a passage."""
    try:
        planned = parse_day(day)
    except ValueError:
        raise Http404 from None
    change = stop.changes.filter(day=planned).first()
    if change is None and (
        stop.recurrence is None or not [*stop.recurrence.days(planned, planned)]
    ):
        raise Http404
    return change or StopChange(stop=stop, day=planned)


@require_POST
@editor_required
def passage_restore(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Delete the change: the passage takes place as usual."""
    stop = _get_stop(request, pk)
    change = _get_change(stop, day)
    if change.pk:
        change.delete()
        messages.success(request, _("Ce passage a lieu comme d'habitude."))
    return redirect("stop-list", stop.point_id)
