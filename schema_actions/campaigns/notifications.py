"""E-mails of a campaign: opened to its pilots, sheets to hand in, sheets to review.

They are in the language of the portal, not in that of the person whose click sends them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
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

REMINDER_DAYS_BEFORE = (14, 7, 1)  # days before the due date
LATE_REMINDER_INTERVAL = 7  # days between two reminders after the due date
REVIEW_REMINDER_WEEKDAY = 0  # Monday
LIFETIME = timedelta(hours=20)  # a reminder not sent by then is no longer true


def notify_opened(campaign: Campaign) -> None:
    """Write to each pilot of the campaign who was not written to yet."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Campagne ouverte : %s") % campaign.title
        queue_all(
            _campaign_notice(campaign, user, entries, f"opened-{user.pk}", subject, "opened")
            for user, entries in _entries_by_pilot(campaign).items()
        )


def queue_reminders(today: date) -> None:
    """Queue the reminders of the day for every open campaign; a second call queues nothing."""
    campaigns = Campaign.objects.filter(status=CampaignStatus.OPEN, is_hosted=True)
    for campaign in campaigns.select_related("plan"):
        if campaign.due_on and is_reminder_day((campaign.due_on - today).days):
            remind_pilots(campaign, today)
        if today.weekday() == REVIEW_REMINDER_WEEKDAY:
            remind_reviewers(campaign, today)


def is_reminder_day(days_left: int) -> bool:
    """Return whether pilots are reminded; `days_left` is negative after the due date."""
    is_late = days_left < 0
    return days_left in REMINDER_DAYS_BEFORE or (
        is_late and days_left % LATE_REMINDER_INTERVAL == 0
    )


def remind_pilots(campaign: Campaign, today: date) -> int:
    """Write to each pilot who has sheets to hand in, once a day; return their number."""
    drafts = _entries_by_pilot(campaign, status=EntryStatus.DRAFT)
    with translation.override(settings.LANGUAGE_CODE):
        queue_all(
            _campaign_notice(
                campaign,
                user,
                entries,
                f"remind-{today.isoformat()}-{user.pk}",
                ngettext("%d fiche à remettre", "%d fiches à remettre", len(entries))
                % len(entries),
                "reminder",
                lifetime=LIFETIME,
            )
            for user, entries in drafts.items()
        )
    return len(drafts)


def remind_reviewers(campaign: Campaign, today: date) -> int:
    """Write to each reviewer who has sheets of others to review; return their number."""
    waiting = list(_entries(campaign, status=EntryStatus.SUBMITTED))
    reviewers = User.objects.accepted().filter(
        roles__kind=RoleKind.REVIEWER,
        roles__department=campaign.plan.department_id,
    )
    by_reviewer = {
        user: entries
        for user in reviewers.distinct()
        if (entries := [entry for entry in waiting if not entry.is_authored_by(user)])
    }
    with translation.override(settings.LANGUAGE_CODE):
        queue_all(
            _campaign_notice(
                campaign,
                user,
                entries,
                f"review-{today.isoformat()}-{user.pk}",
                ngettext("%d fiche à relire", "%d fiches à relire", len(entries)) % len(entries),
                "review",
                lifetime=LIFETIME,
            )
            for user, entries in by_reviewer.items()
        )
    return len(by_reviewer)


def _entries_by_pilot(campaign: Campaign, **filters: str) -> dict[User, list[Entry]]:
    """Return the entries of each reachable pilot, in the order of the plan; three queries."""
    by_pilot: dict[User, list[Entry]] = defaultdict(list)
    for entry in _entries(campaign, **filters):
        for user in reachable_pilots(entry):
            by_pilot[user].append(entry)
    return by_pilot


def _entries(campaign: Campaign, **filters: str) -> EntryQuerySet:
    return Entry.objects.for_page().filter(evaluation__campaign=campaign, **filters).in_order()


def _campaign_notice(
    campaign: Campaign,
    user: User,
    entries: Iterable[Entry],
    key: str,
    subject: str,
    template: str,
    *,
    lifetime: timedelta | None = None,
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
        expires_at=timezone.now() + lifetime if lifetime else None,
    )
