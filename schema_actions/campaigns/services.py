"""A campaign held in the portal: prepared, opened to its pilots, frozen, published."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.enums import RoleKind
from portal.accounts.models import User
from portal.core.periods.period import Period
from portal.core.workflow import Refused
from schema_actions.campaigns.notifications import notify_opened
from schema_actions.entries import services
from schema_actions.entries.services import content_from
from schema_actions.enums import CampaignStatus, EntryAction, EntryStatus, LevelStatus
from schema_actions.evaluations import open_evaluations
from schema_actions.models import Campaign, Entry, Pilot, Plan


def available_pilots(department: str) -> "Any":
    """Those who may be given sheets of that département, by name."""
    return User.objects.filter(
        is_active=True, roles__kind=RoleKind.PILOT, roles__department=department
    ).order_by("name", "email")


@transaction.atomic
def prepare(
    *, plan: Plan, slug: str, title: str, period: Period, due_on: date, instructions: str = ""
) -> Campaign:
    """A campaign that pilots do not see yet, with an empty entry for each sheet; pilots keep the
    sheets that they had in the last campaign held. Raises Refused.
    """
    if plan.campaigns.filter(slug=slug).exists():
        raise Refused.with_message(_("Une campagne de ce schéma a déjà cet identifiant."), "slug")
    if not plan.sheets.exists():
        raise Refused.with_message(_("Ce schéma n'a pas encore de fiche."))
    before = plan.campaigns.filter(is_hosted=True).order_by("-pk").first()
    campaign = Campaign(
        plan=plan,
        slug=slug,
        title=title,
        status=CampaignStatus.PREPARATION,
        is_hosted=True,
        due_on=due_on,
        instructions=instructions,
    )
    campaign.period = period
    campaign.save()
    open_evaluations(campaign, status=LevelStatus.MISSING)
    Entry.objects.bulk_create(Entry(evaluation=row) for row in campaign.evaluations.all())
    if before:
        _copy_pilots(before, campaign)
    return campaign


def _copy_pilots(before: Campaign, campaign: Campaign) -> None:
    still = available_pilots(campaign.plan.department_id).values("pk")
    had = Pilot.objects.filter(entry__evaluation__campaign=before, user__in=still)
    entries = dict(
        Entry.objects.filter(evaluation__campaign=campaign).values_list("evaluation__sheet", "pk")
    )
    Pilot.objects.bulk_create(
        Pilot(entry_id=entries[sheet], user_id=user)
        for sheet, user in had.values_list("entry__evaluation__sheet", "user")
        if sheet in entries
    )


@transaction.atomic
def assign(*, campaign: Campaign, user: User, entries: Iterable[int]) -> None:
    """Makes the sheets of this pilot those of these entries of the campaign; in an open campaign,
    tells them. Raises Refused.

    The campaign is locked, as it is while a sheet is signed: nobody becomes the pilot of a sheet
    while they validate it.
    """
    if Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk).is_frozen:
        raise Refused.with_message(_("Cette campagne est figée : ses pilotes ne changent plus."))
    wanted = set(
        Entry.objects.filter(evaluation__campaign=campaign, pk__in=entries).values_list(
            "pk", flat=True
        )
    )
    mine = Pilot.objects.filter(entry__evaluation__campaign=campaign, user=user)
    known = set(mine.values_list("entry", flat=True))
    mine.exclude(entry__in=wanted).delete()
    Pilot.objects.bulk_create(Pilot(entry_id=pk, user=user) for pk in sorted(wanted - known))
    if campaign.is_open and wanted - known:
        notify_opened(campaign)


@transaction.atomic
def open_to_pilots(*, campaign: Campaign) -> None:
    """Pilots write from now on, and are told. Raises Refused."""
    opened = Campaign.objects.filter(
        pk=campaign.pk, status=CampaignStatus.PREPARATION, is_hosted=True
    )
    if not opened.update(status=CampaignStatus.OPEN, opened_at=timezone.now()):
        raise Refused.with_message(_("Cette campagne n'est plus en préparation."))
    campaign.refresh_from_db()
    if not Pilot.objects.filter(entry__evaluation__campaign=campaign).exists():
        raise Refused.with_message(_("Donnez d'abord au moins une fiche à un pilote."))
    notify_opened(campaign)


@transaction.atomic
def change_due_date(*, campaign: Campaign, due_on: date) -> None:
    """Raises Refused."""
    if campaign.is_frozen:
        raise Refused.with_message(_("Cette campagne est figée."))
    Campaign.objects.filter(pk=campaign.pk).update(due_on=due_on)
    campaign.due_on = due_on


@transaction.atomic
def freeze(*, campaign: Campaign, by: Any, leaves_out: bool = False) -> None:
    """What was validated becomes the evaluations of the campaign, and moves no more but by signed
    corrections. A sheet still a draft stays not evaluated, its draft kept: `leaves_out` says that
    one knows it. Raises Refused.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not held.is_open:
        raise Refused.with_message(_("Seule une campagne ouverte peut être figée."))
    entries = list(Entry.objects.for_page().filter(evaluation__campaign=held).in_order())
    waiting = [
        entry for entry in entries if entry.status in (EntryStatus.SUBMITTED, EntryStatus.REVIEWED)
    ]
    if waiting:
        keys = ", ".join(entry.evaluation.sheet.key for entry in waiting)
        raise Refused.with_message(_("Ces fiches attendent d'être relues ou validées : %s.") % keys)
    drafts = [entry for entry in entries if entry.status == EntryStatus.DRAFT]
    if drafts and not leaves_out:
        said = _("Cochez la case : %d fiches non remises resteront « non évaluées ».")
        raise Refused.with_message(said % len(drafts), "leaves_out")
    for entry in entries:
        _freeze_entry(entry, by)
    Campaign.objects.filter(pk=held.pk).update(
        status=CampaignStatus.VALIDATED, validated_at=timezone.now()
    )
    campaign.refresh_from_db()


def _freeze_entry(entry: Entry, by: Any) -> None:
    content = content_from(entry, entry.figures)
    if entry.status == EntryStatus.VALIDATED:
        services.write_evaluation(entry.evaluation, content)
    elif entry.is_started:
        services.add_signed_version(entry.evaluation, EntryAction.LEFT_OUT, content, by=by)


@transaction.atomic
def publish(*, campaign: Campaign) -> None:
    """Shows a frozen campaign to everybody. Raises Refused."""
    validated = Campaign.objects.filter(
        pk=campaign.pk, status=CampaignStatus.VALIDATED, is_hosted=True
    )
    if not validated.update(status=CampaignStatus.PUBLISHED):
        raise Refused.with_message(_("Seule une campagne figée peut être publiée."))
    campaign.refresh_from_db()
