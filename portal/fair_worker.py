"""A gunicorn worker that leaves its neighbours their share of the connections."""

from concurrent.futures import Future
from socket import socket

from gunicorn.workers.gthread import TConn, ThreadWorker


class FairWorker(ThreadWorker):
    """Once all its threads are at work, it takes one more connection for each request it ends.

    The proxy keeps its connections open, and gunicorn's own worker takes all that come: those of a
    burst stayed with the one that woke first, on one processor, while the others slept.
    """

    _waits = False  # for the end of a request

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and not self._waits)

    def accept(self, listener: socket) -> None:
        super().accept(listener)
        at_rest = len(self.keepalived_conns) + len(self.pending_conns)
        self._waits = self.nr_conns - at_rest >= self.cfg.threads
        self.set_accept_enabled(True)

    def finish_request(self, conn: TConn, fs: "Future[object]") -> None:
        super().finish_request(conn, fs)
        self._waits = False
