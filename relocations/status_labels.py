"""What a move means today: a few words with a tone."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.periods.period import Precision, format_day
from relocations.models import Relocation
from relocations.workflow import Badge, Tone

SOON = 90  # days ahead that are still counted one by one


@dataclass(frozen=True)
class StatusLabel:
    """A badge in French."""

    tone: Tone
    text: str


def status_label(move: Relocation, today: date) -> StatusLabel:
    """Return the label of a move on that day.

    The first that fits: closed, without date, overdue, fixed by the status, from the dates. Before
    its actual day, a move that is done since is still as announced.
    """
    period, badge = move.period, move.status_rule.badge
    if badge and _is_closed(move, today):
        return _fixed_label(badge, move)
    if move.is_done_without_a_day:
        return StatusLabel("doubt", _("jour non publié, à confirmer"))
    if not period.is_bounded:
        return StatusLabel("doubt", _("à l'étude, sans date"))
    if period.is_overdue(today) and move.is_already_open:
        return StatusLabel("sure", _("ouvert, jour non publié"))
    if period.is_overdue(today) and move.is_overtaken:
        return StatusLabel("past", _("un déménagement plus récent est fait"))
    if period.is_overdue(today):
        return StatusLabel("doubt", _("date dépassée, à confirmer"))
    if badge and move.is_open:
        return _fixed_label(badge, move)
    if period.has_begun_without_end(today):
        return StatusLabel("doubt", _("date passée, sans nouvelles"))
    if period.contains(today):
        text = _("en ce moment") if period.has_exact_days else _("jour à préciser")
        return StatusLabel("doubt", text)
    return StatusLabel("soon", _countdown(period.earliest, today, period.precision))


def _is_closed(move: Relocation, today: date) -> bool:
    """Return whether it is closed that day; where its day is unknown, once its period is over."""
    if not move.status_rule.needs_actual_date:
        return not move.is_open
    if move.actual_date is None:
        return move.period.is_overdue(today)
    return move.actual_date <= today


def _fixed_label(badge: Badge, move: Relocation) -> StatusLabel:
    if badge.undated_texts and move.actual_date is None:
        return StatusLabel(badge.tone, str(badge.undated_texts[move.kind]))
    day = format_day(move.actual_date) if move.actual_date else ""
    return StatusLabel(badge.tone, str(badge.texts[move.kind]) % {"day": day})


def _countdown(earliest: date | None, today: date, precision: Precision) -> str:
    days = (earliest - today).days if earliest else 0
    if precision is not Precision.DAY or not 0 < days <= SOON:
        return _("prévu, jour à préciser") if precision is not Precision.DAY else _("prévu")
    if days == 1:
        return _("demain")
    return ngettext("dans %d jour", "dans %d jours", days) % days
