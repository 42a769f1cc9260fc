"""The page of one sheet in a campaign hosted in the portal: written, reviewed, validated.

Signed in, under the rules of the entry.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.permissions.checks import require_permission
from portal.core.workflow import Refused, Stale
from schema_actions.entries.actions import ACTION_FORMS, PageForm, draft_form, save_draft
from schema_actions.entries.forms import EntryForm, refuse_too_many_figures
from schema_actions.enums import EntryStatus
from schema_actions.models import Entry
from schema_actions.workflow import ANOTHER_PERSON_NEEDED

DRAFT, SUBMIT = "brouillon", "remettre"  # two buttons of one form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_detail(
    request: HttpRequest, plan_slug: str, campaign_slug: str, key: str
) -> HttpResponse:
    """Show one sheet of a campaign; a POST performs the action that `acte` names.

    A POST that accepts JSON saves the draft and answers its new version. A refused form comes back
    with all that was typed.
    """
    entry = get_entry(plan_slug, campaign_slug, key)
    require_permission(request.user, "schema_actions.view_entry", entry)
    if request.method != "POST":
        return render_entry(request, entry)
    refuse_too_many_figures(request.POST)
    name = request.POST.get("acte", "")
    if name not in ACTION_FORMS:
        raise Http404
    row = ACTION_FORMS[name].row
    if row.needs_another_person and entry.is_authored_by(request.user):
        return render_entry(request, entry, status=403)
    require_permission(request.user, row.permission, entry)
    if request.headers.get("Accept") == "application/json":
        return _autosave(request, entry)
    return _perform_action(request, entry, name)


def get_entry(plan_slug: str, campaign_slug: str, key: str) -> Entry:
    return get_object_or_404(
        Entry.objects.for_page(),
        evaluation__campaign__plan__slug=plan_slug,
        evaluation__campaign__slug=campaign_slug,
        evaluation__sheet__key=key,
    )


def render_entry(
    request: HttpRequest,
    entry: Entry,
    name: str = "",
    form: PageForm | None = None,
    *,
    status: int = 200,
    is_stale: bool = False,
    changed_sections: list[tuple[Any, str]] | None = None,
) -> HttpResponse:
    """Render the page with the forms open to this person; `form` is the posted one of `name`."""
    evaluation = entry.evaluation
    campaign = evaluation.campaign
    forms = {
        key: form if form and key == name else action_form.make(None, entry)
        for key, action_form in ACTION_FORMS.items()
        if action_form.is_possible(entry) and action_form.is_allowed(request.user, entry)
    }
    if form and name in (DRAFT, SUBMIT):
        forms[DRAFT] = form
    can_follow = request.user.has_perm("schema_actions.view_campaign", campaign)
    is_author = entry.is_authored_by(request.user)
    needs_another = status == 403 or (
        can_follow and is_author and entry.status != EntryStatus.DRAFT
    )
    context = {
        "entry": entry,
        "evaluation": evaluation,
        "sheet": evaluation.sheet,
        "campaign": campaign,
        "plan": campaign.plan,
        "is_late": entry.is_late(clock.today()),
        "actions": {key: action_form.row for key, action_form in ACTION_FORMS.items()},
        "forms": forms,
        "form": forms.get(DRAFT),
        "is_stale": is_stale,
        "changed_sections": changed_sections or [],
        "can_follow": can_follow,
        "another_person_needed": ANOTHER_PERSON_NEEDED if needs_another else "",
        "can_correct": campaign.is_frozen
        and not is_author
        and request.user.has_perm("schema_actions.change_evaluation", evaluation),
        "previous": evaluation.previous(),
        "history": evaluation.signed_versions.select_related("signed_by"),
    }
    return render(request, "schema_actions/entry_detail.html", context, status=status)


def _perform_action(request: HttpRequest, entry: Entry, name: str) -> HttpResponse:
    action_form = ACTION_FORMS[name]
    form = action_form.make(request.POST, entry)
    if not form.is_valid():
        return render_entry(request, entry, name, form, status=400)
    try:
        with transaction.atomic():
            action_form.apply(entry, form, current_user(request))
    except Refused as refused:
        refused.add_to(form)
        return render_entry(request, entry, name, form, status=400)
    except Stale:
        return _render_stale(request, entry, name)
    messages.success(request, str(action_form.row.message))
    return redirect(entry)


def _render_stale(request: HttpRequest, entry: Entry, name: str) -> HttpResponse:
    """Render what another person saved beside the form as typed, ready to be sent again."""
    current = Entry.objects.for_page().get(pk=entry.pk)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = ACTION_FORMS[name].make(data, current)
    form.is_valid()
    changed_sections = [
        (field.label, current.sections[field.name])
        for field in getattr(form, "section_fields", [])
        if current.sections[field.name] != data.get(field.name, "").replace("\r\n", "\n").strip()
    ]
    return render_entry(
        request, current, name, form, status=409, is_stale=True, changed_sections=changed_sections
    )


def _autosave(request: HttpRequest, entry: Entry) -> JsonResponse:
    """Save the draft that the browser sends by itself, and return its new version."""
    form = draft_form(request.POST, entry)
    if request.POST["acte"] != DRAFT or not form.is_valid():
        return _refused_autosave(form)
    try:
        with transaction.atomic():
            saved = save_draft(entry, form, current_user(request))
    except Refused as refused:
        refused.add_to(form)
        return _refused_autosave(form)
    except Stale:
        message = _("Quelqu'un d'autre a écrit dans cette fiche : enregistrez pour voir son texte.")
        return JsonResponse({"detail": message}, status=409)
    time = timezone.localtime(saved.edited_at).strftime("%H:%M")
    return JsonResponse({"version": saved.version, "saved": _("Enregistré à %s.") % time})


def _refused_autosave(form: EntryForm) -> JsonResponse:
    details = [
        *form.error_messages,
        _("Non enregistré : votre texte est gardé dans ce navigateur."),
    ]
    errors = {name: list(texts) for name, texts in form.errors.items()}
    return JsonResponse({"errors": errors, "detail": " ".join(details)}, status=400)
