"""Corrections of a frozen evaluation."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.workflow import Refused, lock_version
from schema_actions.entries.figures import evaluation_figures
from schema_actions.entries.services import (
    EntryContent,
    add_signed_version,
    check_reason,
    content_of,
    refuse_author,
    write_evaluation,
)
from schema_actions.enums import EntryAction
from schema_actions.models import Entry, Evaluation


@transaction.atomic
def correct(
    *, evaluation: Evaluation, version: int, content: EntryContent, reason: str, by: User
) -> Evaluation:
    """Write the correction and add a signed version; earlier ones stay. Raises Stale or Refused."""
    if not evaluation.campaign.is_frozen:
        message = _("Cette campagne n'est pas figée : rien n'y est à corriger.")
        raise Refused.with_message(message)
    refused = Refused()
    check_reason(refused, EntryAction.CORRECTED, reason)
    refused.raise_if_any()
    rows = Evaluation.objects.select_related("campaign", "sheet")
    locked = lock_version(rows, pk=evaluation.pk, version=version)
    if entry := Entry.objects.for_page().filter(evaluation=locked).first():
        refuse_author(entry, by)
    if content == content_of(locked, evaluation_figures(locked)):
        raise Refused.with_message(_("Rien n'a changé : il n'y a rien à corriger."))
    write_evaluation(locked, content)
    add_signed_version(locked, EntryAction.CORRECTED, content, by=by, reason=reason)
    return locked
