"""A non-blocking socket with buffers, in place of the client's socket in gunicorn's code."""

import errno
import struct
from socket import SHUT_WR, SO_LINGER, SOL_SOCKET, socket
from typing import BinaryIO

RECV_BYTES = 65_536  # read from the network at a time
LINGER_ZERO = struct.pack("ii", 1, 0)  # SO_LINGER value that resets the connection


class BufferedSocket:
    """Socket whose reads and writes by gunicorn only touch buffers.

    The event loop fills `received` and empties `unsent` as the network allows, so a slow client
    never occupies a thread.
    """

    def __init__(self, client: socket) -> None:
        self._client = client
        self.received = bytearray()
        self.unsent = bytearray()
        self.sent_bytes = 0  # bytes, of the present answer
        client.setblocking(False)

    # Called by the event loop

    def fileno(self) -> int:
        return self._client.fileno()

    def receive(self) -> bool:
        """Read what has arrived, RECV_BYTES at most; return False once the client has closed."""
        try:
            data = self._client.recv(RECV_BYTES)
        except BlockingIOError:
            return True
        self.received += data
        return bool(data)

    def flush(self) -> None:
        """Send as much of `unsent` as the network takes without waiting."""
        del self.unsent[: self._send_now(self.unsent)]

    def shutdown_write(self) -> None:
        """Tell the client that nothing more comes."""
        self._client.shutdown(SHUT_WR)

    def close(self) -> None:
        """Close; with unsent data, reset the connection so that the kernel keeps none of it."""
        if self.unsent:
            self._client.setsockopt(SOL_SOCKET, SO_LINGER, LINGER_ZERO)
        self._client.close()

    # Called by gunicorn in a thread

    def recv(self, size: int) -> bytes:
        """Return received bytes.

        Raises ConnectionResetError where none is left: returning b"" would end the body, and the
        next bytes would be read as another request.
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
        """Ignore "100 Continue", the only use that gunicorn makes of it: the event loop sent it
        already.
        """
        return len(data)

    def sendfile(self, file: BinaryIO, offset: int = 0, count: int | None = None) -> int:
        file.seek(offset)
        data = file.read(-1 if count is None else count)
        self.sendall(data)
        return len(data)

    def _send_now(self, data: bytes | bytearray) -> int:
        """Return how many of these bytes the network took without waiting."""
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
        """Ignored: the socket never blocks."""

    def gettimeout(self) -> float:
        return 0.0
