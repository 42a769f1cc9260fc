"""People who asked to be told when a team moves: asked, confirmed, told, ended, erased.

Nothing is sent to an address before its owner confirms it, but the e-mail that asks for it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.notices.models import Notice
from portal.notices.services import draft, forget_subject, queue, queue_all
from relocations.history import describe_changes
from relocations.models import (
    CONFIRMATION_DELAY,
    RETENTION_AFTER_DONE,
    RETENTION_WITHOUT_MOVE,
    Relocation,
    Subscription,
)
from teams.models import Team

MIN_RESEND_INTERVAL = timedelta(
    hours=1
)  # of the e-mails that ask one address to confirm, for one team


@transaction.atomic
def request_subscription(*, team: Team, email: str) -> None:
    """Writes to that address for it to confirm; not if it did, or was written to this hour."""
    now = timezone.now()
    subscription, is_new = Subscription.objects.get_or_create(
        team=team, email=email.lower(), defaults={"created_at": now}
    )
    resendable = Subscription.objects.filter(
        pk=subscription.pk, confirmed_at=None, created_at__lte=now - MIN_RESEND_INTERVAL
    )
    if is_new or resendable.update(created_at=now):
        queue(
            key=f"subscription-{subscription.pk}-confirm-{now.timestamp()}",
            recipient=subscription.email,
            subject=_("À confirmer : être prévenu des déménagements, %s") % team.title,
            body=_render_body(
                "confirm",
                subscription,
                team=team,
                confirm_url=_link("subscription-confirm", subscription),
                days=CONFIRMATION_DELAY.days,
            ),
            headers=_headers(subscription),
            about=subscription.subject,
            expires_at=now + CONFIRMATION_DELAY,
            is_secret=True,
        )


def confirm(*, token: str) -> Subscription | None:
    """The subscription, confirmed, now or already; None where the link does not hold any more."""
    now = timezone.now()
    Subscription.objects.awaiting_confirmation(now).filter(token=token).update(confirmed_at=now)
    return Subscription.objects.confirmed().filter(token=token).select_related("team").first()


def find_confirmable(*, token: str) -> Subscription | None:
    """The one that `confirm` would give, which this leaves as it is."""
    now = timezone.now()
    waiting = Subscription.objects.awaiting_confirmation(now) | Subscription.objects.confirmed()
    return waiting.filter(token=token).select_related("team").first()


@transaction.atomic
def stop(*, token: str) -> None:
    """Erases the subscription, what was written to it and what waits; nothing where it is gone."""
    _erase(Subscription.objects.filter(token=token))


@transaction.atomic
def notify_subscribers(*, before: Relocation | None, after: Relocation) -> None:
    """Queues an e-mail to each of them, in the transaction of the change; none where nothing that
    concerns the public changed. Never why, from whom nor by whom.
    """
    sentences = describe_changes(before, after)
    if not sentences:
        return
    # Locked: whoever stops meanwhile waits, then erases what is queued here.
    confirmed = Subscription.objects.confirmed().filter(team=after.team_id).order_by("pk")
    subscriptions = list(confirmed.select_for_update())
    if not subscriptions:
        return
    team = Team.objects.with_whereabouts().get(pk=after.team_id)
    context = {
        "team": team,
        "sentences": sentences,
        "whereabouts": team.describe_whereabouts(team.whereabouts()),
        "phone": team.public_phone,
        "days_to_check": _days_to_check(after),
        "move_url": settings.SITE_URL + after.get_absolute_url(),
        "team_url": settings.SITE_URL + team.get_absolute_url(),
    }
    queue_all([_change_notice(subscription, after, context) for subscription in subscriptions])


def erase_old(today: date) -> int:
    """Erases those that nobody confirmed in time and those that have no object any more; how many.

    `today` is the real day, in a replay too. Two queries for a thousand that stay.
    """
    return _erase_unconfirmed(today) + _erase_expired(today)


def is_expired(subscription: Subscription, moves: Iterable[Relocation], today: date) -> bool:
    """Whether a confirmed subscription has no object any more, from the moves of its team.

    It stays while one is ahead. It ends 30 days after the last one is known to be done, if that
    was since it began; 18 months after the last news of any. Pure.
    """
    moves = list(moves)
    if any(_is_upcoming(move, today) for move in moves):
        return False
    start = _day(subscription.confirmed_at or subscription.created_at)
    done_days = [
        day for move in moves if move.is_done and (day := _last_update_day(move)) and day >= start
    ]
    if done_days:
        return max(done_days) + RETENTION_AFTER_DONE < today
    update_days = [day for move in moves if (day := _last_update_day(move)) and day <= today]
    return max([start, *update_days]) + RETENTION_WITHOUT_MOVE < today


def _erase_unconfirmed(today: date) -> int:
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    unconfirmed = Subscription.objects.filter(
        confirmed_at=None, created_at__lte=midnight - CONFIRMATION_DELAY
    )
    return _erase_each(unconfirmed.values_list("pk", flat=True), confirmed_at=None)


def _erase_expired(today: date) -> int:
    subscriptions = Subscription.objects.confirmed().prefetch_related("team__relocations")
    expired = [
        subscription.pk
        for subscription in subscriptions.iterator(chunk_size=1000)
        if is_expired(subscription, subscription.team.relocations.all(), today)
    ]
    return _erase_each(expired)


def _erase_each(pks: Iterable[int], **conditions: Any) -> int:
    """Each in its own transaction, if it is still as `still` says: nobody waits for them all."""
    count = 0
    for pk in list(pks):
        with transaction.atomic():
            count += _erase(Subscription.objects.filter(pk=pk, **conditions))
    return count


def _erase(subscriptions: Any) -> int:
    """Rows first: an e-mail queued by a change that holds them is then seen, and forgotten too."""
    rows = list(subscriptions.select_for_update())
    for subscription in rows:
        subject = subscription.subject
        subscription.delete()
        forget_subject(about=subject)
    return len(rows)


def _change_notice(
    subscription: Subscription, move: Relocation, context: Mapping[str, Any]
) -> Notice:
    return draft(
        key=f"subscription-{subscription.pk}-move-{move.pk}-{move.version}",
        recipient=subscription.email,
        subject=_("Déménagement : %s") % context["team"].title,
        body=_render_body("change", subscription, **context),
        headers=_headers(subscription),
        about=subscription.subject,
        is_secret=True,
    )


def _render_body(name: str, subscription: Subscription, **context: Any) -> str:
    return render_to_string(
        f"relocations/email/{name}.txt",
        {
            **context,
            "stop_url": _link("subscription-stop", subscription),
            "privacy_url": settings.SITE_URL + reverse("privacy") + "#prevenir",
        },
    )


def _headers(subscription: Subscription) -> dict[str, str]:
    """For the button "unsubscribe" of mail programs: RFC 8058."""
    return {
        "List-Unsubscribe": f"<{_link('subscription-stop', subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _link(name: str, subscription: Subscription) -> str:
    return settings.SITE_URL + reverse(name, args=[subscription.token])


def _days_to_check(move: Relocation) -> str:
    """The days on which somebody who has an appointment looks first; "" where none is known."""
    period = move.period
    return str(period) if move.is_open and period.is_bounded else ""


def _is_upcoming(move: Relocation, today: date) -> bool:
    """Open, with a day still to come."""
    last = move.period.latest or move.period.earliest
    return move.is_open and last is not None and last >= today


def _last_update_day(move: Relocation) -> date | None:
    """The real day of what was last said of it; of a loaded move, that it was done."""
    return _day(move.last_reported_at) if move.last_reported_at else move.actual_date


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
