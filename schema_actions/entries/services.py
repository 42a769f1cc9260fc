"""Changes of an entry: its draft, and the actions of the workflow, each of which is signed.

Every change names the version that it was decided on and raises Stale when another change came
first. `workflow.ENTRY_ACTIONS` says where an action starts and leads, and whether it needs another
person than the authors of the sheet. A signed action adds a row: who, when, why, and all that the
sheet said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.workflow import Refused, lock_version
from schema_actions.entries.figures import Figures, write_figures
from schema_actions.entries.notifications import notify_given_back
from schema_actions.enums import EntryAction, EntryStatus, LevelStatus
from schema_actions.models import (
    AbstractEvaluation,
    Campaign,
    Entry,
    Evaluation,
    SignedVersion,
    Writer,
)
from schema_actions.sheets import SECTIONS
from schema_actions.workflow import (
    ANOTHER_PERSON_NEEDED,
    ENTRY_ACTIONS,
    ENTRY_STATUSES,
    SAVE_DRAFT,
)


@dataclass(frozen=True)
class EntryContent:
    """What a sheet says: its level or why it has none, its sections, its figures as typed."""

    level_status: str = LevelStatus.MISSING
    level: int | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    figures: Figures = ()


def content_of(row: AbstractEvaluation, figures: Figures) -> EntryContent:
    return EntryContent(row.level_status, row.level, row.sections, figures)


@transaction.atomic
def save_draft(*, entry: Entry, version: int, content: EntryContent, by: User) -> Entry:
    """Save the draft of a pilot. Raises Stale, or Refused once it is handed in."""
    return _write_content(_lock_entry(entry, version, SAVE_DRAFT.from_statuses), content, by)


@transaction.atomic
def submit(*, entry: Entry, version: int, content: EntryContent, by: User) -> Entry:
    """Save the sheet and hand it in for review. Raises Stale or Refused."""
    refused = Refused()
    if content.level_status == LevelStatus.MISSING:
        refused.add("level", _("Placez la flèche : un niveau de 1 à 7, ou « non concernée »."))
    if (
        content.level_status != LevelStatus.NOT_CONCERNED
        and not content.sections.get("done", "").strip()
    ):
        refused.add("done", _("Dites ce qui a été fait, même si c'est peu."))
    refused.raise_if_any()
    locked = _lock_for_action(entry, version, EntryAction.SUBMITTED, by)
    return _sign_action(_write_content(locked, content, by), EntryAction.SUBMITTED, by)


@transaction.atomic
def take_back(*, entry: Entry, version: int, by: User) -> Entry:
    """Make a draft again of a sheet that nobody reviewed yet. Raises Stale or Refused."""
    locked = _lock_for_action(entry, version, EntryAction.TAKEN_BACK, by)
    return _sign_action(locked, EntryAction.TAKEN_BACK, by)


@transaction.atomic
def agree(*, entry: Entry, version: int, by: User, reason: str = "") -> Entry:
    """Review the sheet and keep its level. Raises Stale or Refused."""
    locked = _lock_for_action(entry, version, EntryAction.AGREED, by)
    return _sign_action(locked, EntryAction.AGREED, by, reason)


@transaction.atomic
def disagree(*, entry: Entry, version: int, level: int | None, reason: str, by: User) -> Entry:
    """Review the sheet and propose another level. Raises Stale or Refused."""
    refused = Refused()
    if level is None:
        refused.add("level", _("Quel niveau proposez-vous ?"))
    elif level == entry.level:
        refused.add("level", _("C'est le niveau du pilote : choisissez-en un autre."))
    check_reason(refused, EntryAction.DISAGREED, reason)
    refused.raise_if_any()
    locked = _lock_for_action(entry, version, EntryAction.DISAGREED, by)
    locked.proposed_level = level
    return _sign_action(locked, EntryAction.DISAGREED, by, reason)


@transaction.atomic
def give_back(*, entry: Entry, version: int, reason: str, by: User) -> Entry:
    """Make a draft again, for its pilots to complete. Raises Stale or Refused."""
    refused = Refused()
    check_reason(refused, EntryAction.GIVEN_BACK, reason)
    refused.raise_if_any()
    locked = _lock_for_action(entry, version, EntryAction.GIVEN_BACK, by)
    return _sign_action(locked, EntryAction.GIVEN_BACK, by, reason)


@transaction.atomic
def validate(
    *, entry: Entry, version: int, by: User, takes_proposed: bool = False, reason: str = ""
) -> Entry:
    """Validate the pilot's level, or the one that a reviewer proposed. Raises Stale or Refused.

    The reviewer who proposed a level may not be the person who takes it.
    """
    locked = _lock_for_action(entry, version, EntryAction.VALIDATED, by)
    if takes_proposed and locked.proposed_level is not None:
        if _last_proposer(locked) == by:
            message = _("Vous avez proposé ce niveau : une autre personne peut le retenir.")
            raise Refused.with_message(message, "level")
        locked.level_status, locked.level = LevelStatus.EVALUATED, locked.proposed_level
    return _sign_action(locked, EntryAction.VALIDATED, by, reason)


def check_reason(refused: Refused, action: EntryAction, reason: str) -> None:
    """Add a message to the refusal where the action needs a reason and has none."""
    message = ENTRY_ACTIONS[action].reason_required
    if message and not reason.strip():
        refused.add("reason", str(message))


def refuse_author(entry: Entry, by: User) -> None:
    """Raise Refused for a pilot or an author of the sheet."""
    if entry.is_authored_by(by):
        raise Refused.with_message(str(ANOTHER_PERSON_NEEDED))


def write_evaluation(evaluation: Evaluation, content: EntryContent) -> None:
    """Write what was signed to the evaluation and to the figures of its campaign."""
    evaluation.level_status, evaluation.level = content.level_status, content.level
    for name in SECTIONS:
        setattr(evaluation, name, content.sections.get(name, ""))
    evaluation.edited_at = timezone.now()
    evaluation.save()
    write_figures(evaluation, content.figures)


def add_signed_version(
    evaluation: Evaluation,
    action: EntryAction,
    content: EntryContent,
    *,
    by: User,
    reason: str = "",
    proposed_level: int | None = None,
) -> SignedVersion:
    """Record what the sheet says, signed."""
    return SignedVersion.objects.create(
        evaluation=evaluation,
        number=SignedVersion.objects.filter(evaluation=evaluation).count() + 1,
        action=action,
        reason=reason.strip(),
        signed_by=by,
        level_status=content.level_status,
        level=content.level,
        figures=list(content.figures),
        proposed_level=proposed_level,
        **content.sections,
    )


def _lock_for_action(entry: Entry, version: int, action: EntryAction, by: User) -> Entry:
    """Return the entry in its next version, locked, once the action is possible for this person."""
    row = ENTRY_ACTIONS[action]
    locked = _lock_entry(entry, version, row.from_statuses)
    if row.needs_another_person:
        refuse_author(locked, by)
    return locked


def _lock_entry(entry: Entry, version: int, from_statuses: tuple[EntryStatus, ...]) -> Entry:
    """Return the entry in its next version, locked with its campaign (SELECT FOR UPDATE)."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=entry.evaluation.campaign_id)
    if not campaign.is_open:
        raise Refused.with_message(_("Cette campagne n'est pas ouverte : rien ne s'y écrit plus."))
    locked = lock_version(Entry.objects.for_page(), pk=entry.pk, version=version)
    if locked.status not in from_statuses:
        message = _("Cette fiche est « %s » : ce n'est plus possible.")
        raise Refused.with_message(message % locked.get_status_display())
    return locked


