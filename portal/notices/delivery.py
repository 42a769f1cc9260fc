"""Delivery of notices: each is claimed, sent, then marked. Logs and reasons contain no address.

A server may take minutes to acknowledge an e-mail. After ANSWER_TIMEOUT seconds its answer is
awaited in the background, and the next notice is sent over another connection, up to
MAX_BACKGROUND of them.

When a worker is killed, the notices that it was sending are sent again, with the same Message-ID.
"""

import logging
import re
import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock, Thread
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.text.typography import typeset, typeset_html
from portal.notices.models import MAX_ATTEMPTS, Notice
from portal.notices.services import BATCH, sending_blocked_reason
from portal.notices.smtp import OutcomeUnknown

MAX_CONSECUTIVE_FAILURES = 3  # of the server, after which the batch stops
ANSWER_TIMEOUT = 5.0  # seconds before an answer is awaited in the background
MAX_BACKGROUND = 8  # answers awaited by a process, each on its own connection
SHUTDOWN_TIMEOUT = 5.0  # seconds that a process which stops waits for all of them
ENHANCED_STATUS_CODE = re.compile(rb"^\d\.\d{1,3}\.\d{1,3}\b")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeliveryFailure:
    """Why a notice was not sent.

    `is_final`: the server will never take it; `is_server`: the connection is at failure, not the
    notice; `is_doubtful`: it may have been sent.
    """

    reason: str
    is_final: bool = False
    is_server: bool = False
    is_doubtful: bool = False


def due_ids(limit: int = BATCH) -> list[int]:
    """Return the primary keys of the notices to send now, oldest first."""
    notices = Notice.objects.due(timezone.now()).order_by("not_before", "pk")
    return list(notices.values_list("pk", flat=True)[:limit])


def deliver(ids: Sequence[int], *, stop: Callable[[], bool] = lambda: False) -> int:
    """Send those of the notices that are due and unclaimed; return how many were acknowledged.

    Those whose answer is awaited in the background are not counted. `stop` is called before each.
    A refused recipient stops nothing; an unreachable server, or three failures of it in a row,
    end the batch. One query, and two for each notice.
    """
    if sending_blocked_reason():
        return 0
    sent = 0
    transport = Transport()
    try:
        for notice in Notice.objects.filter(pk__in=ids).order_by("not_before", "pk"):
            if transport.is_down or stop() or len(Sending.background) >= MAX_BACKGROUND:
                break
            if not notice.claim() or not _may_leave(notice):
                continue
            sending = Sending(notice, transport)
            if sending.wait(ANSWER_TIMEOUT):
                sent += sending.mark_notice()
            else:
                transport = Transport()
    finally:
        transport.close()
    return sent


def _may_leave(notice: Notice) -> bool:
    if notice.expires_at < timezone.now():
        notice.fail(_("Trop tard pour l'envoyer."))
        return False
    if notice.attempts > MAX_ATTEMPTS:
        notice.fail(_("Chaque essai a été interrompu."))
        return False
    return True


