"""The page of one sheet in a campaign held here: written by its pilots, reviewed, validated, and
corrected once frozen. Signed-in, under the rules of the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.permissions.checks import require_permission
from portal.core.workflow import Refused, Stale
from schema_actions.entries import services
from schema_actions.entries.forms import (
    CorrectionForm,
    DecisionForm,
    EntryForm,
    GiveBackForm,
    ReviewForm,
    ValidateForm,
    last_figures,
    refuse_too_many_figures,
)
from schema_actions.enums import EntryAction, EntryStatus
from schema_actions.models import Campaign, Entry, Evaluation
from schema_actions.progress import entry_state, is_late
from schema_actions.sheets import SECTIONS

Forms = EntryForm | DecisionForm


@dataclass(frozen=True)
class ActionForm:
    """What may be done with an entry: the right that it takes, the steps that it starts from, its
    form, what it does and what is said once it is done. `is_judged` asks for another hand than
    those of its authors.
    """

    permission: str
    from_statuses: tuple[str, ...]
    form: Callable[[Any, Entry], Forms]
    perform: Callable[[Entry, Any, Any], Entry]
    message: str | Promise

    @property
    def is_judged(self) -> bool:
        return self.permission in (REVIEW_PERMISSION, VALIDATE_PERMISSION)

    def is_open_to(self, user: Any, entry: Entry) -> bool:
        """Whether this person may do it, as far as people go: an administrator too needs another
        hand.
        """
        is_own = self.is_judged and entry.is_authored_by(user)
        return not is_own and user.has_perm(self.permission, entry)


def _draft_form(data: Any, entry: Entry) -> EntryForm:
    return _entry_form(data, entry, is_strict=False)


def _submit_form(data: Any, entry: Entry) -> EntryForm:
    return _entry_form(data, entry, is_strict=True)


def _entry_form(data: Any, entry: Entry, *, is_strict: bool) -> EntryForm:
    return EntryForm(
        data,
        row=entry,
        version=entry.version,
        figures=entry.figures,
        known=last_figures(entry.evaluation),
        is_strict=is_strict,
    )


def _save_draft(entry: Entry, form: Any, by: Any) -> Entry:
    given = {"version": form.cleaned_data["version"], "content": form.content}
    return services.save_draft(entry=entry, by=by, **given)


def _submit(entry: Entry, form: Any, by: Any) -> Entry:
    given = {"version": form.cleaned_data["version"], "content": form.content}
    return services.submit(entry=entry, by=by, **given)


def _take_back(entry: Entry, form: Any, by: Any) -> Entry:
    return services.take_back(entry=entry, by=by, version=form.cleaned_data["version"])


def _review(entry: Entry, form: Any, by: Any) -> Entry:
    given = form.cleaned_data
    same = {"entry": entry, "version": given["version"], "reason": given["reason"], "by": by}
    if given["agrees"] == "yes":
        return services.agree(**same)
    return services.disagree(**same, level=form.proposed)


def _give_back(entry: Entry, form: Any, by: Any) -> Entry:
    return services.give_back(entry=entry, by=by, **form.cleaned_data)


def _validate(entry: Entry, form: Any, by: Any) -> Entry:
    version = form.cleaned_data["version"]
    return services.validate(
        entry=entry, version=version, by=by, takes_proposed=form.takes_proposed
    )


def _decision(form: type[DecisionForm]) -> Callable[[Any, Entry], DecisionForm]:
    return lambda data, entry: form(data, entry=entry)


WRITE_PERMISSION, REVIEW_PERMISSION = "schema_actions.change_entry", "schema_actions.review_entry"
VALIDATE_PERMISSION = "schema_actions.validate_entry"
ACTIONS = {
    "brouillon": ActionForm(
        *(WRITE_PERMISSION, (EntryStatus.DRAFT,), _draft_form, _save_draft),
        _lazy("Le brouillon est enregistré."),
    ),
    "remettre": ActionForm(
        *(
            WRITE_PERMISSION,
            services.STARTING_STATUSES[EntryAction.SUBMITTED],
            _submit_form,
            _submit,
        ),
        _lazy("La fiche est remise : elle sera relue."),
    ),
    "reprendre": ActionForm(
        *(
            WRITE_PERMISSION,
            services.STARTING_STATUSES[EntryAction.TAKEN_BACK],
            _decision(DecisionForm),
            _take_back,
        ),
        _lazy("La fiche est de nouveau un brouillon."),
    ),
    "relire": ActionForm(
        *(
            REVIEW_PERMISSION,
            services.STARTING_STATUSES[EntryAction.AGREED],
            _decision(ReviewForm),
            _review,
        ),
        _lazy("Votre relecture est enregistrée."),
    ),
    "rendre": ActionForm(
        *(
            VALIDATE_PERMISSION,
            services.STARTING_STATUSES[EntryAction.GIVEN_BACK],
            _decision(GiveBackForm),
            _give_back,
        ),
        _lazy("La fiche est rendue à son pilote, qui est prévenu."),
    ),
    "valider": ActionForm(
        *(
            VALIDATE_PERMISSION,
            services.STARTING_STATUSES[EntryAction.VALIDATED],
            _decision(ValidateForm),
            _validate,
        ),
        _lazy("La fiche est validée."),
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_detail(request: HttpRequest, plan: str, campaign: str, key: str) -> HttpResponse:
    """One sheet of a campaign. A POST does the deed that `acte` names; asked for JSON, as a draft
    that saves itself asks, it answers the new version. A refused form loses nothing typed.
    """
    held = get_entry(plan, campaign, key)
    require_permission(request.user, "schema_actions.view_entry", held)
    if request.method != "POST":
        return _render_entry(request, held)
    refuse_too_many_figures(request.POST)
    name = request.POST.get("acte", "")
    if name not in ACTIONS:
        raise Http404
    if ACTIONS[name].is_judged and held.is_authored_by(request.user):
        return _render_entry(request, held, status=403)
    require_permission(request.user, ACTIONS[name].permission, held)
    if request.headers.get("Accept") == "application/json":
        return _autosave(request, held)
    return _perform_action(request, held, name)


def get_entry(plan: str, campaign: str, key: str) -> Entry:
    return get_object_or_404(
        Entry.objects.for_page(),
        evaluation__campaign__plan__slug=plan,
        evaluation__campaign__slug=campaign,
        evaluation__sheet__key=key,
    )


def _perform_action(request: HttpRequest, held: Entry, name: str) -> HttpResponse:
    deed = ACTIONS[name]
    form = deed.form(request.POST, held)
    if not form.is_valid():
        return _render_entry(request, held, name, form, status=400)
    try:
        with transaction.atomic():
            deed.perform(held, form, current_user(request))
    except Refused as refused:
        refused.add_to(form)
        return _render_entry(request, held, name, form, status=400)
    except Stale:
        return _render_stale(request, held, name)
    messages.success(request, str(deed.message))
    names = held.evaluation.campaign.plan.slug, held.evaluation.campaign.slug
    return redirect("entry", *names, held.evaluation.sheet.key)


def _render_stale(request: HttpRequest, held: Entry, name: str) -> HttpResponse:
    """What was written meanwhile, beside the form as it was typed, ready to be sent again."""
    now = get_entry(
        held.evaluation.campaign.plan.slug,
        held.evaluation.campaign.slug,
        held.evaluation.sheet.key,
    )
    typed = request.POST.copy()
    typed["version"] = str(now.version)
    form = ACTIONS[name].form(typed, now)
    form.is_valid()
    since = [
        (field.label, now.sections[field.name])
        for field in getattr(form, "section_fields", [])
        if now.sections[field.name] != typed.get(field.name, "").replace("\r\n", "\n").strip()
    ]
    return _render_entry(request, now, name, form, status=409, is_stale=True, since=since)


def _autosave(request: HttpRequest, held: Entry) -> HttpResponse:
    """The answer to a draft that saves itself."""
    form = _draft_form(request.POST, held)
    if request.POST["acte"] != "brouillon" or not form.is_valid():
        return _not_saved(form)
    try:
        with transaction.atomic():
            now = _save_draft(held, form, current_user(request))
    except Refused as refused:
        refused.add_to(form)
        return _not_saved(form)
    except Stale:
        said = _("Quelqu'un d'autre a écrit dans cette fiche : enregistrez pour voir son texte.")
        return JsonResponse({"detail": said}, status=409)
    at = timezone.localtime(now.edited_at).strftime("%H:%M")
    return JsonResponse({"version": now.version, "saved": _("Enregistré à %s.") % at})


def _not_saved(form: EntryForm) -> JsonResponse:
    """What is wrong, by field and in words."""
    said = [*form.faults, _("Non enregistré : votre texte est gardé dans ce navigateur.")]
    errors = {name: list(messages) for name, messages in form.errors.items()}
    return JsonResponse({"errors": errors, "detail": " ".join(said)}, status=400)


def _render_entry(
    request: HttpRequest,
    held: Entry,
    name: str = "",
    form: Forms | None = None,
    *,
    status: int = 200,
    is_stale: bool = False,
    since: list[tuple[Any, str]] | None = None,
) -> HttpResponse:
    evaluation = held.evaluation
    campaign = evaluation.campaign
    forms = {
        key: form if form and key == name else deed.form(None, held)
        for key, deed in ACTIONS.items()
        if campaign.is_open
        and held.status in deed.from_statuses
        and deed.is_open_to(request.user, held)
    }
    follows = request.user.has_perm("schema_actions.view_campaign", campaign)
    is_own = held.is_authored_by(request.user)
    if form and name in ("brouillon", "remettre"):  # one page of fields for both
        forms["brouillon"] = form
    context = {
        "entry": held,
        "evaluation": evaluation,
        "sheet": evaluation.sheet,
        "campaign": campaign,
        "plan": campaign.plan,
        "state": entry_state(held),
        "is_late": is_late(held, clock.today()),
        "forms": forms,
        "form": forms.get("brouillon"),
        "is_stale": is_stale,
        "since": since or [],
        "follows": follows,
        "another_hand": services.ANOTHER_HAND
        if status == 403 or (follows and is_own and held.status != EntryStatus.DRAFT)
        else "",
        "corrects": campaign.is_frozen
        and not is_own
        and request.user.has_perm("schema_actions.change_evaluation", evaluation),
        "before": previous_evaluation(evaluation),
        "known": last_figures(evaluation),
        "story": evaluation.signed_versions.select_related("signed_by"),
    }
    return render(request, "schema_actions/entry.html", context, status=status)


def previous_evaluation(evaluation: Evaluation) -> Evaluation | None:
    """What the public campaign before this one said of the sheet, if it said anything."""
    campaign = evaluation.campaign
    earlier = Campaign.objects.public().filter(
        plan=campaign.plan_id, is_fictitious=campaign.is_fictitious
    )
    if campaign.period_earliest:
        earlier = earlier.filter(period_earliest__lt=campaign.period_earliest)
    rows = Evaluation.objects.filter(sheet=evaluation.sheet_id, campaign__in=earlier.order_by())
    last = rows.filled().select_related("campaign").order_by("-campaign__period_earliest")
    return last.exclude(pk=evaluation.pk).first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_correct(request: HttpRequest, plan: str, campaign: str, key: str) -> HttpResponse:
    """A frozen sheet, corrected by a new signed version."""
    evaluation = get_object_or_404(
        Evaluation.objects.select_related("campaign__plan__department", "sheet__objective__axis"),
        campaign__plan__slug=plan,
        campaign__slug=campaign,
        campaign__is_hosted=True,
        sheet__key=key,
    )
    require_permission(request.user, "schema_actions.change_campaign", evaluation.campaign)
    if not evaluation.campaign.is_frozen:
        raise Http404
    held = get_entry(plan, campaign, key)
    if held.is_authored_by(request.user):
        return _render_entry(request, held, status=403)
    require_permission(request.user, "schema_actions.change_evaluation", evaluation)
    if request.method != "POST":
        return _render_correction(request, evaluation, _correction_form(None, evaluation))
    refuse_too_many_figures(request.POST)
    form = _correction_form(request.POST, evaluation)
    if not form.is_valid():
        return _render_correction(request, evaluation, form, status=400)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            services.correct(
                evaluation=evaluation,
                version=given["version"],
                content=form.content,
                reason=given["reason"],
                by=current_user(request),
            )
    except Refused as refused:
        refused.add_to(form)
        return _render_correction(request, evaluation, form, status=400)
    except Stale:
        evaluation.refresh_from_db()
        typed = request.POST.copy()
        typed["version"] = str(evaluation.version)
        form = _correction_form(typed, evaluation)
        form.is_valid()
        return _render_correction(request, evaluation, form, status=409)
    messages.success(request, _("La correction est signée et enregistrée."))
    return redirect("entry", plan, campaign, key)


def _correction_form(data: Any, evaluation: Evaluation) -> CorrectionForm:
    return CorrectionForm(
        data,
        row=evaluation,
        version=evaluation.version,
        figures=services.evaluation_figures(evaluation),
        known=last_figures(evaluation),
    )


def _render_correction(
    request: HttpRequest, evaluation: Evaluation, form: CorrectionForm, *, status: int = 200
) -> HttpResponse:
    since = [
        (field.label, evaluation.sections[field.name])
        for field in form.section_fields
        if status == 409 and evaluation.sections[field.name] != field.value()
    ]
    context = {
        "evaluation": evaluation,
        "sheet": evaluation.sheet,
        "campaign": evaluation.campaign,
        "plan": evaluation.campaign.plan,
        "form": form,
        "known": last_figures(evaluation),
        "is_stale": status == 409,
        "since": since,
        "sections": SECTIONS,
    }
    return render(request, "schema_actions/correction.html", context, status=status)
