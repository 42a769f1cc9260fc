"""The outbox: each e-mail is stored as a row before it is sent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.leases import Leased, LeasedQuerySet

IN_DOUBT = timedelta(hours=6)  # before the last attempt of an e-mail that a server may have taken
RETENTION = timedelta(days=30)  # how long the content of an e-mail is stored, sent or not
RETRY_DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)
)
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1


class NoticeQuerySet(LeasedQuerySet["Notice"]):
    def waiting(self) -> "NoticeQuerySet":
        return self.filter(sent_at=None, failed_at=None)

    def failed(self) -> "NoticeQuerySet":
        return self.filter(failed_at__isnull=False)

    def sent(self) -> "NoticeQuerySet":
        return self.filter(sent_at__isnull=False)

    def due(self, now: datetime) -> "NoticeQuerySet":
        """Return those that a worker may claim now: their time has come, and no live worker holds
        them.
        """
        return self.waiting().claimable(now).filter(not_before__lte=now)

    def about(self, app: str, key: str) -> "NoticeQuerySet":
        """Return those queued with `about=(app, key)`."""
        return self.filter(about_app=app, about_key=key)

    def blank(self) -> int:
        """Erase the recipient and the content; the key, the dates and the state stay."""
        return self.update(recipient="", sender="", subject="", body="", html="", headers={})


class Notice(Leased):
    """An e-mail to one person, delivered at least once.

    `key` identifies its subject and recipient, without an address: the same key is never queued
    twice. `is_secret` marks content that only the recipient may read, such as a reset link.
    """

    lease = timedelta(minutes=15)  # the server has 11 minutes to answer about one

    key = models.CharField(_("clé"), max_length=200, unique=True)
    about_app = models.CharField(_("application"), max_length=50, blank=True)
    about_key = models.CharField(_("objet concerné"), max_length=150, blank=True)
    recipient = models.EmailField(_("destinataire"), blank=True)
    sender = models.CharField(
        _("expéditeur"), max_length=320, blank=True, help_text=_("vide : celui du portail")
    )
    subject = models.CharField(_("sujet"), max_length=500, blank=True)
    body = models.TextField(_("texte"), blank=True)
    html = models.TextField(_("texte mis en forme"), blank=True)
    headers = models.JSONField(_("en-têtes"), default=dict, blank=True)
    is_secret = models.BooleanField(_("confidentiel"), default=False)
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    not_before = models.DateTimeField(_("à envoyer dès"), default=timezone.now)
    expires_at = models.DateTimeField(_("sans objet après"))
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    last_error = models.CharField(_("dernier échec"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    failed_at = models.DateTimeField(_("abandonné le"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel")
        verbose_name_plural = _("courriels")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(failed_at=None), name="notices_sent_or_failed"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(failed_at__isnull=False) | ~Q(recipient=""),
                name="notices_waiting_for_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(sent_at=None, failed_at=None),
                name="notices_waiting",
            ),
            models.Index(fields=["about_app", "about_key"], name="notices_about"),
            models.Index(fields=["-created_at", "-id"], name="notices_newest_first"),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    def claim(self) -> bool:
        """Claim the notice for this worker; return False if it is no longer due or was claimed.

        The attempt is counted now, so that one that kills its worker counts too.
        """
        due = Notice.objects.due(timezone.now()).filter(attempts=self.attempts)
        return due.claim(self, attempts=self.attempts + 1)

    def mark_sent(self) -> None:
        """Record the delivery, and erase the content if it is secret."""
        erased: dict[str, Any] = {"body": "", "html": ""} if self.is_secret else {}
        Notice.objects.waiting().filter(pk=self.pk).update(
            sent_at=timezone.now(), claimed_at=None, last_error="", **erased
        )

    def postpone(self, reason: str) -> None:
        """Schedule the next attempt, after the delay of RETRY_DELAYS; fail after the last one."""
        if self.attempts >= MAX_ATTEMPTS:
            self.fail(reason)
            return
        delay = RETRY_DELAYS[self.attempts - 1]
        self._release(last_error=reason, not_before=timezone.now() + delay)

    def retry_in_doubt(self, reason: str) -> None:
        """Schedule one last attempt after IN_DOUBT: the server may have taken the e-mail.

        The second copy would have the same Message-ID, by which the server can recognise it.
        """
        if self.attempts >= MAX_ATTEMPTS:
            self.fail(reason)
            return
        not_before = timezone.now() + IN_DOUBT
        self._release(last_error=reason, not_before=not_before, attempts=MAX_ATTEMPTS - 1)

    def fail(self, reason: str) -> None:
        self._release(last_error=reason, failed_at=timezone.now())

    def _release(self, **values: Any) -> None:
        Notice.objects.waiting().release(self, **values)
