"""A gunicorn worker that buffers slow clients and shares connections between processes."""

import socket
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.deploy.buffered_socket import RECV_BYTES, BufferedSocket
from portal.deploy.request_limits import (
    CONTINUE,
    REFUSAL_MESSAGES,
    IncomingRequest,
    RequestRejected,
    deadline,
)

MAX_BUFFERED_BYTES = 100_000_000  # of requests and responses in transit, per process
CLOSE_TIMEOUT_SECONDS = (
    2  # seconds that a client has to close its side, so that it reads the end of its answer
)


class Connection(TConn):
    """A client's connection, with what the event loop is waiting for and until when."""

    sock: BufferedSocket

    def __init__(self, config: Any, client: socket.socket, address: Any, server: Any) -> None:
        super().__init__(config, BufferedSocket(client), address, server)
        self.data_ready = True  # a thread is only given complete requests
        self.request = IncomingRequest()
        self.callback: Callable[[Connection], None] | None = None
        self.deadline = 0.0
        self.future: Future[object] | None = None  # of the request being answered
        self.response_ready_at = 0.0

    @property
    def buffered_bytes(self) -> int:
        return len(self.sock.received) + len(self.sock.unsent)


class BackpressureWorker(ThreadWorker):
    """Threaded worker whose event loop reads requests whole and sends responses.

    A thread is busy only while the portal works. gunicorn's own threads read and write themselves:
    eight forms sent byte by byte stopped every reader.

    While all its threads are busy, it stops accepting connections, and takes one more for each
    request that ends. The proxy keeps its connections open: with gunicorn's own worker, those of a
    burst stay with the first process that woke up, on one processor, while the others sleep.
    """

    headers: dict[str, str] = {}
    _is_saturated = False  # all threads are busy

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: set[Connection] = set()  # connections waiting for their client

    def init_process(self) -> None:
        for listener in self.sockets:
            if listener.family in (socket.AF_INET, socket.AF_INET6) and hasattr(
                socket, "TCP_DEFER_ACCEPT"
            ):  # accept connections only once their request arrives
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
        super().init_process()

    # Sharing

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and not self._is_saturated)

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        self._receive(Connection(self.cfg, client, address, listener.getsockname()))
        idle = len(self.keepalived_conns) + len(self._waiting)
        self._is_saturated = self.nr_conns - idle >= self.cfg.threads
        self.set_accept_enabled(True)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        self._is_saturated = False
        conn.future, conn.response_ready_at = fs, monotonic()
        self._send(conn)

    # Waiting for clients

    def _wait(
        self, conn: Connection, event: int, callback: Callable[[Connection], None], deadline: float
    ) -> None:
        conn.callback, conn.deadline = callback, deadline
        self._waiting.add(conn)
        self.poller.register(conn.sock, event, partial(self._on_ready, conn))

    def _on_ready(self, conn: Connection, _socket: object = None) -> None:
        self._stop_waiting(conn)
        try:
            assert conn.callback
            conn.callback(conn)
        except OSError:
            self._close_now(conn)

    def _stop_waiting(self, conn: Connection) -> None:
        self._waiting.discard(conn)
        self.poller.unregister(conn.sock)

    def _receive(self, conn: Connection) -> None:
        """Read what has arrived; once the request is complete, give it to a thread."""
        try:
            is_open = conn.sock.receive()
            if conn.request.is_complete(conn.sock.received):
                self.enqueue_req(conn)
            elif not is_open:
                self._close_now(conn)
            else:
                self._wait_for_rest(conn)
        except RequestRejected as rejected:
            self._refuse(conn, rejected.status)
        except OSError:
            self._close_now(conn)

    def _wait_for_rest(self, conn: Connection) -> None:
        if self._exceeds_memory(conn):
            raise RequestRejected(503)
        if conn.request.expects_continue:
            conn.request.expects_continue = False
            conn.sock.sendall(CONTINUE)
        self._wait(conn, EVENT_READ, self._receive, conn.request.deadline(conn.sock.received))

    def _send(self, conn: Connection) -> None:
        """Send the rest of a response, then keep the connection or close it."""
        try:
            conn.sock.flush()
            if conn.sock.unsent:
                if self._exceeds_memory(conn):
                    self._close_now(conn)
                else:
                    response_deadline = deadline(conn.response_ready_at, conn.sock.sent_bytes)
                    stall_deadline = deadline(monotonic(), 0)
                    self._wait(
                        conn, EVENT_WRITE, self._send, min(response_deadline, stall_deadline)
                    )
            elif _is_keepalive(conn.future):
                self._keep_alive(conn)
            else:
                self._close_gracefully(conn)
        except OSError:
            self._close_now(conn)

    def _keep_alive(self, conn: Connection) -> None:
        """Wait for the next request; bytes received beyond the last one begin it."""
        assert conn.future
        conn.sock.sent_bytes = 0
        conn.request = IncomingRequest()
        conn.sock.received[:0] = conn.parser.unreader.take_buffered()
        if conn.sock.received:
            self._receive(conn)
        else:
            super().finish_request(conn, conn.future)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.request = IncomingRequest()
        self._receive(conn)

    def _refuse(self, conn: Connection, status: int) -> None:
        conn.sock.received.clear()
        conn.future, conn.response_ready_at = None, monotonic()
        conn.sock.unsent += self._refusal_response(status)
        self._send(conn)

    def _close_gracefully(self, conn: Connection) -> None:
        """Close after the client does: closing first could lose the end of the response."""
        conn.sock.shutdown_write()
        conn.deadline = monotonic() + CLOSE_TIMEOUT_SECONDS
        self._drain(conn)

    def _drain(self, conn: Connection) -> None:
        is_open = conn.sock.receive()
        conn.sock.received.clear()
        if is_open:
            self._wait(conn, EVENT_READ, self._drain, conn.deadline)
        else:
            self._close_now(conn)

    def _close_now(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.sock.close()

    def _exceeds_memory(self, conn: Connection) -> bool:
        """Return whether buffers are full. Only large ones are checked: the others are bounded by
        count.
        """
        return (
            conn.buffered_bytes > RECV_BYTES
            and conn.buffered_bytes + sum(other.buffered_bytes for other in self._waiting)
            > MAX_BUFFERED_BYTES
        )

    def murder_pending(self) -> None:
        """Close the connections past their deadline; gunicorn calls it each second."""
        now = monotonic()
        for conn in [waiting for waiting in self._waiting if waiting.deadline <= now]:
            self._stop_waiting(conn)
            if conn.callback == self._receive and conn.sock.received:
                self._refuse(conn, 408)
            else:
                self._close_now(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """While stopping, shorten the wait for requests too."""
        super()._cap_keepalive(deadline)
        for conn in self._waiting:
            if conn.callback == self._receive:
                conn.deadline = min(conn.deadline, deadline)

    # What is refused

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what gunicorn's parser rejects with our headers, without quoting the request."""
        recorder = _RecordingSocket()
        super().handle_error(req, recorder, addr, exc)
        if recorder.data:
            client.sendall(self._refusal_response(int(recorder.data.split()[1])))

    def _refusal_response(self, status: int) -> bytes:
        phrase = f"{status} {HTTPStatus(status).phrase}"
        body = str(REFUSAL_MESSAGES.get(status, phrase)).encode()
        headers = {**self.headers, "Content-Type": "text/plain; charset=utf-8"}
        headers |= {"Cache-Control": "no-store", "Connection": "close"}
        headers |= {"Content-Length": str(len(body))}
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = "30"
        lines = [f"HTTP/1.1 {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


class _RecordingSocket:
    """Records the response that gunicorn would send, for its status."""

    data = b""

    def sendall(self, data: bytes) -> None:
        self.data += data

    def gettimeout(self) -> float:
        return 0.0


def _is_keepalive(future: "Future[object] | None") -> bool:
    """Return whether the connection stays open after that request; `future` is None where it was
    rejected.
    """
    if future is None or future.cancelled() or future.exception():
        return False
    return bool(future.result())
