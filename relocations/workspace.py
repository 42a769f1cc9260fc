"""Panels of the workspace about moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.current_user import current_user
from portal.accounts.rules import is_staff_anywhere
from portal.core import clock
from portal.core.periods.period import format_day
from portal.registries.workspace import Context, register
from relocations.history import recent_changes
from relocations.models import Relocation
from relocations.reminders.moves_to_check import last_update_day, moves_to_check
from relocations.rules import editable_relocations
from relocations.status_labels import StatusLabel, status_label

MAX_MOVES = 20
MAX_CHANGES = 10


@register(
    title=gettext_lazy("Vos déménagements"), order=10, template="relocations/_open_moves_panel.html"
)
def open_moves(request: HttpRequest) -> Context | None:
    """Return the open moves of the user's teams: overdue, upcoming, without news, others."""
    if not is_staff_anywhere(request.user):
        return None
    user, today = current_user(request), clock.today()
    queryset = Relocation.objects.for_schedule().open()
    moves = list(queryset if user.is_superuser else queryset.filter(editable_relocations(user)))
    to_check = moves_to_check(moves, today)
    other_moves = [
        move for move in moves if all(move not in section_moves for section_moves in to_check)
    ]
    sections = [
        (_("Date dépassée : est-ce fait ?"), to_check.overdue),
        (_("Dans les sept jours"), to_check.soon),
        (_("Sans nouvelles depuis trente jours"), to_check.silent),
        (_("Les autres") if to_check else _("En cours"), other_moves),
    ]
    has_several_agencies = len({move.team.agency_id for move in moves}) > 1
    groups, remaining = [], MAX_MOVES
    for title, section_moves in sections:
        rows = [
            MoveRow.of(move, today, shows_agency=has_several_agencies)
            for move in section_moves[:remaining]
        ]
        groups += (
            [MoveGroup(title, len(section_moves), rows, section_moves is to_check.overdue)]
            if section_moves
            else []
        )
        remaining -= len(rows)
    return {"groups": groups, "count": len(moves), "is_cut": len(moves) > MAX_MOVES}


@dataclass(frozen=True)
class MoveRow:
    """A move with its label of today and, in a few words, its date, agency and last news."""

    move: Relocation
    status_label: StatusLabel
    details: str

    @classmethod
    def of(cls, move: Relocation, today: date, *, shows_agency: bool) -> "MoveRow":
        agency = move.team.agency.name if shows_agency else ""
        parts = [move.period_label or _("sans date"), agency, _last_update_label(move)]
        return cls(move, status_label(move, today), " · ".join(part for part in parts if part))


@dataclass(frozen=True)
class MoveGroup:
    """Moves under a title: `count` in all, of which `rows` are shown."""

    title: str
    count: int
    rows: Sequence[MoveRow]
    is_overdue: bool


def _last_update_label(move: Relocation) -> str:
    day = last_update_day(move)
    return _("dernières nouvelles le %s") % format_day(day) if day else _("sans nouvelles")


@register(
    title=gettext_lazy("Changé par des collègues"),
    order=30,
    template="relocations/_colleague_changes_panel.html",
)
def colleague_changes(request: HttpRequest) -> Context | None:
    """Return the last changes that other users made to the moves that the user may edit."""
    if not is_staff_anywhere(request.user):
        return None
    user = current_user(request)
    moves = Relocation.objects.all()
    editable_moves = moves if user.is_superuser else moves.filter(editable_relocations(user))
    changes = recent_changes(editable_moves, exclude_author=user, limit=MAX_CHANGES)
    return {"changes": changes} if changes else None
