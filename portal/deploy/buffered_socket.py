"""A client's socket that nobody waits for: what arrived and what is to be sent are buffers."""

import errno
import struct
from socket import SHUT_WR, SO_LINGER, SOL_SOCKET, socket
from typing import BinaryIO

RECV_BYTES = 65_536  # bytes taken from the network in one go
LINGER_ZERO = struct.pack("ii", 1, 0)  # for SO_LINGER: closed without waiting for the client


class BufferedSocket:
    """Stands for the socket in gunicorn's parser and responses, which would wait for clients.

    The worker's loop fills `received` and empties `unsent` as the network allows; a thread reads
    and writes those alone, so the slowest client never holds one.
    """

    def __init__(self, client: socket) -> None:
        self._client = client
        self.received = bytearray()
        self.unsent = bytearray()
        self.sent_bytes = 0  # bytes, of the present answer
        client.setblocking(False)

    # For the worker's loop

    def fileno(self) -> int:
        return self._client.fileno()

    def receive(self) -> bool:
        """Takes what has arrived, RECV_BYTES at most; False once the client sends no more."""
        try:
            data = self._client.recv(RECV_BYTES)
        except BlockingIOError:
            return True
        self.received += data
        return bool(data)

    def flush(self) -> None:
        """Sends as much of `unsent` as the network takes now."""
        del self.unsent[: self._send_now(self.unsent)]

    def shutdown_write(self) -> None:
        """Says to the client that nothing more comes."""
        self._client.shutdown(SHUT_WR)

    def close(self) -> None:
        """Where something is left unsent, the kernel keeps nothing of it either."""
        if self.unsent:
            self._client.setsockopt(SOL_SOCKET, SO_LINGER, LINGER_ZERO)
        self._client.close()

    # For gunicorn, in a thread

    def recv(self, size: int) -> bytes:
        """What arrived. Raises ConnectionResetError where there is none left, rather than say that
        the body ended: the next bytes would be taken for another request.
        """
        if not self.received:
            raise ConnectionResetError(errno.ECONNRESET, "The request has no more bytes.")
        data = bytes(self.received[:size])
        del self.received[:size]
        return data

    def sendall(self, data: bytes) -> None:
        self.flush()
        count = 0 if self.unsent else self._send_now(data)
        self.unsent += memoryview(data)[count:]

    def send(self, data: bytes) -> int:
        """Nothing: gunicorn says "100 Continue" by it, which the loop said before the body came."""
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        data = file.read(-1 if count is None else count)
        self.sendall(data)
        return len(data)

    def _send_now(self, data: bytes | bytearray) -> int:
        """How many of these bytes the network takes now."""
        count = 0
        with memoryview(data) as view:
            try:
                while count < len(view):
                    count += self._client.send(view[count:])
            except BlockingIOError:
                pass
        self.sent_bytes += count
        return count

    def setblocking(self, flag: bool) -> None:
        """Never: see above."""

    def gettimeout(self) -> float:
        return 0.0
