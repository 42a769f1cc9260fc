"""The only way to change a sheet of a campaign held in the portal: write its draft, sign it on.

Each change says which version it was decided on, and is refused when somebody changed the sheet
since. What is signed leaves a row: who, when, why, and all that the sheet said then.

Two hands: who pilots a sheet, or ever wrote in it, neither reviews it, validates it, gives it back
nor corrects it, whatever their rights; and who proposed another level does not retain it alone.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.core import clock
from portal.core.periods.period import Period
from portal.core.workflow import Refused, lock_version
from schema_actions.entries.notifications import notify_given_back
from schema_actions.enums import EntryAction, EntryStatus, LevelStatus
from schema_actions.models import (
    Campaign,
    Entry,
    Evaluation,
    Indicator,
    IndicatorValue,
    SignedVersion,
    Writer,
    Written,
)
from schema_actions.sheets import SECTIONS

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
Figures = Sequence[Mapping[str, str]]
ANOTHER_HAND = _lazy(
    "Vous êtes pilote de cette fiche, ou vous y avez écrit : une autre personne doit la relire, la"
    " valider, la rendre ou la corriger. Demandez à un autre relecteur ou gestionnaire, ou à"
    " l'administrateur du portail."
)

# The step that each act of a campaign starts from.
STARTING_STATUSES: Mapping[str, tuple[str, ...]] = {
    EntryAction.SUBMITTED: (EntryStatus.DRAFT,),
    EntryAction.TAKEN_BACK: (EntryStatus.SUBMITTED,),
    EntryAction.AGREED: (EntryStatus.SUBMITTED,),
    EntryAction.DISAGREED: (EntryStatus.SUBMITTED,),
    EntryAction.GIVEN_BACK: (EntryStatus.SUBMITTED, EntryStatus.REVIEWED, EntryStatus.VALIDATED),
    EntryAction.VALIDATED: (EntryStatus.REVIEWED,),
}
RESULTING_STATUSES: Mapping[str, str] = {
    EntryAction.SUBMITTED: EntryStatus.SUBMITTED,
    EntryAction.TAKEN_BACK: EntryStatus.DRAFT,
    EntryAction.AGREED: EntryStatus.REVIEWED,
    EntryAction.DISAGREED: EntryStatus.REVIEWED,
    EntryAction.GIVEN_BACK: EntryStatus.DRAFT,
    EntryAction.VALIDATED: EntryStatus.VALIDATED,
}


@dataclass(frozen=True)
class EntryContent:
    """What a sheet says: its level or why it has none, its sections, its figures as typed."""

    level_status: str = LevelStatus.MISSING
    level: int | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    figures: Figures = ()


def content_from(row: Written, figures: Figures) -> EntryContent:
    return EntryContent(row.level_status, row.level, row.sections, figures)


@transaction.atomic
def save_draft(*, entry: Entry, version: int, content: EntryContent, by: Any) -> Entry:
    """The entry, as its pilot left it for now. Raises Stale, or Refused once it is no draft."""
    return _write_content(_lock_entry(entry, version, (EntryStatus.DRAFT,)), content, by)


@transaction.atomic
def submit(*, entry: Entry, version: int, content: EntryContent, by: Any) -> Entry:
    """Saves and hands the sheet in. Raises Stale or Refused."""
    faults = Refused()
    if content.level_status == LevelStatus.MISSING:
        faults.add("level", _("Placez la flèche : un niveau de 1 à 7, ou « non concernée »."))
    if (
        content.level_status != LevelStatus.NOT_CONCERNED
        and not content.sections.get("done", "").strip()
    ):
        faults.add("done", _("Dites ce qui a été fait, même si c'est peu."))
    faults.raise_if_any()
    held = _write_content(
        _lock_entry(entry, version, STARTING_STATUSES[EntryAction.SUBMITTED]), content, by
    )
    return _sign_entry(held, EntryAction.SUBMITTED, by)


@transaction.atomic
def take_back(*, entry: Entry, version: int, by: Any) -> Entry:
    """A sheet handed in that nobody reviewed yet is a draft again. Raises Stale or Refused."""
    return _sign_entry(
        _lock_entry(entry, version, STARTING_STATUSES[EntryAction.TAKEN_BACK]),
        EntryAction.TAKEN_BACK,
        by,
    )


@transaction.atomic
def agree(*, entry: Entry, version: int, by: Any, reason: str = "") -> Entry:
    """Raises Stale or Refused."""
    held = _of_another(_lock_entry(entry, version, STARTING_STATUSES[EntryAction.AGREED]), by)
    return _sign_entry(held, EntryAction.AGREED, by, reason)


@transaction.atomic
def disagree(*, entry: Entry, version: int, level: int | None, reason: str, by: Any) -> Entry:
    """Another level than the pilot's, with a reason. Raises Stale or Refused."""
    faults = Refused()
    if level is None:
        faults.add("level", _("Quel niveau proposez-vous ?"))
    elif level == entry.level:
        faults.add("level", _("C'est le niveau du pilote : choisissez-en un autre."))
    if not reason.strip():
        faults.add("reason", _("Dites pourquoi : le pilote et le gestionnaire vous liront."))
    faults.raise_if_any()
    held = _of_another(_lock_entry(entry, version, STARTING_STATUSES[EntryAction.DISAGREED]), by)
    held.proposed_level = level
    return _sign_entry(held, EntryAction.DISAGREED, by, reason)


