"""How a notice leaves: taken alone, sent, marked at once. No address in a log or in a reason.

A server may be long to say that it took an e-mail. After a few seconds its answer is awaited
beside, and the next notice leaves by another connection, up to `MOST_BESIDE` of them.

A worker that is killed loses at most the marks of those in hand: they go again, with the same
Message-ID.
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

from portal.notices.models import MAX_ATTEMPTS, Notice
from portal.notices.services import BATCH, sending_blocked_reason
from portal.notices.smtp import OutcomeUnknown

MAX_CONSECUTIVE_FAILURES = 3  # of the server: then the batch waits for better days
PATIENCE = 5.0  # seconds that the other notices wait for the server's answer about one
MOST_BESIDE = 8  # answers that a process awaits beside: each has its connection to the server
LAST_WAIT = 5.0  # seconds that a process which ends gives to all of them
ENHANCED_STATUS_CODE = re.compile(rb"^\d\.\d{1,3}\.\d{1,3}\b")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeliveryFailure:
    """Why a notice did not leave. `is_final`: the server will never take it; `is_server`: the
    others would not leave by this connection either; `is_doubtful`: perhaps it did leave.
    """

    reason: str
    is_final: bool = False
    is_server: bool = False
    is_doubtful: bool = False


def due_ids(limit: int = BATCH) -> list[int]:
    """The keys of the notices to send now, the oldest first."""
    notices = Notice.objects.due(timezone.now()).order_by("not_before", "pk")
    return list(notices.values_list("pk", flat=True)[:limit])


def deliver(ids: Sequence[int], *, stop: Callable[[], bool] = lambda: False) -> int:
    """Sends those of the notices that are due and that no other worker takes; how many left.

    `stop` is asked before each. A refused recipient stops nothing; a server that cannot be reached,
    or that fails three times running, ends the batch. One query, and two for each notice. Those
    whose answer is awaited beside are not counted.
    """
    if sending_blocked_reason():
        return 0
    sent = 0
    transport = Transport()
    try:
        for notice in Notice.objects.filter(pk__in=ids).order_by("not_before", "pk"):
            if transport.is_down or stop() or len(Sending.beside) >= MOST_BESIDE:
                break
            if not notice.claim() or not _may_leave(notice):
                continue
            sending = Sending(notice, transport)
            if sending.ends_within(PATIENCE):
                sent += sending.settle()
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
    """One notice that is being given to the server, in a thread of its own, which marks it if
    whoever began it has gone on to the others.
    """

    beside: set["Sending"] = set()  # those that nobody waits for
    _lock = Lock()

    def __init__(self, notice: Notice, transport: "Transport") -> None:
        self._notice = notice
        self._transport = transport
        self._fault: DeliveryFailure | None = None
        self._has_ended = False
        self._thread = Thread(target=self._run, name=f"notice-{notice.pk}", daemon=True)
        self._thread.start()

    def ends_within(self, seconds: float) -> bool:
        """False where it goes on beside, with its transport."""
        self._thread.join(seconds)
        with self._lock:
            if not self._has_ended:
                self.beside.add(self)
            return self._has_ended

    def settle(self) -> bool:
        """Marks the notice by what became of it; whether it left."""
        notice, fault = self._notice, self._fault
        if fault is None:
            notice.mark_sent()
            return True
        logger.warning("Notice %d was not sent: %s", notice.pk, fault.reason)
        if fault.is_final:
            notice.fail(fault.reason)
        elif fault.is_doubtful:
            notice.doubt(fault.reason)
        else:
            notice.postpone(fault.reason)
        return False

    def abandon(self) -> None:
        """The process ends before the server has answered."""
        reason = _("Le portail s'est arrêté avant la réponse du serveur.")
        if self._transport.is_given:
            self._notice.doubt(reason)
        else:
            self._notice.postpone(reason)

    def _run(self) -> None:
        self._fault = self._transport.send_notice(self._notice)
        with self._lock:
            self._has_ended = True
            if self not in self.beside:
                return
        try:
            self.settle()
            self._transport.close()
        finally:
            connections.close_all()
            with self._lock:
                self.beside.discard(self)

    @classmethod
    def end_all(cls) -> None:
        """Before the process ends: gives each a last moment, then says what is not known."""
        end = monotonic() + LAST_WAIT
        for sending in list(cls.beside):
            sending._thread.join(max(0.0, end - monotonic()))
        for sending in list(cls.beside):
            sending.abandon()


class Transport:
    """One connection to the mail server of EMAIL_URL, opened for the first notice, reused, and
    opened again after a failure.
    """

    def __init__(self) -> None:
        self._connection = get_connection(settings.EMAIL_TRANSPORT)
        self._failures = 0
        self.is_down = False

    @property
    def is_given(self) -> bool:
        """Whether the server has an e-mail of which it has not said that it took it."""
        return getattr(self._connection, "is_given", False)

    def send_notice(self, notice: Notice) -> DeliveryFailure | None:
        """Sends the notice; None once the server has taken it, else why not."""
        try:
            self._connection.open()
        except Exception as error:  # wherever it comes from, it is not of the notice
            self.is_down = True
            return DeliveryFailure(failure_from(error).reason, is_server=True)
        try:
            self._connection.send_messages([build_message(notice)])
        except Exception as error:  # whatever goes wrong with one notice, the others leave
            fault = failure_from(error)
            self._failures = self._failures + 1 if fault.is_server else 0
            self.is_down = self._failures == MAX_CONSECUTIVE_FAILURES
            if fault.is_server:
                self.close()
            return fault
        self._failures = 0
        return None

    def close(self) -> None:
        with suppress(OSError):
            self._connection.close()


def build_message(notice: Notice) -> EmailMultiAlternatives:
    """The e-mail of the notice; the same Message-ID each time."""
    headers = {"Message-ID": message_id(notice.key), "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        subject=notice.subject,
        body=notice.body,
        from_email=notice.sender or None,
        to=[notice.recipient],
        headers={**headers, **notice.headers},
    )
    if notice.html:
        mail.attach_alternative(notice.html, "text/html")
    return mail


def message_id(key: str) -> str:
    digest = blake2b(key.encode(), digest_size=16).hexdigest()
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def failure_from(error: Exception) -> DeliveryFailure:
    """What the error means, in words that name nobody: a server's own words often do."""
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
    """ "550 5.1.1": the numbers of a server's answer, without its words."""
    encoded = answer.encode(errors="replace") if isinstance(answer, str) else answer
    detailed = ENHANCED_STATUS_CODE.match(encoded)
    return f"{code} {detailed[0].decode()}" if detailed else str(code)
