"""Downloads of sheets and campaigns. Public."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.documents.views import serve_document
from schema_actions.published.views import get_plan, selected_campaign


@require_safe
def sheet_pdf(request: HttpRequest, plan_slug: str, key: str) -> HttpResponseBase:
    """Serve a sheet in PDF, in the campaign of `campaign=` or the last one."""
    campaign = selected_campaign(request, list(get_plan(plan_slug).campaigns.public()))
    if campaign is None:
        raise Http404
    return serve_document(
        request,
        "sheet-pdf",
        f"{plan_slug}/{campaign.slug}/{key}",
        title=_("Fiche %s en PDF") % key,
        back_url=reverse("sheet-detail", args=[plan_slug, key]),
    )


@require_safe
def campaign_report(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponseBase:
    title = _("Rapport de la campagne en PDF")
    return _serve_campaign_file(request, "report-pdf", plan_slug, campaign_slug, title)


@require_safe
def campaign_csv(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponseBase:
    return _serve_campaign_file(request, "sheets-csv", plan_slug, campaign_slug, _("Fiches en CSV"))


@require_safe
def campaign_xlsx(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponseBase:
    return _serve_campaign_file(
        request, "sheets-xlsx", plan_slug, campaign_slug, _("Fiches en XLSX")
    )


def _serve_campaign_file(
    request: HttpRequest, kind: str, plan_slug: str, campaign_slug: str, title: str
) -> HttpResponseBase:
    back = reverse("campaign-detail", args=[plan_slug, campaign_slug])
    return serve_document(request, kind, f"{plan_slug}/{campaign_slug}", title=title, back_url=back)
