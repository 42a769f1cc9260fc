"""The histories of teams, sites and sectors, for the staff of their département."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.permissions.checks import require_permission
from portal.core.tables.spreadsheets import csv_response
from teams.history.changes import CHANGED, CREATED, Change, row_history
from teams.models import Sector, Site, Team

HISTORY_MODELS: Mapping[str, type[Team] | type[Site] | type[Sector]] = {
    "equipe": Team,
    "lieu": Site,
    "secteur": Sector,
}


@login_required
@require_safe
def history_detail(request: HttpRequest, nature: str, pk: int) -> HttpResponse:
    row = _get_readable_row(request, nature, pk)
    context = {"row": row, "nature": nature, "changes": row_history(row)}
    return render(request, "teams/history_detail.html", context)


@login_required
@require_safe
def history_csv(request: HttpRequest, nature: str, pk: int) -> HttpResponse:
    """The history as CSV: one row for each field that changed."""
    row = _get_readable_row(request, nature, pk)
    header = ["date", "qui", "quoi", "champ", "avant", "après"]
    lines = [cells for change in reversed(row_history(row)) for cells in _csv_rows(change)]
    return csv_response(f"{nature}-{pk}.csv", header, lines)


def _get_readable_row(request: HttpRequest, nature: str, pk: int) -> Any:
    """Return the row, as it last was if it is deleted.

    Raises Http404 for an unknown row, PermissionDenied for staff of another département.
    """
    model = HISTORY_MODELS.get(nature)
    if model is None:
        raise Http404
    row = model.objects.filter(pk=pk).first()
    if row is None:
        last = model.history.filter(id=pk).order_by("history_date", "history_id").last()
        if last is None:
            raise Http404
        row = last.instance
    require_permission(request.user, "teams.view_history", row)
    return row


def _csv_rows(change: Change) -> list[list[str]]:
    changed_at = change.changed_at.astimezone().strftime("%Y-%m-%d %H:%M")
    label = {CREATED: _("créé"), CHANGED: _("modifié")}.get(change.kind, _("supprimé"))
    prefix = [changed_at, str(change.author or ""), label]
    rows = [
        [*prefix, difference.label, difference.before, difference.after]
        for difference in change.differences
    ]
    return rows or [[*prefix, "", "", ""]]
