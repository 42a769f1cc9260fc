"""The files of sheets and campaigns, each at its address. Public."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.documents.views import serve
from schema_actions.models import Campaign
from schema_actions.published.views import asked_campaign, plan_named


@require_safe
def sheet_pdf(request: HttpRequest, plan: str, key: str) -> HttpResponseBase:
    """The sheet on the common template, in the campaign asked for, the last one by default."""
    campaign = asked_campaign(request, list(Campaign.objects.held(plan_named(plan))))
    if campaign is None:
        raise Http404
    return serve(
        request,
        "sheet-pdf",
        f"{plan}/{campaign.slug}/{key}",
        title=_("Fiche %s en PDF") % key,
        back=reverse("sheet-detail", args=[plan, key]),
    )


@require_safe
def campaign_report(request: HttpRequest, plan: str, campaign: str) -> HttpResponseBase:
    title = _("Rapport de la campagne en PDF")
    return _of_campaign(request, "report-pdf", plan, campaign, title)


@require_safe
def campaign_csv(request: HttpRequest, plan: str, campaign: str) -> HttpResponseBase:
    return _of_campaign(request, "sheets-csv", plan, campaign, _("Fiches en CSV"))


@require_safe
def campaign_xlsx(request: HttpRequest, plan: str, campaign: str) -> HttpResponseBase:
    return _of_campaign(request, "sheets-xlsx", plan, campaign, _("Fiches en XLSX"))


def _of_campaign(
    request: HttpRequest, kind: str, plan: str, campaign: str, title: str
) -> HttpResponseBase:
    back = reverse("campaign-detail", args=[plan, campaign])
    return serve(request, kind, f"{plan}/{campaign}", title=title, back=back)
