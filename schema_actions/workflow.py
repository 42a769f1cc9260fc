"""The workflows of campaigns and of their entries, one row per status and per action.

Services, views, templates and constraints read these tables. A new status is a member of its enum
and a row here; a new action too, with its form in `entries/actions.py`. No database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schema_actions.enums import CampaignStatus, EntryAction, EntryStatus

Text = str | Promise

WRITE = "schema_actions.change_entry"
REVIEW = "schema_actions.review_entry"
VALIDATE = "schema_actions.validate_entry"
CORRECT = "schema_actions.change_evaluation"
MANAGE = "schema_actions.change_campaign"

ANOTHER_PERSON_NEEDED = _(
    "Vous êtes pilote de cette fiche, ou vous y avez écrit : une autre personne doit la relire, la"
    " valider, la rendre ou la corriger. Demandez à un autre relecteur ou gestionnaire, ou à"
    " l'administrateur du portail."
)


@dataclass(frozen=True)
class CampaignStatusRow:
    """A status of a campaign hosted in the portal.

    `next` is the only status that may follow, None for the last one; `next_url_name`,
    `next_button`, `next_note` and `next_message` are the manager's form that goes there, and
    `not_here` the refusal when the campaign has another status than this one. Pilots write while
    `is_open`; while `is_frozen`, only signed corrections change an evaluation; `is_public` shows
    the campaign to everybody.
    """

    next: CampaignStatus | None = None
    next_url_name: str = ""
    next_button: Text = ""
    next_note: Text = ""
    next_message: Text = ""
    not_here: Text = ""
    is_open: bool = False
    is_frozen: bool = False
    is_public: bool = False


CAMPAIGN_STATUSES: Mapping[CampaignStatus, CampaignStatusRow] = {
    CampaignStatus.PREPARATION: CampaignStatusRow(
        next=CampaignStatus.OPEN,
        next_url_name="campaign-open",
        next_button=_("Ouvrir la campagne et prévenir les pilotes"),
        next_message=_("La campagne est ouverte, et ses pilotes sont prévenus."),
        not_here=_("Cette campagne n'est plus en préparation."),
    ),
    CampaignStatus.OPEN: CampaignStatusRow(
        next=CampaignStatus.VALIDATED,
        next_url_name="campaign-freeze",
        next_button=_("Valider et figer la campagne"),
        next_message=_("La campagne est validée et figée."),
        not_here=_("Seule une campagne ouverte peut être figée."),
        is_open=True,
    ),
    CampaignStatus.VALIDATED: CampaignStatusRow(
        next=CampaignStatus.PUBLISHED,
        next_url_name="campaign-publish",
        next_button=_("Publier la campagne"),
        next_note=_("tout le monde pourra la lire, la comparer, l'imprimer"),
        next_message=_("La campagne est publiée : tout le monde peut la lire."),
        not_here=_("Seule une campagne figée peut être publiée."),
        is_frozen=True,
    ),
    CampaignStatus.PUBLISHED: CampaignStatusRow(is_frozen=True, is_public=True),
}
FROZEN_STATUSES = [status for status, row in CAMPAIGN_STATUSES.items() if row.is_frozen]
PUBLIC_STATUSES = [status for status, row in CAMPAIGN_STATUSES.items() if row.is_public]


@dataclass(frozen=True)
class EntryState:
    """What an entry waits for: `key` is its filter in the address of the campaign's page.

    An `is_always_counted` state is listed there even when no entry is in it.
    """

    key: str
    label: Text
    tone: str
    is_always_counted: bool = False


NOT_STARTED = EntryState("pas-commencee", _("pas commencée"), "doubt", is_always_counted=True)
STARTED = EntryState("en-cours", _("en cours d'écriture"), "soon")
SUBMITTED = EntryState("a-relire", _("remise, à relire"), "soon")
AGREED = EntryState("d-accord", _("relue, d'accord : à valider"), "soon")
DISAGREED = EntryState("pas-d-accord", _("relue, pas d'accord : à trancher"), "doubt")
VALIDATED = EntryState("validee", _("validée"), "sure", is_always_counted=True)
LATE = EntryState("en-retard", _("en retard"), "doubt")
WITHOUT_PILOT = EntryState("sans-pilote", _("sans pilote"), "doubt")


@dataclass(frozen=True)
class EntryStatusRow:
    """A status of an entry.

    Its `state`, or the one of `state_if` whose key is a property of the entry that is true.
    An entry that is not `is_handed_in` has no level yet and may be late; one that is handed in and
    not `is_final` keeps the campaign from being frozen. Arriving at a status with
    `clears_proposal` drops the level that a reviewer proposed.
    """

    state: EntryState
    state_if: Mapping[str, EntryState] = field(default_factory=dict)
    is_handed_in: bool = True
    is_final: bool = False
    clears_proposal: bool = False


ENTRY_STATUSES: Mapping[EntryStatus, EntryStatusRow] = {
    EntryStatus.DRAFT: EntryStatusRow(
        NOT_STARTED, {"is_started": STARTED}, is_handed_in=False, clears_proposal=True
    ),
    EntryStatus.SUBMITTED: EntryStatusRow(SUBMITTED, clears_proposal=True),
    EntryStatus.REVIEWED: EntryStatusRow(DISAGREED, {"is_agreed": AGREED}),
    EntryStatus.VALIDATED: EntryStatusRow(VALIDATED, is_final=True),
}
ENTRY_STATES = [
    state for row in ENTRY_STATUSES.values() for state in (row.state, *row.state_if.values())
]


@dataclass(frozen=True)
class EntryActionRow:
    """A signed action on the entry of a sheet.

    `from_statuses` and `to_status` are those of the entry; without `to_status` it keeps its own, as
    the campaign is frozen. `permission` is who may do it; with `needs_another_person`, a pilot or
    an author of the sheet may not, whatever their rights. `reason_required` is the refusal without
    a reason, "" where a reason is optional. `button` and `message` are on the form and after it.
    With `shows_text` the history of the sheet can unfold what it said. `notifies_pilots` has an
    e-mail sent to them.
    """

    permission: str
    from_statuses: tuple[EntryStatus, ...] = ()
    to_status: EntryStatus | None = None
    needs_another_person: bool = False
    reason_required: Text = ""
    button: Text = ""
    message: Text = ""
    shows_text: bool = True
    notifies_pilots: bool = False


SAVE_DRAFT = EntryActionRow(  # the only action that nobody signs
    permission=WRITE,
    from_statuses=(EntryStatus.DRAFT,),
    to_status=EntryStatus.DRAFT,
    button=_("Enregistrer le brouillon"),
    message=_("Le brouillon est enregistré."),
)
ENTRY_ACTIONS: Mapping[EntryAction, EntryActionRow] = {
    EntryAction.SUBMITTED: EntryActionRow(
        permission=WRITE,
        from_statuses=(EntryStatus.DRAFT,),
        to_status=EntryStatus.SUBMITTED,
        button=_("Remettre la fiche"),
        message=_("La fiche est remise : elle sera relue."),
    ),
    EntryAction.TAKEN_BACK: EntryActionRow(
        permission=WRITE,
        from_statuses=(EntryStatus.SUBMITTED,),
        to_status=EntryStatus.DRAFT,
        button=_("Reprendre la fiche"),
        message=_("La fiche est de nouveau un brouillon."),
        shows_text=False,
    ),
    EntryAction.AGREED: EntryActionRow(
        permission=REVIEW,
        from_statuses=(EntryStatus.SUBMITTED,),
        to_status=EntryStatus.REVIEWED,
        needs_another_person=True,
        button=_("Enregistrer la relecture"),
        message=_("Votre relecture est enregistrée."),
        shows_text=False,
    ),
    EntryAction.DISAGREED: EntryActionRow(
        permission=REVIEW,
        from_statuses=(EntryStatus.SUBMITTED,),
        to_status=EntryStatus.REVIEWED,
        needs_another_person=True,
        reason_required=_("Dites pourquoi : le pilote et le gestionnaire vous liront."),
        button=_("Enregistrer la relecture"),
        message=_("Votre relecture est enregistrée."),
        shows_text=False,
    ),
    EntryAction.GIVEN_BACK: EntryActionRow(
        permission=VALIDATE,
        from_statuses=(EntryStatus.SUBMITTED, EntryStatus.REVIEWED, EntryStatus.VALIDATED),
        to_status=EntryStatus.DRAFT,
        needs_another_person=True,
        reason_required=_("Dites au pilote ce qu'il doit reprendre."),
        button=_("Rendre au pilote"),
        message=_("La fiche est rendue à son pilote, qui est prévenu."),
        notifies_pilots=True,
    ),
    EntryAction.VALIDATED: EntryActionRow(
        permission=VALIDATE,
        from_statuses=(EntryStatus.REVIEWED,),
        to_status=EntryStatus.VALIDATED,
        needs_another_person=True,
        button=_("Valider la fiche"),
        message=_("La fiche est validée."),
    ),
    EntryAction.LEFT_OUT: EntryActionRow(permission=MANAGE, from_statuses=(EntryStatus.DRAFT,)),
    EntryAction.CORRECTED: EntryActionRow(
        permission=CORRECT,
        needs_another_person=True,
        reason_required=_("Dites pourquoi : cette raison sera lue à côté de la fiche."),
        button=_("Signer la correction"),
        message=_("La correction est signée et enregistrée."),
    ),
}
ACTIONS_WITH_REASON = [action for action, row in ENTRY_ACTIONS.items() if row.reason_required]
