"""The page where a manager corrects a frozen sheet. Signed in, under the evaluation's rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from portal.accounts.current_user import current_user
from portal.core.permissions.checks import require_permission
from portal.core.workflow import Refused, Stale
from schema_actions.corrections.forms import CorrectionForm
from schema_actions.corrections.services import correct
from schema_actions.entries.figures import evaluation_figures, previous_figures
from schema_actions.entries.forms import refuse_too_many_figures
from schema_actions.entries.views import get_entry, render_entry
from schema_actions.enums import EntryAction
from schema_actions.models import Evaluation
from schema_actions.workflow import ENTRY_ACTIONS

ROW = ENTRY_ACTIONS[EntryAction.CORRECTED]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_correct(
    request: HttpRequest, plan_slug: str, campaign_slug: str, key: str
) -> HttpResponse:
    """Correct a frozen sheet by a new signed version."""
    evaluation = get_object_or_404(
        Evaluation.objects.select_related("campaign__plan__department", "sheet__objective__axis"),
        campaign__plan__slug=plan_slug,
        campaign__slug=campaign_slug,
        campaign__is_hosted=True,
        sheet__key=key,
    )
    require_permission(request.user, "schema_actions.change_campaign", evaluation.campaign)
    if not evaluation.campaign.is_frozen:
        raise Http404
    entry = get_entry(plan_slug, campaign_slug, key)
    if entry.is_authored_by(request.user):
        return render_entry(request, entry, status=403)
    require_permission(request.user, ROW.permission, evaluation)
    if request.method != "POST":
        return _render_correction(request, evaluation, _correction_form(None, evaluation))
    refuse_too_many_figures(request.POST)
    form = _correction_form(request.POST, evaluation)
    if not form.is_valid():
        return _render_correction(request, evaluation, form, status=400)
    try:
        with transaction.atomic():
            correct(
                evaluation=evaluation,
                version=form.cleaned_data["version"],
                content=form.content,
                reason=form.cleaned_data["reason"],
                by=current_user(request),
            )
    except Refused as refused:
        refused.add_to(form)
        return _render_correction(request, evaluation, form, status=400)
    except Stale:
        return _render_stale(request, evaluation)
    messages.success(request, str(ROW.message))
    return redirect("entry-detail", plan_slug, campaign_slug, key)


def _correction_form(data: Any, evaluation: Evaluation) -> CorrectionForm:
    return CorrectionForm(
        data,
        row=evaluation,
        version=evaluation.version,
        figures=evaluation_figures(evaluation),
        indicators=previous_figures(evaluation),
    )


def _render_stale(request: HttpRequest, evaluation: Evaluation) -> HttpResponse:
    """Render what another person saved beside the form as typed, ready to be sent again."""
    evaluation.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(evaluation.version)
    form = _correction_form(data, evaluation)
    form.is_valid()
    return _render_correction(request, evaluation, form, status=409)


def _render_correction(
    request: HttpRequest, evaluation: Evaluation, form: CorrectionForm, *, status: int = 200
) -> HttpResponse:
    is_stale = status == 409
    context = {
        "sheet": evaluation.sheet,
        "campaign": evaluation.campaign,
        "plan": evaluation.campaign.plan,
        "action": ROW,
        "form": form,
        "is_stale": is_stale,
        "changed_sections": [
            (field.label, evaluation.sections[field.name])
            for field in form.section_fields
            if is_stale and evaluation.sections[field.name] != field.value()
        ],
    }
    return render(request, "schema_actions/entry_correct.html", context, status=status)
