"""Opens many slow connections to a running portal, and measures how long readers wait meanwhile.

    python -m tests.faults.slow_bodies https://localhost:8443 --sockets 64 --kind body

Kinds: `body`, a form of 900 bytes sent byte by byte; `chunked`, the same without a length; `head`, a
request whose headers never end; `reader`, requests whose answers are never read; `linger`, clients
that never close. Use it only against your own installation.
"""

import argparse
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from urllib.parse import urlsplit

import requests

PAUSE = 5  # seconds between two bytes
PROBES = 8
EVERY = 0.5  # seconds between two probes
LIMIT = 15  # seconds, the timeout of a probe
FORM = (  # sent by browsers with a form: without it the form is refused before its body is read
    "POST /signaler/ HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nCookie: csrftoken={token}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
)
STARTS = {
    "body": FORM + "Content-Length: 900\r\n\r\n",
    "chunked": FORM + "Transfer-Encoding: chunked\r\n\r\n384\r\n",
    "head": "GET /equipes/ HTTP/1.1\r\nHost: {host}\r\nX-Slow: ",
    "reader": "GET /api/v1/sites/?page_size=100 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "linger": "GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
}
TRICKLE = {"body", "chunked", "head"}


def connect(base: str, small_window: bool = False) -> socket.socket:
    """Return a connection to the server of this URL; over TLS, without checking the certificate."""
    site = urlsplit(base)
    client = socket.socket()
    if small_window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.settimeout(LIMIT)
    client.connect((site.hostname, site.port))
    if site.scheme == "https":
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return trusting.wrap_socket(client, server_hostname=site.hostname)
    return client


@contextmanager
def slow_clients(base: str, *, sockets: int, kind: str) -> Iterator[list[socket.socket]]:
    """Keep this many slow connections open, each sending a byte every PAUSE seconds."""
    over = Event()
    form = requests.get(f"{base}/signaler/", timeout=LIMIT, verify=False)
    values = {"base": base, "host": urlsplit(base).netloc, "token": form.cookies["csrftoken"]}
    start = STARTS[kind].format(**values).encode()
    with ExitStack() as stack:
        clients = [connect(base, small_window=kind == "reader") for _ in range(sockets)]
        for client in clients:
            stack.enter_context(client)
            with suppress(OSError):
                client.sendall(start)

        def trickle() -> None:
            while kind in TRICKLE and not over.wait(PAUSE):
                for client in clients:
                    with suppress(OSError):
                        client.sendall(b"a")

        thread = Thread(target=trickle)
        thread.start()
        try:
            yield clients
        finally:
            over.set()
            thread.join()


def probe(address: str) -> float:
    """Return how many seconds a reader waits for the page, LIMIT without an answer."""
    began = monotonic()
    with suppress(requests.RequestException):
        answer = requests.get(address, timeout=LIMIT, verify=False)
        answer.raise_for_status()
        return monotonic() - began
    return LIMIT


def waits(base: str, *, sockets: int, kind: str) -> list[float]:
    """Return the waiting times of PROBES readers, started every EVERY seconds of the attack."""
    with slow_clients(base, sockets=sockets, kind=kind), ThreadPoolExecutor(PROBES) as readers:
        probes = []
        for _ in range(PROBES):
            Event().wait(EVERY)
            probes.append(readers.submit(probe, f"{base}/equipes/"))
        return [future.result() for future in probes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("--sockets", type=int, default=64)
    parser.add_argument("--kind", choices=STARTS, default="body")
    arguments = parser.parse_args()
    durations = waits(arguments.base.rstrip("/"), sockets=arguments.sockets, kind=arguments.kind)
    listed = " ".join(f"{seconds:.2f}" for seconds in sorted(durations))
    print(f"{arguments.kind}, {arguments.sockets} sockets: {PROBES} probes in {listed} s")  # noqa: T201


if __name__ == "__main__":
    main()
