"""What an agent may do with a move: the buttons of its page, each with its form's fields."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from relocations.enums import RelocationStatus
from relocations.models import Relocation
from relocations.workflow import PERIOD_AND_SITE_FIELDS, WORKFLOW, Label


@dataclass(frozen=True)
class Action:
    """A button: `key` names it in addresses, `to` is the status that it gives.

    `fields` are those of its form, in order; an empty `submit_label` is that of every form.
    """

    key: str
    to: str
    label: Label
    fields: tuple[str, ...]
    submit_label: Label = ""


_STILL_TRUE_LABEL = _("Rien de neuf : c'est toujours vrai")
_NOT_DONE_YET_LABEL = _("Pas encore fait, ni nouvelle date")


def available_actions(move: Relocation) -> list[Action]:
    """Return the actions that the status of the move allows, the most usual first.

    That is a change of date or place; once the date is past, to say that the move is done.
    """
    changes = [
        _status_action(to, reopens=not move.is_open)
        for to in move.status_rule.next_statuses
        if to != move.status
    ]
    changes.sort(key=_is_not_done)
    if not move.is_open:
        return changes
    is_overdue = move.period.is_overdue(clock.today())
    edit = Action("changer", move.status, move.status_rule.edit_label, PERIOD_AND_SITE_FIELDS)
    no_change_label = _NOT_DONE_YET_LABEL if is_overdue else _STILL_TRUE_LABEL
    no_change = Action("rien", move.status, no_change_label, ("evidence",))
    actions = [edit, *changes, no_change]
    return sorted(actions, key=_is_not_done) if is_overdue else actions


def _status_action(to: str, *, reopens: bool) -> Action:
    rule = WORKFLOW[to]
    label = (reopens and rule.reopen_label) or rule.action_label
    return Action(rule.action_key, to, label, rule.fields, rule.submit_label)


def _is_not_done(action: Action) -> bool:
    return action.to != RelocationStatus.DONE