@transaction.atomic
def give_back(*, entry: Entry, version: int, reason: str, by: Any) -> Entry:
    """A draft again, for its pilot to complete. Raises Stale or Refused."""
    if not reason.strip():
        raise Refused.with_message(_("Dites au pilote ce qu'il doit reprendre."), "reason")
    held = _of_another(_lock_entry(entry, version, STARTING_STATUSES[EntryAction.GIVEN_BACK]), by)
    held = _sign_entry(held, EntryAction.GIVEN_BACK, by, reason)
    notify_given_back(held, reason)
    return held


@transaction.atomic
def validate(
    *, entry: Entry, version: int, by: Any, takes_proposed: bool = False, reason: str = ""
) -> Entry:
    """Keeps the pilot's level, or takes the one its reviewer proposed. Raises Stale or Refused."""
    held = _of_another(_lock_entry(entry, version, STARTING_STATUSES[EntryAction.VALIDATED]), by)
    if takes_proposed and held.proposed_level is not None:
        if _proposed_by(held) == by:
            said = _("Vous avez proposé ce niveau : une autre personne peut le retenir.")
            raise Refused.with_message(said, "level")
        held.level_status, held.level = LevelStatus.EVALUATED, held.proposed_level
    return _sign_entry(held, EntryAction.VALIDATED, by, reason)


@transaction.atomic
def correct(
    *, evaluation: Evaluation, version: int, content: EntryContent, reason: str, by: Any
) -> Evaluation:
    """A new signed version of a frozen evaluation; the earlier stay. Raises Stale or Refused."""
    if not evaluation.campaign.is_frozen:
        raise Refused.with_message(_("Cette campagne n'est pas figée : rien n'y est à corriger."))
    if not reason.strip():
        raise Refused.with_message(
            _("Dites pourquoi : cette raison sera lue à côté de la fiche."), "reason"
        )
    rows = Evaluation.objects.select_related("campaign", "sheet")
    held = lock_version(rows, pk=evaluation.pk, version=version)
    if entry := Entry.objects.for_page().filter(evaluation=held).first():
        _of_another(entry, by)
    if content == content_from(held, evaluation_figures(held)):
        raise Refused.with_message(_("Rien n'a changé : il n'y a rien à corriger."))
    write_evaluation(held, content)
    add_signed_version(held, EntryAction.CORRECTED, content, by=by, reason=reason)
    return held


def write_evaluation(evaluation: Evaluation, content: EntryContent) -> None:
    """Gives the evaluation and the figures of its campaign what was signed."""
    evaluation.level_status, evaluation.level = content.level_status, content.level
    for name in SECTIONS:
        setattr(evaluation, name, content.sections.get(name, ""))
    evaluation.edited_at = timezone.now()
    evaluation.save()
    _write_figures(evaluation, content.figures)


def evaluation_figures(evaluation: Evaluation) -> list[dict[str, str]]:
    """The figures of its sheet in its campaign, as they are typed."""
    rows = IndicatorValue.objects.filter(
        campaign=evaluation.campaign_id, indicator__sheet=evaluation.sheet_id
    )
    return [
        {
            "name": row.indicator.name,
            "unit": row.indicator.unit,
            "value": format_figure(row.value),
            "period": row.period_text,
        }
        for row in rows.select_related("indicator").order_by("indicator__position", "rank")
    ]


