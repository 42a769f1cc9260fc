"""What the moves show to those who keep them true."""

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


@register(title=gettext_lazy("Vos déménagements"), order=10, template="relocations/_attention.html")
def open_moves(request: HttpRequest) -> Context | None:
    """The open moves of one's teams: overdue, then near, then without news, then the others."""
    if not is_staff_anywhere(request.user):
        return None
    user, today = current_user(request), clock.today()
    open_ones = Relocation.objects.for_schedule().open()
    kept = list(open_ones if user.is_superuser else open_ones.filter(editable_relocations(user)))
    pressing = moves_to_check(kept, today)
    others = [move for move in kept if all(move not in some for some in pressing)]
    found = [
        (_("Date dépassée : est-ce fait ?"), pressing.overdue),
        (_("Dans les sept jours"), pressing.soon),
        (_("Sans nouvelles depuis trente jours"), pressing.silent),
        (_("Les autres") if pressing else _("En cours"), others),
    ]
    several = len({move.team.agency_id for move in kept}) > 1
    groups, room = [], MAX_MOVES
    for title, some in found:
        rows = [Row.of(move, today, tell_agency=several) for move in some[:room]]
        groups += [Group(title, len(some), rows, some is pressing.overdue)] if some else []
        room -= len(rows)
    return {"groups": groups, "count": len(kept), "is_cut": len(kept) > MAX_MOVES}


@dataclass(frozen=True)
class Row:
    """A move, what it means today, and in a few words when, of which agency, since when known."""

    move: Relocation
    status_label: StatusLabel
    words: str

    @classmethod
    def of(cls, move: Relocation, today: date, *, tell_agency: bool) -> "Row":
        agency = move.team.agency.name if tell_agency else ""
        told = [move.when or _("sans date"), agency, _last_update_label(move)]
        return cls(move, status_label(move, today), " · ".join(part for part in told if part))


@dataclass(frozen=True)
class Group:
    """`count` moves under a title, the first of which are shown."""

    title: str
    count: int
    rows: Sequence[Row]
    is_overdue: bool


def _last_update_label(move: Relocation) -> str:
    day = last_update_day(move)
    return _("dernières nouvelles le %s") % format_day(day) if day else _("sans nouvelles")


@register(
    title=gettext_lazy("Changé par des collègues"), order=30, template="relocations/_recent.html"
)
def colleague_changes(request: HttpRequest) -> Context | None:
    """The last changes that others made to the moves that one keeps, if there is any."""
    if not is_staff_anywhere(request.user):
        return None
    user = current_user(request)
    moves = Relocation.objects.all()
    kept = moves if user.is_superuser else moves.filter(editable_relocations(user))
    changes = recent_changes(kept, but=user, limit=MAX_CHANGES)
    return {"changes": changes} if changes else None
