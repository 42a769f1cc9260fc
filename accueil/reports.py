"""« Cette information est fausse »: a short form without account, for the agency. Public."""

from hashlib import blake2b

from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accueil.forms import ReportForm
from accueil.models import Report
from portal.core import clock
from relocations.models import Relocation
from teams.models import Agency, Sector, Team

LIMIT = 5  # reports an hour from one address
HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form for the page given by `page`; a sent one is kept and thanked for."""
    if request.method == "POST":
        form = ReportForm(request.POST)
        if form.is_valid():
            return _received(request, form)
        return render(request, "accueil/report.html", {"form": form}, status=400)
    page = request.GET.get("page", "/")
    if not page.startswith("/") or page.startswith("//"):
        raise BadRequest(_("« page » : une page de ce portail est attendue."))
    return render(request, "accueil/report.html", {"form": ReportForm(initial={"page": page})})


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "accueil/report_thanks.html")


def _received(request: HttpRequest, form: ReportForm) -> HttpResponse:
    if _is_too_much(request):
        form.add_error(None, _("Vous avez déjà envoyé plusieurs messages : attendez une heure."))
        return render(request, "accueil/report.html", {"form": form}, status=429)
    # A program that fills the hidden field is thanked like anybody, and nothing is kept.
    if not form.cleaned_data["website"]:
        page = form.cleaned_data["page"]
        Report.objects.create(
            page=page, message=form.cleaned_data["message"], agency=agency_of(page)
        )
    return redirect("report-thanks")


def _is_too_much(request: HttpRequest) -> bool:
    """Counts by a digest of the address, forgotten within the hour: the address is never kept."""
    said = f"{request.META.get('REMOTE_ADDR', '')} {clock.today()}"
    key = f"reports-{blake2b(said.encode(), digest_size=12).hexdigest()}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) > LIMIT


def agency_of(page: str) -> Agency | None:
    """The agency of the team, the move or the commune that the page tells of."""
    try:
        match = resolve(page.partition("?")[0])
    except Resolver404:
        return None
    agencies = Agency.objects.all()
    if match.url_name == "team-detail":
        teams = Team.objects.filter(slug=match.kwargs["slug"])
        return agencies.filter(teams__in=teams).first()
    if match.url_name == "relocation-detail":
        moves = Relocation.objects.filter(pk=match.kwargs["pk"])
        return agencies.filter(teams__relocations__in=moves).first()
    if match.url_name == "commune-detail":
        sectors = Sector.objects.filter(commune=match.kwargs["code"])
        return agencies.filter(teams__sectors__in=sectors).first()
    return None
