"""A request on its way: how much of it there will be, how long it may take, what is refused."""

import re
from time import monotonic

LARGEST_HEAD = 32_768  # bytes
LARGEST_BODY = 25_000_000  # bytes, as in the Caddyfile
GRACE = 10  # seconds that anything may take, however small
SLOWEST = 16_384  # bytes a second, beyond that: an upload of 25 MB has 26 minutes
WORDS = {  # of what is refused, for whoever reads it
    408: "Votre envoi a mis trop de temps à arriver. Réessayez.",
    411: "La longueur de cet envoi doit être annoncée (Content-Length).",
    413: "Cet envoi est trop grand : 25 Mo au plus.",
    431: "Cette demande a des en-têtes trop longs.",
    503: "Le portail reçoit trop d'envois à la fois. Réessayez dans un instant.",
}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class RefusedError(Exception):
    """What is answered, by its status, without asking the portal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class IncomingRequest:
    """The first request in `received`, bytes that grow. gunicorn's parser reads it afterwards and
    decides; this only counts, so that it is asked once all has come.
    """

    def __init__(self) -> None:
        self._began = monotonic()
        self._searched = 0
        self._size: int | None = None  # of the whole request, once its head has come
        self.expects_continue = False

    def is_whole(self, received: bytearray) -> bool:
        """Raises RefusedError: 431 or 413 where it is too large, 411 where it says no length."""
        if self._size is None:
            self._size = self._measured(received)
        return self._size is not None and len(received) >= self._size

    def deadline(self, received: bytearray) -> float:
        return deadline(self._began, len(received))

    def _measured(self, received: bytearray) -> int | None:
        end = received.find(_END, self._searched)
        if end < 0:
            self._searched = max(0, len(received) - len(_END) + 1)
        if max(end, self._searched) > LARGEST_HEAD:
            raise RefusedError(431)
        if end < 0:
            return None
        head = bytes(received[: end + 2])
        if _CODED.search(head):
            raise RefusedError(411)
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if length > LARGEST_BODY:
            raise RefusedError(413)
        self.expects_continue = bool(_EXPECTS.search(head))
        return end + len(_END) + length


def deadline(began: float, count: int) -> float:
    """The moment by which `count` bytes should have gone on to more, on the monotonic clock."""
    return began + GRACE + count / SLOWEST
