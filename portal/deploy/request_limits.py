"""Limits of an incoming request: its size, its time, and the messages of refusals."""

import re
from time import monotonic

from django.utils.translation import gettext_lazy as _

MAX_HEAD_BYTES = 32_768
MAX_BODY_BYTES = 25_000_000  # as in the Caddyfile
GRACE_SECONDS = 10  # for any transfer, however small
MIN_BYTES_PER_SECOND = 16_384  # beyond the grace: an upload of 25 MB has 26 minutes
REFUSAL_MESSAGES = {
    408: _("Votre envoi a mis trop de temps à arriver. Réessayez."),
    411: _("La longueur de cet envoi doit être annoncée (Content-Length)."),
    413: _("Cet envoi est trop grand : 25 Mo au plus."),
    431: _("Cette demande a des en-têtes trop longs."),
    503: _("Le portail reçoit trop d'envois à la fois. Réessayez dans un instant."),
}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_HEAD_END = b"\r\n\r\n"
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_TRANSFER_ENCODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class RequestRejected(Exception):
    """A request answered with `status` by the server itself, without calling Django."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class IncomingRequest:
    """Progress of the first request in `received`, a growing buffer.

    It only measures the request, so that gunicorn's parser is called once all of it has arrived.
    """

    def __init__(self) -> None:
        self._started_at = monotonic()
        self._searched_bytes = 0
        self._size: int | None = None  # of the whole request, once its head is read
        self.expects_continue = False

    def is_complete(self, received: bytearray) -> bool:
        """Raise RequestRejected: 431 or 413 where it is too large, 411 where it has no length."""
        if self._size is None:
            self._size = self._measure(received)
        return self._size is not None and len(received) >= self._size

    def deadline(self, received: bytearray) -> float:
        return deadline(self._started_at, len(received))

    def _measure(self, received: bytearray) -> int | None:
        end = received.find(_HEAD_END, self._searched_bytes)
        if end < 0:
            self._searched_bytes = max(0, len(received) - len(_HEAD_END) + 1)
        if max(end, self._searched_bytes) > MAX_HEAD_BYTES:
            raise RequestRejected(431)
        if end < 0:
            return None
        head = bytes(received[: end + 2])
        if _TRANSFER_ENCODING.search(head):
            raise RequestRejected(411)
        match = _CONTENT_LENGTH.search(head)
        length = int(match[1]) if match else 0
        if length > MAX_BODY_BYTES:
            raise RequestRejected(413)
        self.expects_continue = bool(_EXPECT_CONTINUE.search(head))
        return end + len(_HEAD_END) + length


def deadline(started_at: float, count: int) -> float:
    """Return when `count` bytes must have been followed by more, on the monotonic clock."""
    return started_at + GRACE_SECONDS + count / MIN_BYTES_PER_SECOND