class Sending:
    """A notice being sent in a thread, which marks it itself once `deliver` no longer waits."""

    background: set["Sending"] = set()  # those that `deliver` no longer waits for
    _lock = Lock()

    def __init__(self, notice: Notice, transport: "Transport") -> None:
        self._notice = notice
        self._transport = transport
        self._failure: DeliveryFailure | None = None
        self._has_ended = False
        self._thread = Thread(target=self._run, name=f"notice-{notice.pk}", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Return whether it ended; if not, it goes on in the background, with its transport."""
        self._thread.join(seconds)
        with self._lock:
            if not self._has_ended:
                self.background.add(self)
            return self._has_ended

    def mark_notice(self) -> bool:
        """Mark the notice as sent, failed or to retry; return whether it was sent."""
        notice, failure = self._notice, self._failure
        if failure is None:
            notice.mark_sent()
            return True
        logger.warning("Notice %d was not sent: %s", notice.pk, failure.reason)
        if failure.is_final:
            notice.fail(failure.reason)
        elif failure.is_doubtful:
            notice.retry_in_doubt(failure.reason)
        else:
            notice.postpone(failure.reason)
        return False

    def abandon(self) -> None:
        """Mark the notice, since the process stops before the server answers."""
        reason = _("Le portail s'est arrêté avant la réponse du serveur.")
        if self._transport.is_unacknowledged:
            self._notice.retry_in_doubt(reason)
        else:
            self._notice.postpone(reason)

    def _run(self) -> None:
        self._failure = self._transport.send_notice(self._notice)
        with self._lock:
            self._has_ended = True
            if self not in self.background:
                return
        try:
            self.mark_notice()
            self._transport.close()
        finally:
            connections.close_all()
            with self._lock:
                self.background.discard(self)

    @classmethod
    def end_all(cls) -> None:
        """Wait SHUTDOWN_TIMEOUT for those in the background, then abandon the others."""
        deadline = monotonic() + SHUTDOWN_TIMEOUT
        for sending in list(cls.background):
            sending._thread.join(max(0.0, deadline - monotonic()))
        for sending in list(cls.background):
            sending.abandon()


class Transport:
    """A connection to the mail server of EMAIL_URL, opened lazily and again after a failure."""

    def __init__(self) -> None:
        self._connection = get_connection(settings.EMAIL_TRANSPORT)
        self._server_failures = 0
        self.is_down = False

    @property
    def is_unacknowledged(self) -> bool:
        """Whether the server has received an e-mail that it has not acknowledged."""
        return getattr(self._connection, "is_unacknowledged", False)

    def send_notice(self, notice: Notice) -> DeliveryFailure | None:
        """Send the notice; return None once the server has acknowledged it, else the failure."""
        try:
            self._connection.open()
        except Exception as error:  # before any notice: the server is at failure
            self.is_down = True
            return DeliveryFailure(failure_from(error).reason, is_server=True)
        try:
            self._connection.send_messages([build_message(notice)])
        except Exception as error:  # so that the other notices are sent
            failure = failure_from(error)
            self._server_failures = self._server_failures + 1 if failure.is_server else 0
            self.is_down = self._server_failures == MAX_CONSECUTIVE_FAILURES
            if failure.is_server:
                self.close()
            return failure
        self._server_failures = 0
        return None

    def close(self) -> None:
        with suppress(OSError):
            self._connection.close()


def build_message(notice: Notice) -> EmailMultiAlternatives:
    """Return the e-mail of the notice, with the same Message-ID at each attempt."""
    headers = {"Message-ID": message_id(notice.key), "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        subject=typeset(notice.subject),
        body=typeset(notice.body),
        from_email=notice.sender or None,
        to=[notice.recipient],
        headers={**headers, **notice.headers},
    )
    if notice.html:
        mail.attach_alternative(typeset_html(notice.html), "text/html")
    return mail


def message_id(key: str) -> str:
    digest = blake2b(key.encode(), digest_size=16).hexdigest()
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def failure_from(error: Exception) -> DeliveryFailure:
    """Return the failure in French, without the server's text, which often quotes addresses."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            reason = _("Le serveur refuse ce destinataire (%s).") % _codes(code, text)
            return DeliveryFailure(reason, is_final=code >= 500, is_server=code == 421)
        case smtplib.SMTPAuthenticationError():
            return DeliveryFailure(
                _("Le serveur refuse le compte du portail (EMAIL_URL)."), is_server=True
            )
        case smtplib.SMTPSenderRefused():
            codes = _codes(error.smtp_code, error.smtp_error)
            return DeliveryFailure(
                _("Le serveur refuse l'expéditeur (%s).") % codes, is_server=True
            )
        case OutcomeUnknown():
            reason = _("Le serveur n'a pas dit s'il prenait ce courriel (%s).") % error
            return DeliveryFailure(reason, is_server=True, is_doubtful=True)
        case smtplib.SMTPDataError():
            code = error.smtp_code
            reason = _("Le serveur refuse ce message (%s).") % _codes(code, error.smtp_error)
            return DeliveryFailure(reason, is_final=code >= 500, is_server=code == 421)
        case OSError():
            reason = _("Le serveur de courrier ne répond pas (%s).") % type(error).__name__
            return DeliveryFailure(reason, is_server=True)
        case ValueError():
            reason = _("Ce courriel ne peut pas être écrit (%s).") % type(error).__name__
            return DeliveryFailure(reason, is_final=True)
    return DeliveryFailure(_("Une erreur du portail empêche l'envoi (%s).") % type(error).__name__)


def _codes(code: int, answer: bytes | str) -> str:
    """Return the codes of a server's answer, "550 5.1.1", without its text."""
    encoded = answer.encode(errors="replace") if isinstance(answer, str) else answer
    detailed = ENHANCED_STATUS_CODE.match(encoded)
    return f"{code} {detailed[0].decode()}" if detailed else str(code)
