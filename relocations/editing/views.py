"""The pages where agents edit moves. Signed in, by the rules of the team's agency."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.permissions.checks import require_permission
from portal.core.tables.spreadsheets import csv_response
from portal.core.workflow import Refused, Stale
from portal.notices.services import sending_blocked_reason
from relocations.editing import services
from relocations.editing.actions import Action, available_actions
from relocations.editing.forms import AnnounceForm, ChangeForm, announceable_teams
from relocations.history import HistoryRow, history
from relocations.models import Relocation
from relocations.status_labels import status_label

CHANGE_PERMISSION, HISTORY_PERMISSION = "relocations.change_relocation", "relocations.view_history"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relocation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """A move: its facts, its history, the actions allowed, and the form of the action `geste`.

    A date is saved once its days were shown. A refused form keeps what was typed.
    """
    move = get_object_or_404(Relocation.objects.for_schedule(), pk=pk)
    require_permission(request.user, HISTORY_PERMISSION, move)
    may_change = request.user.has_perm(CHANGE_PERMISSION, move)
    allowed = available_actions(move) if may_change else []
    key = request.POST.get("geste") or request.GET.get("geste")
    if request.method != "POST":
        action = next((candidate for candidate in allowed if candidate.key == key), None)
        form = ChangeForm(move=move, action=action) if action else None
        return _render_change(request, move, allowed, form)
    require_permission(request.user, CHANGE_PERMISSION, move)
    action = next((candidate for candidate in _all_actions() if candidate.key == key), None)
    if action is None:
        raise Http404
    action = next((candidate for candidate in allowed if candidate.key == key), action)
    form = ChangeForm(request.POST, move=move, action=action)
    return _save_change(request, move, allowed, form)


def _save_change(
    request: HttpRequest, move: Relocation, allowed: list[Action], form: ChangeForm
) -> HttpResponse:
    if not form.is_valid():
        return _render_change(request, move, allowed, form, status=400)
    if form.cleaned_data["version"] != move.version:
        return _render_stale(request, move, allowed, form)
    if not form.is_period_confirmed:
        _preview_errors(move, form)
        return _render_change(request, move, allowed, form, status=400 if form.errors else 200)
    try:
        with transaction.atomic():
            services.change(
                move=move, change_request=form.change_request(), by=current_user(request)
            )
    except Refused as refused:
        refused.add_to(form)
        return _render_change(request, move, allowed, form, status=400)
    except Stale:
        move.refresh_from_db()
        return _render_stale(request, move, allowed, form)
    messages.success(request, f"{_('C’est enregistré.')} {_notification_message()}")
    return redirect("relocation-update", move.pk)


def _preview_errors(move: Relocation, form: ChangeForm) -> None:
    """Add to the form what saving would refuse. A site typed in it is not saved."""
    with transaction.atomic():
        refused = services.check_change(move=move, change_request=form.change_request())
        transaction.set_rollback(True)
    refused.add_to(form)


def _notification_message() -> str:
    if sending_blocked_reason():
        return _("Le portail n'envoie aucun courriel pour le moment : personne n'est prévenu.")
    return _("Les personnes concernées sont prévenues par courriel.")


def _render_stale(
    request: HttpRequest, move: Relocation, allowed: list[Action], form: ChangeForm
) -> HttpResponse:
    """Show the changes since the form's version, and the form as typed, ready to be sent again."""
    since = [row for row in history(move) if row.version > form.cleaned_data["version"]]
    typed = request.POST.copy()
    typed["version"] = str(move.version)
    form.data = typed
    return _render_change(request, move, allowed, form, since=since, status=409)


def _render_change(
    request: HttpRequest,
    move: Relocation,
    allowed: list[Action],
    form: ChangeForm | None,
    *,
    since: list[HistoryRow] | None = None,
    status: int = 200,
) -> HttpResponse:
    period = form.cleaned_data.get("period") if form and hasattr(form, "cleaned_data") else None
    context = {
        "move": move,
        "status_label": status_label(move, clock.today()),
        "actions": allowed,
        "form": form,
        "period": period,
        "since": since or [],
        "history": history(move),
    }
    return render(request, "relocations/relocation_update.html", context, status=status)


def _all_actions() -> list[Action]:
    return [
        action
        for status, _label in Relocation.Status.choices
        for action in available_actions(Relocation(status=status))
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relocation_create(request: HttpRequest) -> HttpResponse:
    """Announce a move of one of the teams that the user may edit."""
    require_permission(request.user, "relocations.add_relocation")
    user = current_user(request)
    teams = announceable_teams(user)
    proposed_team = teams.filter(slug=request.GET.get("equipe", "")).first()
    form = AnnounceForm(request.POST or None, teams=teams, initial={"team": proposed_team})
    if form.department is None:
        raise Http404
    if not form.is_valid():
        return _render_announce(request, form, status=400 if form.is_bound else 200)
    if not form.is_period_confirmed:
        return _render_announce(request, form)
    require_permission(user, "teams.change_team", form.cleaned_data["team"])
    try:
        with transaction.atomic():
            move = services.announce(move=form.build_move(), by=user)
    except Refused as refused:
        refused.add_to(form)
        return _render_announce(request, form, status=400)
    messages.success(request, f"{_('Le déménagement est annoncé.')} {_notification_message()}")
    return redirect("relocation-update", move.pk)


def _render_announce(
    request: HttpRequest, form: AnnounceForm, *, status: int = 200
) -> HttpResponse:
    period = form.cleaned_data.get("period") if form.is_bound else None
    context = {"form": form, "period": period}
    return render(request, "relocations/relocation_create.html", context, status=status)


@login_required
@require_safe
def relocation_history_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The history of a move as CSV."""
    move = get_object_or_404(Relocation.objects.for_schedule(), pk=pk)
    require_permission(request.user, HISTORY_PERMISSION, move)
    return csv_response(
        f"demenagement-{move.pk}.csv",
        ["version", "date", "qui", "changement", "pourquoi", "d'où"],
        map(_cells, reversed(history(move))),
    )


def _cells(row: HistoryRow) -> list[Any]:
    when = row.changed_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return [row.version, when, row.author or "", " ".join(row.sentences), row.reason, row.evidence]