def format_figure(value: Decimal) -> str:
    """A number as one types it: "155", "7,5"."""
    whole = value == value.to_integral()
    return (f"{value:.0f}" if whole else f"{value.normalize():f}").replace(".", ",")


def parse_figure(text: str) -> Decimal:
    """What was typed as a number: "13 500", "7,5"; raises ValueError."""
    plain = "".join(text.split()).replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


def add_signed_version(
    evaluation: Evaluation,
    action: str,
    content: EntryContent,
    *,
    by: Any,
    reason: str = "",
    proposed_level: int | None = None,
) -> SignedVersion:
    """Keeps what the sheet says now, signed."""
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


def _lock_entry(entry: Entry, version: int, starts: tuple[str, ...]) -> Entry:
    """The entry in its next version, for whoever comes first: its row waits for the commit."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=entry.evaluation.campaign_id)
    if not campaign.is_open:
        raise Refused.with_message(_("Cette campagne n'est pas ouverte : rien ne s'y écrit plus."))
    held = lock_version(Entry.objects.for_page(), pk=entry.pk, version=version)
    if held.status not in starts:
        said = _("Cette fiche est « %s » : ce n'est plus possible.")
        raise Refused.with_message(said % held.get_status_display())
    return held


def _of_another(entry: Entry, by: Any) -> Entry:
    """The entry as it is now, once it is sure that `by` is none of its authors. Raises Refused."""
    if entry.is_authored_by(by):
        raise Refused.with_message(str(ANOTHER_HAND))
    return entry


def _proposed_by(entry: Entry) -> Any:
    """The reviewer who proposed its level last."""
    versions = SignedVersion.objects.filter(
        evaluation=entry.evaluation_id, action=EntryAction.DISAGREED
    )
    last = versions.select_related("signed_by").order_by("-number").first()
    return last.signed_by if last else None


def _write_content(entry: Entry, content: EntryContent, by: Any) -> Entry:
    entry.level_status, entry.level = content.level_status, content.level
    for name in SECTIONS:
        setattr(entry, name, content.sections.get(name, ""))
    entry.figures = list(content.figures)
    entry.edited_at, entry.edited_by = timezone.now(), by
    entry.save()
    Writer.objects.get_or_create(entry=entry, user=by)
    return entry


def _sign_entry(entry: Entry, action: str, by: Any, reason: str = "") -> Entry:
    entry.status = RESULTING_STATUSES[action]
    if entry.status in (EntryStatus.DRAFT, EntryStatus.SUBMITTED):
        entry.proposed_level = None
    entry.save()
    add_signed_version(
        entry.evaluation,
        action,
        content_from(entry, entry.figures),
        by=by,
        reason=reason,
        proposed_level=entry.proposed_level,
    )
    return entry


def _last_position(sheet: int) -> int:
    last = Indicator.objects.filter(sheet=sheet).aggregate(last=Max("position"))["last"]
    return int(last or 0)


def _write_figures(evaluation: Evaluation, figures: Figures) -> None:
    """Makes the figures of the campaign those given; an indicator left without any is forgotten."""
    sheet, campaign = evaluation.sheet_id, evaluation.campaign_id
    IndicatorValue.objects.filter(campaign=campaign, indicator__sheet=sheet).delete()
    ranks: Counter[int] = Counter()
    for figure in figures:
        indicator, _new = Indicator.objects.get_or_create(
            sheet_id=sheet,
            slug=slugify(figure["name"])[:80],
            defaults={
                "name": figure["name"],
                "unit": figure["unit"],
                "position": _last_position(sheet) + 1,
            },
        )
        ranks[indicator.pk] += 1
        value = IndicatorValue(
            indicator=indicator,
            campaign_id=campaign,
            rank=ranks[indicator.pk],
            value=parse_figure(figure["value"]),
            as_printed=figure["value"],
            edited_at=evaluation.edited_at,
        )
        value.period = Period.parse(figure["period"], source_date=clock.today())
        value.save()
    Indicator.objects.filter(sheet=sheet, values__isnull=True).delete()
