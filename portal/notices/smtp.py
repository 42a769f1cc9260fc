"""The conversation with the mail server: short waits, then a long one once the e-mail is given.

Until the final dot, an answer that does not come costs nothing: the server has not taken the
e-mail, which may be given again. After it the server may have taken it, whatever becomes of its
answer: RFC 5321 (4.5.3.2.6) has the sender wait ten minutes, since to try sooner makes a copy.
"""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp


class OutcomeUnknown(smtplib.SMTPException):
    """The server had the whole e-mail, and said nothing that tells whether it took it."""


class Patient(smtplib.SMTP):
    """smtplib's client, which waits EMAIL_TIMEOUT for each answer, and EMAIL_ANSWER_TIMEOUT for the
    one that says that the e-mail is taken. `is_given` while that one is awaited.
    """

    is_given = False

    def send(self, s: Any) -> None:
        """Of what is sent, only the e-mail, with its final dot, is bytes."""
        super().send(s)
        if isinstance(s, bytes) and self.sock:
            self.is_given = True
            self.sock.settimeout(settings.EMAIL_ANSWER_TIMEOUT)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """The code and the words of the answer. Raises OutcomeUnknown."""
        try:
            code, text = super().data(msg)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
            if self.is_given:
                raise OutcomeUnknown(type(error.__context__ or error).__name__) from error
            raise
        finally:
            is_given, self.is_given = self.is_given, False
            if self.sock:
                self.sock.settimeout(self.timeout)
        if is_given and not 200 <= code < 600:
            raise OutcomeUnknown(str(code))
        return code, text


class PatientOverTLS(Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's own, with that client."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientOverTLS if self.use_ssl else Patient

    @property
    def is_given(self) -> bool:
        """Whether an e-mail was given of which the server has not said that it took it."""
        return getattr(self.connection, "is_given", False)
