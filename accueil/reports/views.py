"""The form « Cette information est fausse », public, and its handling by agents."""

from typing import NamedTuple

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accueil.models import Report
from accueil.reports.forms import ReportForm
from portal.accounts.current_user import current_user
from portal.core.http.local_urls import is_local, local_path
from portal.core.permissions.checks import require_permission
from portal.territory.models import Commune, Department
from relocations.models import Relocation
from teams.models import Agency, Sector, Team

HOUR = 3600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
def report_create(request: HttpRequest) -> HttpResponse:
    """The form about the page given by `page`; saves a valid POST.

    With `manque`, something is not false there: it is missing.
    """
    is_missing = "manque" in request.GET
    if request.method == "POST":
        form = ReportForm(request.POST, is_missing=is_missing)
        if form.is_valid():
            return _save_report(request, form)
        return _render_form(request, form, status=400)
    page = request.GET.get("page", "/")
    if not is_local(page):
        raise BadRequest(_("« page » : une page de ce portail est attendue."))
    return _render_form(request, ReportForm(initial={"page": page}, is_missing=is_missing))


@require_safe
def report_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "accueil/report_thanks.html")


@require_POST
@login_required
def report_mark_handled(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who handled the report, and when; a second agent changes nothing."""
    report = get_object_or_404(Report.objects.select_related("agency", "handled_by"), pk=pk)
    require_permission(request.user, "accueil.change_report", report)
    if report.mark_handled(by=current_user(request)):
        messages.success(request, _("C'est noté : cette erreur est traitée."))
    else:
        messages.info(request, _("Cette erreur était déjà traitée."))
    return redirect("workspace")


def _render_form(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    return render(request, "accueil/report_create.html", {"form": form}, status=status)


def _save_report(request: HttpRequest, form: ReportForm) -> HttpResponse:
    # At most five an hour per IP address (ACCOUNT_RATE_LIMITS), stored as a digest.
    if not ratelimit.consume(request, action="report"):
        form.add_error(None, _("Vous avez déjà envoyé plusieurs messages : attendez une heure."))
        response = _render_form(request, form, status=429)
        response["Retry-After"] = str(HOUR)
        return response
    # A bot that fills the honeypot is thanked like anybody, but nothing is saved.
    if not form.cleaned_data["website"]:
        page = form.cleaned_data["page"]
        subject = page_subject(page)
        Report.objects.create(
            page=page,
            message=form.cleaned_data["message"],
            agency=subject.agency,
            department=subject.department,
        )
    return redirect("report-thanks")


class Subject(NamedTuple):
    """The agency and the département that a page is about, None if it is about neither."""

    agency: Agency | None = None
    department: Department | None = None


def page_subject(page: str) -> Subject:
    """Return the agency of the team, move or commune of the page, and its département.

    The département of the commune if no team is known to cover it.
    """
    match = local_path(page)
    if match is None:
        return Subject()
    agencies = Agency.objects.select_related("department")
    if match.url_name == "team-detail":
        teams = Team.objects.filter(slug=match.kwargs["slug"])
        return _subject(agencies.filter(teams__in=teams).first())
    if match.url_name == "relocation-detail":
        moves = Relocation.objects.filter(pk=match.kwargs["pk"])
        return _subject(agencies.filter(teams__relocations__in=moves).first())
    if match.url_name == "commune-detail":
        sectors = Sector.objects.filter(commune=match.kwargs["code"])
        commune = Commune.objects.filter(code=match.kwargs["code"]).select_related("department")
        return _subject(agencies.filter(teams__sectors__in=sectors).first(), commune.first())
    return Subject()


def _subject(agency: Agency | None, commune: Commune | None = None) -> Subject:
    place = agency or commune
    return Subject(agency, place.department if place else None)
