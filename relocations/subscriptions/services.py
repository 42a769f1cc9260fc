"""Subscriptions to the moves of a team: requested, confirmed, notified, ended, erased.

Until its owner confirms it, an address receives only the request for confirmation.
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

MIN_RESEND_INTERVAL = timedelta(hours=1)  # between confirmation e-mails to one address


@transaction.atomic
def request_subscription(*, team: Team, email: str) -> None:
    """Send a confirmation link, unless the address is confirmed or got one within an hour."""
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
    """Confirm a subscription and return it, also if it was confirmed; None if the link expired."""
    now = timezone.now()
    Subscription.objects.awaiting_confirmation(now).filter(token=token).update(confirmed_at=now)
    return Subscription.objects.confirmed().filter(token=token).select_related("team").first()


def find_confirmable(*, token: str) -> Subscription | None:
    """Return the subscription that `confirm` would, without changing it."""
    now = timezone.now()
    waiting = Subscription.objects.awaiting_confirmation(now) | Subscription.objects.confirmed()
    return waiting.filter(token=token).select_related("team").first()


@transaction.atomic
def stop(*, token: str) -> None:
    """Erase a subscription and its notices, sent and queued; nothing if it does not exist."""
    _erase(Subscription.objects.filter(token=token))


@transaction.atomic
def notify_subscribers(*, before: Relocation | None, after: Relocation) -> None:
    """Queue an e-mail to each subscriber, in the transaction of the change.

    None if nothing public changed. It says neither the reason, nor the evidence, nor the author.
    """
    sentences = describe_changes(before, after)
    if not sentences:
        return
    # Locked: a concurrent `stop` waits, then erases what is queued here.
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
    """Erase the unconfirmed and expired subscriptions, and return their number.

    `today` is the real day, in a replay too. Two queries, however many remain.
    """
    return _erase_unconfirmed(today) + _erase_expired(today)


def is_expired(subscription: Subscription, moves: Iterable[Relocation], today: date) -> bool:
    """Return whether a confirmed subscription serves no more, from the moves of its team. Pure.

    It lasts while a move is ahead, then 30 days after the last move done since it began; 18 months
    after the last report where none is.
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
    """Erase each one that still meets `conditions`, in its own transaction: locks are short."""
    count = 0
    for pk in list(pks):
        with transaction.atomic():
            count += _erase(Subscription.objects.filter(pk=pk, **conditions))
    return count


def _erase(subscriptions: Any) -> int:
    """Erase subscriptions and their notices.

    Rows first: a change that holds them has then queued its e-mails, which are erased too.
    """
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
    """Return the headers of the "unsubscribe" button of mail programs (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{_link('subscription-stop', subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _link(name: str, subscription: Subscription) -> str:
    return settings.SITE_URL + reverse(name, args=[subscription.token])


def _days_to_check(move: Relocation) -> str:
    """Return the days on which an appointment may be affected, in French; "" if unknown."""
    period = move.period
    return str(period) if move.is_open and period.is_bounded else ""


def _is_upcoming(move: Relocation, today: date) -> bool:
    """Return whether the move is open, with a day still to come."""
    last = move.period.latest or move.period.earliest
    return move.is_open and last is not None and last >= today


def _last_update_day(move: Relocation) -> date | None:
    """Return the real day of the last report; for a loaded move, the day when it was done."""
    if move.last_reported_at:
        return _day(move.last_reported_at)
    return move.actual_date or (move.period.latest if move.is_done else None)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
