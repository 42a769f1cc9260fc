"""Changes of a campaign hosted in the portal: prepared, opened to its pilots, frozen, published.

`workflow.CAMPAIGN_STATUSES` says which status follows which.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.enums import RoleKind
from portal.accounts.models import User
from portal.core.periods.period import Period
from portal.core.workflow import Refused
from schema_actions.campaigns.notifications import notify_opened
from schema_actions.entries.services import add_signed_version, content_of, write_evaluation
from schema_actions.enums import CampaignStatus, EntryAction, LevelStatus
from schema_actions.models import Campaign, Entry, Pilot, Plan
from schema_actions.services import create_evaluations
from schema_actions.workflow import CAMPAIGN_STATUSES


def available_pilots(department: str) -> QuerySet[User]:
    """Return the pilots of the département, by name."""
    return User.objects.filter(
        is_active=True, roles__kind=RoleKind.PILOT, roles__department=department
    ).order_by("name", "email")


@transaction.atomic
def prepare(
    *, plan: Plan, slug: str, title: str, period: Period, due_on: date, instructions: str = ""
) -> Campaign:
    """Create a campaign that pilots do not see yet, with an empty entry for each sheet.

    Pilots get the sheets that they had in the last hosted campaign. Raises Refused.
    """
    if plan.campaigns.filter(slug=slug).exists():
        raise Refused.with_message(_("Une campagne de ce schéma a déjà cet identifiant."), "slug")
    if not plan.sheets.exists():
        raise Refused.with_message(_("Ce schéma n'a pas encore de fiche."))
    previous = plan.campaigns.filter(is_hosted=True).order_by("-pk").first()
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
    create_evaluations(campaign, status=LevelStatus.MISSING)
    Entry.objects.bulk_create(Entry(evaluation=row) for row in campaign.evaluations.all())
    if previous:
        _copy_pilots(previous, campaign)
    return campaign


def _copy_pilots(previous: Campaign, campaign: Campaign) -> None:
    available = available_pilots(campaign.plan.department_id).values("pk")
    pilots = Pilot.objects.filter(entry__evaluation__campaign=previous, user__in=available)
    entries = dict(
        Entry.objects.filter(evaluation__campaign=campaign).values_list("evaluation__sheet", "pk")
    )
    Pilot.objects.bulk_create(
        Pilot(entry_id=entries[sheet], user_id=user)
        for sheet, user in pilots.values_list("entry__evaluation__sheet", "user")
        if sheet in entries
    )


@transaction.atomic
def assign(*, campaign: Campaign, user: User, entries: Iterable[int]) -> None:
    """Make these entries, by id, the sheets of the pilot. Raises Refused once frozen.

    In an open campaign, new pilots are notified. The campaign is locked, as it is while a sheet is
    signed: nobody becomes the pilot of a sheet while they validate it.
    """
    if Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk).is_frozen:
        raise Refused.with_message(_("Cette campagne est figée : ses pilotes ne changent plus."))
    wanted = set(
        Entry.objects.filter(evaluation__campaign=campaign, pk__in=entries).values_list(
            "pk", flat=True
        )
    )
    pilots = Pilot.objects.filter(entry__evaluation__campaign=campaign, user=user)
    current = set(pilots.values_list("entry", flat=True))
    pilots.exclude(entry__in=wanted).delete()
    Pilot.objects.bulk_create(Pilot(entry_id=pk, user=user) for pk in sorted(wanted - current))
    if campaign.is_open and wanted - current:
        notify_opened(campaign)


@transaction.atomic
def open_to_pilots(*, campaign: Campaign) -> None:
    """Let pilots write, and notify them. Raises Refused."""
    _leave_status(campaign, CampaignStatus.PREPARATION, opened_at=timezone.now())
    if not Pilot.objects.filter(entry__evaluation__campaign=campaign).exists():
        raise Refused.with_message(_("Donnez d'abord au moins une fiche à un pilote."))
    notify_opened(campaign)


@transaction.atomic
def change_due_date(*, campaign: Campaign, due_on: date) -> None:
    """Raises Refused once the campaign is frozen."""
    if campaign.is_frozen:
        raise Refused.with_message(_("Cette campagne est figée."))
    Campaign.objects.filter(pk=campaign.pk).update(due_on=due_on)
    campaign.due_on = due_on


@transaction.atomic
def freeze(*, campaign: Campaign, by: User, leaves_out: bool = False) -> None:
    """Write the validated entries to the evaluations, which then change by corrections only.

    A draft stays not evaluated and is kept as a signed version; with drafts, `leaves_out` must be
    true. Raises Refused, too, while an entry waits for its review or its validation.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not locked.is_open:
        raise Refused.with_message(str(CAMPAIGN_STATUSES[CampaignStatus.OPEN].not_here))
    entries = list(Entry.objects.for_page().filter(evaluation__campaign=locked).in_order())
    if waiting := [entry.evaluation.sheet.key for entry in entries if entry.is_waiting]:
        message = _("Ces fiches attendent d'être relues ou validées : %s.")
        raise Refused.with_message(message % ", ".join(waiting))
    drafts = [entry for entry in entries if entry.is_draft]
    if drafts and not leaves_out:
        message = ngettext(
            "Cochez la case : %d fiche non remise restera « non évaluée ».",
            "Cochez la case : %d fiches non remises resteront « non évaluées ».",
            len(drafts),
        )
        raise Refused.with_message(message % len(drafts), "leaves_out")
    for entry in entries:
        _freeze_entry(entry, by)
    _leave_status(campaign, CampaignStatus.OPEN, validated_at=timezone.now())


def _freeze_entry(entry: Entry, by: User) -> None:
    content = content_of(entry, entry.figures)
    if entry.status_row.is_final:
        write_evaluation(entry.evaluation, content)
    elif entry.is_started:
        add_signed_version(entry.evaluation, EntryAction.LEFT_OUT, content, by=by)


@transaction.atomic
def publish(*, campaign: Campaign) -> None:
    """Show a frozen campaign to everybody. Raises Refused."""
    _leave_status(campaign, CampaignStatus.VALIDATED)


def _leave_status(campaign: Campaign, status: CampaignStatus, **dates: datetime) -> None:
    """Give the campaign the status that follows, and the dates. Raises Refused.

    Only the first of two concurrent changes finds it in `status`, on every database.
    """
    row = CAMPAIGN_STATUSES[status]
    campaigns = Campaign.objects.filter(pk=campaign.pk, status=status, is_hosted=True)
    if not campaigns.update(status=row.next, **dates):
        raise Refused.with_message(str(row.not_here))
    campaign.refresh_from_db()
