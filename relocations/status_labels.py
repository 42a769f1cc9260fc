"""What a move means today, in a few words with a tone."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from portal.core.periods.period import Precision, format_day
from relocations.models import Relocation

Kind = Relocation.Kind

_DONE = {
    Kind.MOVE: _lazy("fait le %s"),
    Kind.OPENING: _lazy("ouvert le %s"),
    Kind.CLOSING: _lazy("fermé le %s"),
}
SOON = 90  # days ahead that are still counted one by one


@dataclass(frozen=True)
class StatusLabel:
    """`tone` is a badge's: "sure", "soon", "doubt" or "past"."""

    tone: str
    text: str


def status_label(move: Relocation, today: date) -> StatusLabel:
    """The first that fits: over, cancelled, undated, overdue, under way, ahead.

    On a replayed day, what was done later is still what was announced.
    """
    period = move.period
    if move.actual_date and move.actual_date <= today:
        return StatusLabel("sure", str(_DONE[Kind(move.kind)]) % format_day(move.actual_date))
    if move.status == Relocation.Status.CANCELLED:
        return StatusLabel("past", _("annulé"))
    if not period.is_bounded:
        return StatusLabel("doubt", _("à l'étude, sans date"))
    if period.is_overdue(today) and move.is_already_open:
        return StatusLabel("sure", _("ouvert, jour non publié"))
    if period.is_overdue(today):
        return StatusLabel("doubt", _("date dépassée, à confirmer"))
    if move.is_in_progress:
        return StatusLabel("soon", _("en cours"))
    if period.contains(today):
        by_day = period.precision is Precision.DAY and period.earliest and period.latest
        return StatusLabel("doubt", _("en ce moment") if by_day else _("jour à préciser"))
    return StatusLabel("soon", _countdown(period.earliest, today, period.precision))


def _countdown(earliest: date | None, today: date, precision: Precision) -> str:
    days = (earliest - today).days if earliest else 0
    if precision is not Precision.DAY or not 0 < days <= SOON:
        return _("prévu, jour à préciser") if precision is not Precision.DAY else _("prévu")
    if days == 1:
        return _("demain")
    return ngettext("dans %d jour", "dans %d jours", days) % days
