"""What is told of a campaign by e-mail: it opens, its day comes, a sheet comes back or waits."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.enums import RoleKind
from portal.accounts.models import User
from portal.core import clock
from portal.core.periods.period import format_day
from portal.notices.models import Notice
from portal.notices.services import draft, queue_all
from schema_actions.entries.notifications import absolute_url, reachable_pilots
from schema_actions.enums import CampaignStatus, EntryStatus
from schema_actions.models import Campaign, Entry, EntryQuerySet

REMINDER_DAYS_BEFORE = (
    14,
    7,
    1,
)  # days before the day it is due, on which whoever has not handed in is told
LATE_REMINDER_INTERVAL = 7  # and then every so many days
REVIEW_REMINDER_WEEKDAY = 0  # when reviewers are told what waits for them
LIFETIME = timedelta(hours=20)  # one that waited longer tells nothing true


def notify_opened(campaign: Campaign) -> None:
    """Once to each pilot of the campaign, whenever they come to it."""
    subject = _("Campagne ouverte : %s") % campaign.title
    queue_all(
        _campaign_notice(campaign, user, entries, f"opened-{user.pk}", subject, "opened")
        for user, entries in _entries_by_pilot(campaign).items()
    )


def queue_reminders(today: date) -> None:
    """Queues the reminders of the portal's day, for every open campaign; again, nothing."""
    held = Campaign.objects.filter(status=CampaignStatus.OPEN, is_hosted=True)
    for campaign in held.select_related("plan"):
        if campaign.due_on and is_reminder_day((campaign.due_on - today).days):
            remind_pilots(campaign, today)
        if today.weekday() == REVIEW_REMINDER_WEEKDAY:
            remind_reviewers(campaign, today)


def is_reminder_day(left: int) -> bool:
    """`left` days before the day it is due; negative once it is past."""
    return left in REMINDER_DAYS_BEFORE or (left < 0 and left % LATE_REMINDER_INTERVAL == 0)


def remind_pilots(campaign: Campaign, today: date) -> int:
    """One e-mail, once a day, to each pilot who has sheets to hand in; how many pilots."""
    late = _entries_by_pilot(campaign, status=EntryStatus.DRAFT)
    queue_all(
        _campaign_notice(
            campaign,
            user,
            entries,
            f"remind-{today.isoformat()}-{user.pk}",
            ngettext("%d fiche à remettre", "%d fiches à remettre", len(entries)) % len(entries),
            "reminder",
            lasts=LIFETIME,
        )
        for user, entries in late.items()
    )
    return len(late)


def remind_reviewers(campaign: Campaign, today: date) -> int:
    """One e-mail to each reviewer for whom sheets wait, never theirs; how many reviewers."""
    waiting = list(_entries(campaign, status=EntryStatus.SUBMITTED))
    reviewers = User.objects.accepted().filter(
        roles__kind=RoleKind.REVIEWER,
        roles__department=campaign.plan.department_id,
    )
    theirs = {
        user: found
        for user in reviewers.distinct()
        if (found := [entry for entry in waiting if not entry.is_authored_by(user)])
    }
    queue_all(
        _campaign_notice(
            campaign,
            user,
            entries,
            f"review-{today.isoformat()}-{user.pk}",
            ngettext("%d fiche à relire", "%d fiches à relire", len(entries)) % len(entries),
            "review",
            lasts=LIFETIME,
        )
        for user, entries in theirs.items()
    )
    return len(theirs)


def _entries_by_pilot(campaign: Campaign, **chosen: str) -> dict[User, list[Entry]]:
    """The entries of each pilot of the campaign who may be written to, in the order of the plan;
    three queries.
    """
    found: dict[User, list[Entry]] = defaultdict(list)
    for entry in _entries(campaign, **chosen):
        for user in reachable_pilots(entry):
            found[user].append(entry)
    return found


def _entries(campaign: Campaign, **chosen: str) -> EntryQuerySet:
    return Entry.objects.for_page().filter(evaluation__campaign=campaign, **chosen).in_order()


def _campaign_notice(
    campaign: Campaign,
    user: User,
    entries: Iterable[Entry],
    key: str,
    subject: str,
    template: str,
    *,
    lasts: timedelta | None = None,
) -> Notice:
    context = {
        "campaign": campaign,
        "due": format_day(campaign.due_on) if campaign.due_on else "",
        "is_late": bool(campaign.due_on and campaign.due_on < clock.today()),
        "rows": [(entry.evaluation.sheet, absolute_url(entry)) for entry in entries],
        "workspace": settings.SITE_URL + reverse("workspace"),
    }
    return draft(
        key=f"campaign-{campaign.pk}-{key}",
        recipient=user.email,
        subject=subject,
        body=render_to_string(f"schema_actions/email/{template}.txt", context),
        about=("schema_actions", str(campaign.pk)),
        expires_at=timezone.now() + lasts if lasts else None,
    )
