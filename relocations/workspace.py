"""What the moves show to those who keep them true."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.people import person
from portal.accounts.rules import works_anywhere
from portal.core import clock
from portal.core.periods import format_day
from portal.workspace import Context, register
from relocations.attention import attention, last_news
from relocations.models import Relocation
from relocations.outlook import outlook
from relocations.rules import kept_relocations
from relocations.story import latest

SHOWN = 20
RECENT = 10


@register(title=gettext_lazy("Vos déménagements"), order=10, template="relocations/_attention.html")
def moves(request: HttpRequest) -> Context | None:
    """The open moves of one's teams: overdue, then near, then without news, then the others."""
    if not works_anywhere(request.user):
        return None
    user, today = person(request), clock.today()
    open_ones = Relocation.objects.for_schedule().open()
    kept = list(open_ones if user.is_superuser else open_ones.filter(kept_relocations(user)))
    pressing = attention(kept, today)
    others = [move for move in kept if all(move not in some for some in pressing)]
    ordered = [*pressing.overdue, *pressing.soon, *pressing.silent, *others]
    rows = [(move, outlook(move, today), _news(move)) for move in ordered[:SHOWN]]
    return {"rows": rows, "count": len(ordered)}


def _news(move: Relocation) -> str:
    day = last_news(move)
    return _("dernières nouvelles : %s") % format_day(day) if day else _("sans nouvelles")


@register(
    title=gettext_lazy("Changé par des collègues"), order=30, template="relocations/_recent.html"
)
def recent(request: HttpRequest) -> Context | None:
    """The last changes that others made to the moves that one keeps, if there is any."""
    if not works_anywhere(request.user):
        return None
    user = person(request)
    moves = Relocation.objects.all()
    kept = moves if user.is_superuser else moves.filter(kept_relocations(user))
    changes = latest(kept, but=user, limit=RECENT)
    return {"changes": changes} if changes else None
