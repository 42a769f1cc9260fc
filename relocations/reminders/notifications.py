"""One e-mail a day to each agent who has moves to check."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.notices.models import Notice
from portal.notices.services import draft, queue_all
from relocations.models import Relocation
from relocations.reminders.moves_to_check import MovesToCheck, moves_to_check
from teams.models import Membership

LIFETIME = timedelta(hours=20)  # the next day has its own; a late one would be out of date


def queue_reminders(today: date) -> None:
    """Queue the reminders of the portal's day; nothing the second time. Three queries besides."""
    moves: dict[int, list[Relocation]] = defaultdict(list)
    for move in Relocation.objects.open().for_schedule():
        moves[move.team.agency_id].append(move)
    agents: dict[tuple[int, str], list[Relocation]] = defaultdict(list)
    memberships = Membership.objects.filter(user__in=User.objects.accepted(), agency__in=moves)
    for user, email, agency in memberships.values_list("user", "user__email", "agency"):
        agents[user, email] += moves[agency]
    queue_all(_reminders(agents, today))


def _reminders(agents: Mapping[tuple[int, str], list[Relocation]], today: date) -> Iterable[Notice]:
    for (user, email), moves in agents.items():
        if to_check := moves_to_check(moves, today):
            yield _reminder(user, email, to_check, today)


def _reminder(user: int, email: str, to_check: MovesToCheck, today: date) -> Notice:
    count = sum(map(len, to_check))
    subject = ngettext("%d déménagement à vérifier", "%d déménagements à vérifier", count) % count
    context = {
        "to_check": to_check,
        "today": today,
        "site_url": settings.SITE_URL,
        "workspace_url": settings.SITE_URL + reverse("workspace"),
    }
    return draft(
        key=f"reminder-{user}-{today.isoformat()}",
        recipient=email,
        subject=subject,
        body=render_to_string("relocations/email/reminder.txt", context),
        about=("relocations", f"reminders-{user}"),
        expires_at=timezone.now() + LIFETIME,
    )
