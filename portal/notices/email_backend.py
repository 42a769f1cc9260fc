"""The e-mail backend of the portal, which queues what Django's functions send."""

from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from portal.notices import services
from portal.notices.models import Notice
from portal.notices.services import NoticeRefused


class OutboxBackend(BaseEmailBackend):
    """Queues one notice for each recipient, who sees no other address.

    All are secret, since a link that resets a password looks like any other.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue all the messages, or none if one is refused; return how many.

        Raises NoticeRefused, unless `fail_silently`.
        """
        try:
            drafts = [draft for message in email_messages for draft in drafts_of(message)]
        except NoticeRefused:
            if self.fail_silently:
                return 0
            raise
        services.queue_all(drafts)
        return len(email_messages)


def drafts_of(message: EmailMessage) -> Iterator[Notice]:
    if message.attachments:
        raise NoticeRefused(_("Un courriel du portail ne porte pas de pièce jointe."))
    body, html = _texts(message)
    headers = dict(message.extra_headers)
    if message.reply_to:
        headers["Reply-To"] = ", ".join(message.reply_to)
    sender = "" if message.from_email == settings.DEFAULT_FROM_EMAIL else message.from_email
    for recipient in message.recipients():
        yield services.draft(
            key=f"mail-{uuid4().hex}",
            recipient=_address(recipient),
            sender=sender or "",
            subject=str(message.subject),
            body=body,
            html=html,
            headers=headers,
            is_secret=True,
        )


def _texts(message: EmailMessage) -> tuple[str, str]:
    """Return the plain text and the HTML, "" without one."""
    body = str(message.body)
    if message.content_subtype == "html":
        return strip_tags(body), body
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    for content, kind in alternatives:
        if kind == "text/html":
            return body, str(content)
    return body, ""


def _address(recipient: str) -> str:
    """Return the address without the display name; unchanged if it cannot be parsed."""
    return parseaddr(recipient)[1] or recipient
