"""The workflow of moves: one row per status, read by forms, services, pages, calendars and feeds.

A new status is a member of `RelocationStatus`, its row here, and the migration of the constraints.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relocations.enums import RelocationKind as Kind
from relocations.enums import RelocationStatus as Status

Label = str | Promise
LabelByKind = Mapping[str, Label]
Tone = Literal["sure", "soon", "doubt", "past"]

SITE_FIELDS = ("destination", "new_address", "new_city")
REASON_FIELDS = ("reason", "evidence")
PERIOD_AND_SITE_FIELDS = ("period", *SITE_FIELDS, *REASON_FIELDS)


def _by_kind(move: Label, opening: Label, closing: Label) -> LabelByKind:
    return {Kind.MOVE: move, Kind.OPENING: opening, Kind.CLOSING: closing}


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A fixed badge of a status.

    `texts` may hold `%(day)s`, the actual day of the move; `undated_texts` are those of a move
    whose day nobody published.
    """

    tone: Tone
    texts: LabelByKind
    undated_texts: LabelByKind | None = None


@dataclass(frozen=True, kw_only=True)
class StatusRule:
    """What depends on the status of a move.

    - `next_statuses`: may follow it; the same status again is a new date, or news that it holds.
    - `is_open`: something is still to come. `is_initial`: a new move may have it.
    - `action_key`, `action_label`, `submit_label`, `fields`: the button that gives it (the value
      of `geste`), and its form; an empty `submit_label` is that of every form.
    - `edit_label`: the button that changes date or place within it, where it is open.
    - `reopen_label`: the button that gives it to a closed move, where it may.
    - `sentences`: what the history and the e-mails say; `%(day)s` is the actual day.
      `undated_sentences` are those of a move whose day nobody published.
    - `badge`: its badge, where the dates alone do not decide.
    - `calendar_status`: STATUS of RFC 5545.
    - `period_error`, `days_error`: refusals of a move without a date, or without exact days; "" if
      it needs none. `needs_destination`, `needs_reason`: what it requires.
      `needs_actual_date`: it requires the real day, or a period that a source attests.
    - `clears_period`: a move that comes back to it loses its date.
    """

    next_statuses: tuple[Status, ...]
    is_open: bool
    is_initial: bool = False
    action_key: str
    action_label: Label
    submit_label: Label = ""
    fields: tuple[str, ...]
    edit_label: Label = ""
    reopen_label: Label = ""
    sentences: LabelByKind
    undated_sentences: LabelByKind | None = None
    badge: Badge | None = None
    calendar_status: Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
    period_error: Label = ""
    days_error: Label = ""
    needs_destination: bool = False
    needs_actual_date: bool = False
    needs_reason: bool = False
    clears_period: bool = False

    @property
    def needs_period(self) -> bool:
        return bool(self.period_error or self.days_error)


