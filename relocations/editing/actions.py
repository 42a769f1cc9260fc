"""What an agent may do with a move, as buttons: from its status, which forms, with which fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from relocations.editing.services import NEXT_STATUSES
from relocations.models import Relocation

Status = Relocation.Status
Label = str | Promise
PERIOD_FIELDS, DAY_FIELDS = ("period",), ("actual_date",)
SITE_FIELDS = ("destination", "new_address", "new_city")
REASON_FIELDS = ("reason", "evidence")


@dataclass(frozen=True)
class Action:
    """`key` names it in an address; `to` is the status asked for, `fields` those of its form."""

    key: str
    to: str
    label: Label
    fields: tuple[str, ...]


_DONE = Action("fait", Status.DONE, _("C'est fait"), (*DAY_FIELDS, *SITE_FIELDS, *REASON_FIELDS))
_EDIT_LABELS: Mapping[str, Label] = {
    Status.UNDER_STUDY: _("Compléter"),
    Status.PLANNED: _("Changer la date ou le lieu"),
    Status.CONFIRMED: _("Changer les jours ou le lieu"),
    Status.IN_PROGRESS: _("Changer les jours ou le lieu"),
}
_REOPEN_LABELS: Mapping[str, Label] = {
    Status.UNDER_STUDY: _("Rouvrir, à l'étude"),
    Status.PLANNED: _("Rouvrir, avec une date"),
    Status.CONFIRMED: _("Rouvrir, avec ses jours"),
    Status.IN_PROGRESS: _("Rouvrir, en cours"),
}
_ACTIONS: Mapping[str, Action] = {
    Status.DONE: _DONE,
    Status.CONFIRMED: Action(
        "confirmer",
        Status.CONFIRMED,
        _("Confirmer les jours"),
        (*PERIOD_FIELDS, *SITE_FIELDS, *REASON_FIELDS),
    ),
    Status.PLANNED: Action(
        "prevoir",
        Status.PLANNED,
        _("Prévoir une date"),
        (*PERIOD_FIELDS, *SITE_FIELDS, *REASON_FIELDS),
    ),
    Status.IN_PROGRESS: Action("commencer", Status.IN_PROGRESS, _("C'est en cours"), REASON_FIELDS),
    Status.UNDER_STUDY: Action(
        "etudier", Status.UNDER_STUDY, _("Remettre à l'étude"), REASON_FIELDS
    ),
    Status.CANCELLED: Action("annuler", Status.CANCELLED, _("Annuler"), REASON_FIELDS),
}


_STILL_TRUE_LABEL = _("Rien de neuf : c'est toujours vrai")
_NOT_DONE_YET_LABEL = _("Pas encore fait, ni nouvelle date")


def available_actions(move: Relocation) -> list[Action]:
    """Those that the move's status allows, the most usual first: once its date is past, to say that
    it is done.
    """
    actions = [_ACTIONS[to] for to in NEXT_STATUSES[move.status] if to != move.status]
    actions.sort(key=lambda action: action is not _DONE)
    if move.is_open:
        label = _EDIT_LABELS[move.status]
        actions.insert(
            0, Action("changer", move.status, label, (*PERIOD_FIELDS, *SITE_FIELDS, *REASON_FIELDS))
        )
        is_overdue = move.period.is_overdue(clock.today())
        still = _NOT_DONE_YET_LABEL if is_overdue else _STILL_TRUE_LABEL
        actions.append(Action("rien", move.status, still, ("evidence",)))
        if is_overdue:
            actions.sort(key=lambda action: action is not _DONE)
        return actions
    return [
        replace(action, label=_REOPEN_LABELS.get(action.to, action.label)) for action in actions
    ]
