"""An SMTP client with a short timeout for commands and a long one for the final answer.

Before the final dot the server has not taken the e-mail, which can be sent again. After it the
server may have taken it even if its answer is lost: RFC 5321 (4.5.3.2.6) makes the client wait ten
minutes, since a retry would make a copy.
"""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp


class OutcomeUnknown(smtplib.SMTPException):
    """The server received the whole e-mail and did not answer whether it took it."""


class PatientClient(smtplib.SMTP):
    """Waits EMAIL_TIMEOUT for each answer, and EMAIL_ANSWER_TIMEOUT for that to the e-mail.

    `is_unacknowledged` while the latter is awaited.
    """

    is_unacknowledged = False

    def send(self, s: Any) -> None:
        """Lengthen the timeout for the e-mail, the only thing that smtplib sends as bytes."""
        super().send(s)
        if isinstance(s, bytes) and self.sock:
            self.is_unacknowledged = True
            self.sock.settimeout(settings.EMAIL_ANSWER_TIMEOUT)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Return the code and the text of the answer. Raises OutcomeUnknown."""
        try:
            code, text = super().data(msg)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
            if self.is_unacknowledged:
                raise OutcomeUnknown(type(error.__context__ or error).__name__) from error
            raise
        finally:
            is_unacknowledged, self.is_unacknowledged = self.is_unacknowledged, False
            if self.sock:
                self.sock.settimeout(self.timeout)
        if is_unacknowledged and not 200 <= code < 600:
            raise OutcomeUnknown(str(code))
        return code, text


class PatientClientOverTLS(PatientClient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend, with PatientClient."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientClientOverTLS if self.use_ssl else PatientClient

    @property
    def is_unacknowledged(self) -> bool:
        """Whether the server has received an e-mail that it has not acknowledged."""
        return getattr(self.connection, "is_unacknowledged", False)