def _last_proposer(entry: Entry) -> User | None:
    """Return the reviewer who proposed a level last."""
    versions = SignedVersion.objects.filter(
        evaluation=entry.evaluation_id, action=EntryAction.DISAGREED
    )
    last = versions.select_related("signed_by").order_by("-number").first()
    return last.signed_by if last else None


def _write_content(entry: Entry, content: EntryContent, by: User) -> Entry:
    entry.level_status, entry.level = content.level_status, content.level
    for name in SECTIONS:
        setattr(entry, name, content.sections.get(name, ""))
    entry.figures = list(content.figures)
    entry.edited_at, entry.edited_by = timezone.now(), by
    entry.save()
    Writer.objects.get_or_create(entry=entry, user=by)
    return entry


def _sign_action(entry: Entry, action: EntryAction, by: User, reason: str = "") -> Entry:
    row = ENTRY_ACTIONS[action]
    if row.to_status:
        entry.status = row.to_status
        if ENTRY_STATUSES[row.to_status].clears_proposal:
            entry.proposed_level = None
    entry.save()
    add_signed_version(
        entry.evaluation,
        action,
        content_of(entry, entry.figures),
        by=by,
        reason=reason,
        proposed_level=entry.proposed_level,
    )
    if row.notifies_pilots:
        notify_given_back(entry, reason)
    return entry
