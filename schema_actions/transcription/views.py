"""The page where a person types the arrows of a printed evaluation, one digit per sheet.

It works without script: a digit, then the Tab key. Totals are compared with the published ones.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.core.permissions.checks import require_permission
from schema_actions.enums import LevelStatus
from schema_actions.models import Campaign, Evaluation
from schema_actions.published import charts
from schema_actions.transcription.forms import LevelForm
from schema_actions.workflow import PUBLIC_STATUSES


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_transcribe(request: HttpRequest, plan_slug: str, campaign_slug: str) -> HttpResponse:
    """Type the levels of a campaign published by a document: all its sheets on one page.

    Valid levels are saved even when others are refused.
    """
    campaign = get_object_or_404(
        Campaign.objects.select_related("plan__department").filter(
            status__in=PUBLIC_STATUSES, is_hosted=False, is_fictitious=False
        ),
        plan__slug=plan_slug,
        slug=campaign_slug,
    )
    require_permission(request.user, "schema_actions.change_campaign", campaign)
    if request.method != "POST":
        return _render_levels(request, campaign, _level_forms(None, campaign))
    with transaction.atomic():
        forms = _level_forms(request.POST, campaign)
        valid_forms = [form for form in forms if form.is_valid()]
        changed_forms = [form for form in valid_forms if form.has_new_level]
        for form in changed_forms:
            _save_level(form)
    count = len(changed_forms)
    if len(valid_forms) < len(forms):
        return _render_levels(request, campaign, forms, saved=count, status=400)
    message = ngettext("%d niveau enregistré.", "%d niveaux enregistrés.", count)
    messages.success(request, message % count)
    return redirect(f"{request.path}#totaux")


def _level_forms(data: Any, campaign: Campaign) -> list[LevelForm]:
    """Return a form per sheet concerned, in the order of the plan; a POST locks the rows."""
    rows = campaign.evaluations.exclude(level_status=LevelStatus.NOT_CONCERNED)
    rows = rows.select_related("sheet").order_by("sheet__rank", "sheet__key")
    if data is not None:
        rows = rows.select_for_update(of=("self",))
    return [LevelForm(data, evaluation=row) for row in rows]


def _save_level(form: LevelForm) -> None:
    level = int(form.cleaned_data["level"]) if form.cleaned_data["level"] else None
    status = LevelStatus.EVALUATED if level else LevelStatus.NOT_TRANSCRIBED
    Evaluation.objects.filter(pk=form.evaluation.pk).update(
        level=level, level_status=status, version=F("version") + 1
    )
    form.evaluation.level = level


def _render_levels(
    request: HttpRequest,
    campaign: Campaign,
    forms: list[LevelForm],
    *,
    saved: int = 0,
    status: int = 200,
) -> HttpResponse:
    synthesis = campaign.synthesis()
    published = synthesis.published
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "forms": forms,
        "saved": saved,
        "has_errors": status == 400,
        "synthesis": synthesis,
        "totals": [
            (column, published.levels[column.level - 1] if published else None)
            for column in charts.columns(synthesis.computed)
        ],
    }
    return render(request, "schema_actions/campaign_transcribe.html", context, status=status)
