"""The arrows of a printed evaluation, typed one after the other by a person who reads them.

A digit, a tabulation: no script. What is typed is saved even when it is not all there, and the
totals are compared with those that were published.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.core.permissions.checks import require_permission
from schema_actions.enums import CampaignStatus, LevelStatus
from schema_actions.models import Campaign, Evaluation
from schema_actions.published import charts


class LevelForm(forms.Form):
    """The level of one sheet; `seen` is the one that was there when it was shown."""

    level = forms.CharField(
        required=False,
        max_length=1,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "pattern": "[1-7]", "autocomplete": "off", "size": 1}
        ),
    )
    seen = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, evaluation: Evaluation) -> None:
        level = str(evaluation.level or "")
        initial = {"level": level, "seen": level}
        super().__init__(
            data, initial=initial, prefix=str(evaluation.pk), label_suffix="", auto_id="niveau-%s"
        )
        self.evaluation = evaluation
        self.fields["level"].label = str(evaluation.sheet)

    def clean_level(self) -> str:
        level: str = self.cleaned_data["level"]
        if level and level not in "1234567":
            message = _("« %s » n'est pas un niveau : un nombre de 1 à 7 est attendu.")
            raise forms.ValidationError(message % level)
        return level

    def clean(self) -> dict[str, Any]:
        """Refused where somebody typed another level meanwhile; what was typed stays."""
        cleaned_data = super().clean() or self.cleaned_data
        current = str(self.evaluation.level or "")
        if (
            "level" in cleaned_data
            and cleaned_data.get("seen") != current
            and cleaned_data["level"] != current
        ):
            message = _("Quelqu'un a noté « %s » pendant que vous saisissiez : gardez le bon.")
            self.add_error("level", message % (current or _("rien")))
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen")] = current
            self.data = data
        return cleaned_data

    @property
    def has_new_level(self) -> bool:
        return self.cleaned_data["level"] != str(self.evaluation.level or "")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_levels(request: HttpRequest, plan: str, campaign: str) -> HttpResponse:
    """The levels of a campaign that a document tells: all its sheets on one page."""
    held = get_object_or_404(
        Campaign.objects.select_related("plan__department").filter(
            status=CampaignStatus.PUBLISHED, is_hosted=False, is_fictitious=False
        ),
        plan__slug=plan,
        slug=campaign,
    )
    require_permission(request.user, "schema_actions.change_campaign", held)
    if request.method != "POST":
        return _render_levels(request, held, _level_forms(None, held))
    with transaction.atomic():
        forms = _level_forms(request.POST, held)
        good = [form for form in forms if form.is_valid()]
        changed = sum(_save_level(form) for form in good if form.has_new_level)
    if len(good) < len(forms):
        return _render_levels(request, held, forms, saved=changed, status=400)
    said = ngettext("%d niveau enregistré.", "%d niveaux enregistrés.", changed)
    messages.success(request, said % changed)
    return redirect(f"{request.path}#totaux")


def _level_forms(data: Any, campaign: Campaign) -> list[LevelForm]:
    """One for each sheet that has a level, in the order of the plan; locked for whoever writes."""
    rows = campaign.evaluations.exclude(level_status=LevelStatus.NOT_CONCERNED)
    rows = rows.select_related("sheet").order_by("sheet__rank", "sheet__key")
    if data is not None:
        rows = rows.select_for_update(of=("self",))
    return [LevelForm(data, evaluation=row) for row in rows]


def _save_level(form: LevelForm) -> bool:
    level = int(form.cleaned_data["level"]) if form.cleaned_data["level"] else None
    status = LevelStatus.EVALUATED if level else LevelStatus.NOT_TRANSCRIBED
    Evaluation.objects.filter(pk=form.evaluation.pk).update(
        level=level, level_status=status, version=F("version") + 1
    )
    form.evaluation.level = level
    return True


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
