"""Queueing e-mails: call `queue(...)` in the transaction of the change that it announces.

The e-mail is sent after the commit, at least once, by `portal.notices.delivery`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import category

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.celery import enqueue
from portal.core import clock
from portal.core.text.cleaning import printable, printable_line
from portal.notices.models import RETENTION, Notice, NoticeQuerySet

BATCH = 100  # notices that one task sends
RESERVED_HEADERS = {  # headers that the outbox sets itself
    *("from", "to", "cc", "bcc", "sender", "subject", "date", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}
CONTROL_CATEGORIES = {"Cc", "Zl", "Zp"}  # Unicode's line breaks and other control characters


class NoticeRefused(ValueError):
    """An invalid e-mail: a line break in a header, a recipient that is not an address."""


@dataclass(frozen=True)
class OutboxStatus:
    """Counts of the outbox.

    `since` is when the oldest due notice should have been sent; `reason` is why nothing is sent,
    "" when notices are.
    """

    waiting: int
    failed: int
    since: datetime | None
    reason: str


def draft(
    *,
    key: str,
    recipient: str,
    subject: str,
    body: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    sender: str = "",
    about: tuple[str, str] = ("", ""),
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    is_secret: bool = False,
) -> Notice:
    """Return an unsaved notice for `queue_all`.

    `about` identifies its subject, (app label, key), for `forget_subject`. It is sent from
    `not_before`, by default now, and abandoned at `expires_at`, by default RETENTION later. Line
    breaks in the subject, which quotes names from the database, become spaces. Raises NoticeRefused
    for those in an address or a header: they are forged.
    """
    start = not_before or timezone.now()
    notice = Notice(
        key=key,
        about_app=about[0],
        about_key=about[1],
        recipient=recipient,
        sender=sender,
        subject=printable_line(subject),
        body=printable(body),
        html=printable(html),
        headers=dict(headers or {}),
        is_secret=is_secret,
        not_before=start,
        expires_at=expires_at or start + RETENTION,
    )
    _refuse_forged_headers(notice)
    if "@" in key + about[1]:
        raise NoticeRefused(_("Une clé n'est jamais effacée : elle ne porte pas d'adresse."))
    if not recipient or not notice.subject:
        raise NoticeRefused(_("Un courriel a un destinataire et un sujet."))
    try:
        notice.clean_fields()
    except ValidationError as error:
        raise NoticeRefused(_describe_errors(error)) from None
    return notice


def queue(*, key: str, recipient: str, subject: str, body: str, **options: Any) -> Notice:
    """Queue one e-mail and return its row, the existing one if the key was queued before.

    Takes the arguments of `draft`. Raises NoticeRefused.
    """
    queue_all([draft(key=key, recipient=recipient, subject=subject, body=body, **options)])
    return Notice.objects.get(key=key)


@transaction.atomic
def queue_all(drafts: Iterable[Notice]) -> None:
    """Queue the drafts whose keys are new, and enqueue their sending after the commit.

    A constant number of queries for each BATCH.
    """
    drafts = list(drafts)
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        Notice.objects.bulk_create(batch, ignore_conflicts=True)
        _enqueue_sending(Notice.objects.filter(key__in=[draft.key for draft in batch]))


def forget_subject(*, about: tuple[str, str]) -> None:
    """Delete the waiting notices about a subject; erase recipients and content of the others."""
    notices = Notice.objects.about(*about)
    with transaction.atomic():
        notices.waiting().delete()
        notices.blank()


def send_again(notices: NoticeQuerySet) -> int:
    """Requeue the failed notices whose content is not erased; return how many."""
    now = timezone.now()
    with transaction.atomic():
        ids = list(notices.failed().exclude(recipient="").values_list("pk", flat=True))
        failed = Notice.objects.failed().filter(pk__in=ids)
        count = failed.update(
            failed_at=None, last_error="", attempts=0, not_before=now, expires_at=now + RETENTION
        )
        _enqueue_sending(Notice.objects.filter(pk__in=ids))
    return count


def erase_old() -> int:
    """Fail the expired notices and erase those that ended RETENTION ago; return how many erased.

    Uses the real day, even in a replay: it is about personal data.
    """
    now = timezone.now()
    expired = Notice.objects.waiting().filter(expires_at__lt=now)
    expired.update(failed_at=now, claimed_at=None, last_error=_("Trop tard pour l'envoyer."))
    ended = Q(sent_at__lt=now - RETENTION) | Q(failed_at__lt=now - RETENTION)
    return Notice.objects.filter(ended).exclude(recipient="").blank()


def outbox_status() -> OutboxStatus:
    """Return the state of the outbox, in one query."""
    waiting = Q(sent_at=None, failed_at=None)
    counts = Notice.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        failed=Count("pk", filter=Q(failed_at__isnull=False) & ~Q(recipient="")),
        since=Min("not_before", filter=waiting & Q(not_before__lte=timezone.now())),
    )
    return OutboxStatus(**counts, reason=sending_blocked_reason())


def sending_blocked_reason() -> str:
    """Return why no notice is sent, in French; "" if they are."""
    if clock.is_replay():
        return _("Le portail est rejoué à une autre date : rien n'est envoyé.")
    if not settings.EMAIL_TRANSPORT:
        return _("Aucun serveur de courrier n'est réglé (EMAIL_URL).")
    return ""


def _enqueue_sending(notices: NoticeQuerySet) -> None:
    """Enqueue the sending of those that are due; the periodic sweep sends the others."""
    if sending_blocked_reason():
        return
    ids = list(notices.due(timezone.now()).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        enqueue("notices.send", ids[start : start + BATCH])


def _refuse_forged_headers(notice: Notice) -> None:
    """Raise NoticeRefused for a line break in an address or a header: it would start another."""
    values = [notice.recipient, notice.sender]
    for name, value in notice.headers.items():
        if name.lower() in RESERVED_HEADERS:
            raise NoticeRefused(_("L'en-tête « %s » est écrit par le portail.") % name)
        if not name.isascii() or not name.replace("-", "").isalnum():
            raise NoticeRefused(_("L'en-tête « %s » porte un nom impossible.") % name)
        values.append(value)
    if any(category(character) in CONTROL_CATEGORIES for value in values for character in value):
        raise NoticeRefused(_("Une adresse ou un en-tête tient sur une seule ligne."))


def _describe_errors(error: ValidationError) -> str:
    """Return the messages, each after the name of its field."""
    return " ".join(
        f"{Notice._meta.get_field(name).verbose_name} : {message}"  # type: ignore[union-attr]
        for name, messages in error.message_dict.items()
        for message in messages
    )
