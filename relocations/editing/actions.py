"""What an agent may do with a move, as buttons: from its status, which forms, with which fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from relocations.editing.services import FOLLOWING
from relocations.models import Relocation

Status = Relocation.Status
Label = str | Promise
DATE, DAY = ("period",), ("actual_date",)
PLACE = ("destination", "new_address", "new_city")
WHY = ("reason", "evidence")


@dataclass(frozen=True)
class Gesture:
    """`key` names it in an address; `to` is the status asked for, `fields` those of its form."""

    key: str
    to: str
    label: Label
    fields: tuple[str, ...]


_DONE = Gesture("fait", Status.DONE, _("C'est fait"), (*DAY, *PLACE, *WHY))
_RESCHEDULE: Mapping[str, Label] = {
    Status.UNDER_STUDY: _("Compléter"),
    Status.PLANNED: _("Changer la date ou le lieu"),
    Status.CONFIRMED: _("Changer les jours ou le lieu"),
    Status.IN_PROGRESS: _("Changer les jours ou le lieu"),
}
_REOPENED: Mapping[str, Label] = {
    Status.UNDER_STUDY: _("Rouvrir, à l'étude"),
    Status.PLANNED: _("Rouvrir, avec une date"),
    Status.CONFIRMED: _("Rouvrir, avec ses jours"),
    Status.IN_PROGRESS: _("Rouvrir, en cours"),
}
_TOWARDS: Mapping[str, Gesture] = {
    Status.DONE: _DONE,
    Status.CONFIRMED: Gesture(
        "confirmer", Status.CONFIRMED, _("Confirmer les jours"), (*DATE, *PLACE, *WHY)
    ),
    Status.PLANNED: Gesture(
        "prevoir", Status.PLANNED, _("Prévoir une date"), (*DATE, *PLACE, *WHY)
    ),
    Status.IN_PROGRESS: Gesture("commencer", Status.IN_PROGRESS, _("C'est en cours"), WHY),
    Status.UNDER_STUDY: Gesture("etudier", Status.UNDER_STUDY, _("Remettre à l'étude"), WHY),
    Status.CANCELLED: Gesture("annuler", Status.CANCELLED, _("Annuler"), WHY),
}


_STILL = _("Rien de neuf : c'est toujours vrai")
_NOT_YET = _("Pas encore fait, ni nouvelle date")


def gestures(move: Relocation) -> list[Gesture]:
    """Those that the move's status allows, the most usual first: once its date is past, to say that
    it is done.
    """
    found = [_TOWARDS[to] for to in FOLLOWING[move.status] if to != move.status]
    found.sort(key=lambda gesture: gesture is not _DONE)
    if move.is_open:
        label = _RESCHEDULE[move.status]
        found.insert(0, Gesture("changer", move.status, label, (*DATE, *PLACE, *WHY)))
        is_overdue = move.period.is_overdue(clock.today())
        still = _NOT_YET if is_overdue else _STILL
        found.append(Gesture("rien", move.status, still, ("evidence",)))
        if is_overdue:
            found.sort(key=lambda gesture: gesture is not _DONE)
        return found
    return [replace(gesture, label=_REOPENED.get(gesture.to, gesture.label)) for gesture in found]