# In the order of a move's life: a change to an earlier row is a step back, which needs a reason.
WORKFLOW: Mapping[str, StatusRule] = {
    Status.UNDER_STUDY: StatusRule(
        next_statuses=(
            *(Status.UNDER_STUDY, Status.PLANNED, Status.CONFIRMED),
            *(Status.DONE, Status.CANCELLED),
        ),
        is_open=True,
        is_initial=True,
        action_key="etudier",
        action_label=_("Remettre à l'étude"),
        fields=REASON_FIELDS,
        edit_label=_("Compléter"),
        reopen_label=_("Rouvrir, à l'étude"),
        sentences=_by_kind(
            _("Le déménagement est à l'étude."),
            _("L'ouverture est à l'étude."),
            _("La fermeture est à l'étude."),
        ),
        calendar_status="TENTATIVE",
        clears_period=True,
    ),
    Status.PLANNED: StatusRule(
        next_statuses=(
            *(Status.PLANNED, Status.CONFIRMED, Status.IN_PROGRESS, Status.DONE),
            *(Status.UNDER_STUDY, Status.CANCELLED),
        ),
        is_open=True,
        is_initial=True,
        action_key="prevoir",
        action_label=_("Prévoir une date"),
        fields=PERIOD_AND_SITE_FIELDS,
        edit_label=_("Changer la date ou le lieu"),
        reopen_label=_("Rouvrir, avec une date"),
        sentences=_by_kind(
            _("Le déménagement est prévu."),
            _("L'ouverture est prévue."),
            _("La fermeture est prévue."),
        ),
        calendar_status="TENTATIVE",
        period_error=_("Un déménagement prévu a besoin d'une date, même approchée."),
    ),
    Status.CONFIRMED: StatusRule(
        next_statuses=(
            *(Status.CONFIRMED, Status.IN_PROGRESS, Status.DONE),
            *(Status.PLANNED, Status.CANCELLED),
        ),
        is_open=True,
        is_initial=True,
        action_key="confirmer",
        action_label=_("Confirmer les jours"),
        fields=PERIOD_AND_SITE_FIELDS,
        edit_label=_("Changer les jours ou le lieu"),
        reopen_label=_("Rouvrir, avec ses jours"),
        sentences=_by_kind(
            _("Le déménagement est confirmé."),
            _("L'ouverture est confirmée."),
            _("La fermeture est confirmée."),
        ),
        calendar_status="CONFIRMED",
        days_error=_("Un déménagement confirmé a besoin de ses jours précis."),
        needs_destination=True,
    ),
    Status.IN_PROGRESS: StatusRule(
        next_statuses=(
            *(Status.IN_PROGRESS, Status.DONE, Status.PLANNED, Status.CONFIRMED),
            Status.CANCELLED,
        ),
        is_open=True,
        action_key="commencer",
        action_label=_("C'est en cours"),
        fields=REASON_FIELDS,
        edit_label=_("Changer les jours ou le lieu"),
        reopen_label=_("Rouvrir, en cours"),
        sentences=_by_kind(
            _("Le déménagement est en cours."),
            _("L'ouverture est en cours."),
            _("La fermeture est en cours."),
        ),
        badge=Badge(tone="soon", texts=_by_kind(*[_("en cours")] * 3)),
        calendar_status="CONFIRMED",
        period_error=_("Un déménagement prévu a besoin d'une date, même approchée."),
    ),
    Status.DONE: StatusRule(
        next_statuses=(Status.IN_PROGRESS, Status.CONFIRMED, Status.PLANNED),
        is_open=False,
        action_key="fait",
        action_label=_("C'est fait"),
        submit_label=_("Oui, c'est fait"),
        fields=("actual_date", "period", *SITE_FIELDS, *REASON_FIELDS),
        sentences=_by_kind(
            _("Le déménagement est fait, le %(day)s."),
            _("C'est ouvert, depuis le %(day)s."),
            _("C'est fermé, depuis le %(day)s."),
        ),
        undated_sentences=_by_kind(
            _("Le déménagement est fait : le jour n’est pas publié."),
            _("C’est ouvert : le jour n’est pas publié."),
            _("C’est fermé : le jour n’est pas publié."),
        ),
        badge=Badge(
            tone="sure",
            texts=_by_kind(_("fait le %(day)s"), _("ouvert le %(day)s"), _("fermé le %(day)s")),
            undated_texts=_by_kind(
                _("fait, jour non publié"),
                _("ouvert, jour non publié"),
                _("fermé, jour non publié"),
            ),
        ),
        calendar_status="CONFIRMED",
        needs_destination=True,
        needs_actual_date=True,
    ),
    Status.CANCELLED: StatusRule(
        next_statuses=(Status.UNDER_STUDY, Status.PLANNED, Status.CONFIRMED),
        is_open=False,
        action_key="annuler",
        action_label=_("Annuler"),
        fields=REASON_FIELDS,
        sentences=_by_kind(
            _("Le déménagement est annulé."),
            _("L'ouverture est annulée."),
            _("La fermeture est annulée."),
        ),
        badge=Badge(tone="past", texts=_by_kind(*[_("annulé")] * 3)),
        calendar_status="CANCELLED",
        needs_reason=True,
    ),
}

CLOSED_STATUSES = [status for status, rule in WORKFLOW.items() if not rule.is_open]


def is_step_back(before: str, after: str) -> bool:
    """Return whether `after` comes before `before` in the life of a move."""
    order = list(WORKFLOW)
    return order.index(after) < order.index(before)
