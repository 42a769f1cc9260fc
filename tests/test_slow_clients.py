"""Slow clients are served or disconnected without occupying a thread."""

import errno
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from time import monotonic

import pytest
import requests

from portal.deploy.request_limits import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MIN_BYTES_PER_SECOND,
    IncomingRequest,
    RequestRejected,
)
from tests.echo import LARGE
from tests.faults.servers import free_port, until
from tests.notices.conftest import ROOT

MANY = 16  # slow clients, for two threads
FORM = b"POST /form/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
PAGE = b"GET /page/ HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /page/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = FORM.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked")
Connect = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of `tests.echo`, served by a process of two threads with a timeout of a second."""
    port = free_port()
    config = ["-c", "python:tests.short_timeouts", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *config, "tests.echo:application"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert next(line for line in process.stderr if "Booting worker" in line)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.fixture
def connect(port) -> Iterator[Connect]:
    with ExitStack() as stack:

        def connected() -> socket.socket:
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(20)
            client.connect(("127.0.0.1", port))
            return client

        yield connected


def all_of(client: socket.socket) -> bytes:
    """Return what the server sends until it closes the connection."""
    answer = b""
    while data := client.recv(65_536):
        answer += data
    return answer


def until_end(client: socket.socket, end: bytes) -> bytes:
    """Return what the server sends up to these bytes; the connection stays open."""
    answer = b""
    while not answer.endswith(end):
        answer += client.recv(65_536)
    return answer


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def wait_of_a_reader(port: int) -> float:
    began = monotonic()
    assert requests.get(f"http://127.0.0.1:{port}/page/", timeout=20).text == "/page/ "
    return monotonic() - began


@pytest.mark.parametrize(
    "begun",
    {
        "a form without its end": FORM + b"a=",
        "headers without their end": PAGE[:-2] + b"X-Slow: a",
        "a line without its end": b"GET /pa",
        "an answer that nobody reads": PAGE.replace(b"page", b"large"),
        "a connection that nobody closes": LAST,
        "requests one behind the other, the last unfinished": PAGE + FORM,
    }.items(),
    ids=lambda case: case[0],
)
def test_slow_clients_do_not_delay_others(port, connect, begun):
    for _ in range(MANY):
        connect().sendall(begun[1])
    assert max(wait_of_a_reader(port) for _ in range(8)) < 1


@pytest.mark.parametrize("begun", [FORM + b"a=", PAGE[:-2]])
def test_an_unfinished_request_gets_a_408(connect, begun):
    client = connect()
    client.sendall(begun)
    answer = all_of(client)
    assert status(answer) == 408
    assert "Réessayez" in answer.decode()


def test_trickling_bytes_do_not_extend_the_timeout(connect):
    client = connect()
    client.settimeout(0.2)
    client.sendall(FORM.replace(b"4", b"900"))
    began = monotonic()
    answer = b""
    while not answer and monotonic() - began < 10:
        client.sendall(b"a")
        try:
            answer = client.recv(65_536)
        except TimeoutError:
            continue
    assert status(answer) == 408
    assert monotonic() - began < 4


def test_a_client_that_does_not_read_is_disconnected(connect):
    client = connect()
    client.sendall(PAGE.replace(b"page", b"large"))
    first = client.recv(1000)
    assert status(first) == 200
    until(lambda: client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET, 8)


def test_a_large_answer_is_sent_whole_to_a_reading_client(port):
    answer = requests.get(f"http://127.0.0.1:{port}/large/", timeout=20)
    assert len(answer.content) == LARGE


def test_a_form_in_pieces_arrives_whole(connect):
    client = connect()
    client.sendall(FORM[:20])
    client.sendall(FORM[20:] + b"a=")
    client.sendall(b"bc")
    assert until_end(client, b"/form/ a=bc")
    client.sendall(LAST)  # on the same connection
    assert all_of(client).endswith(b"/page/ ")


def test_an_upload_arrives_whole(port):
    sent = bytes(range(256)) * 40_000  # 10 MB
    answer = requests.post(f"http://127.0.0.1:{port}/form/", data=sent, timeout=20)
    assert answer.content == b"/form/ " + sent


def test_pipelined_requests_are_answered_in_order(connect):
    client = connect()
    client.sendall(FORM + b"a=bc" + PAGE + LAST)
    answers = re.findall(rb"/(?:form/ a=bc|page/ )", all_of(client))
    assert answers == [b"/form/ a=bc", b"/page/ ", b"/page/ "]


def test_expect_100_continue(connect):
    client = connect()
    client.sendall(FORM.replace(b"Host", b"Expect: 100-continue\r\nHost"))
    assert until_end(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"a=bc")
    assert until_end(client, b"/form/ a=bc")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (FORM.replace(b"4", str(MAX_BODY_BYTES + 1).encode()), 413),
        (CHUNKED, 411),
        (PAGE[:-2] + b"X-Long: " + b"a" * MAX_HEAD_BYTES + b"\r\n" * 2, 431),
        (PAGE.replace(b"Host", b"Ho st"), 400),
        (PAGE.replace(b"GET", b"<GET>"), 400),
        (FORM.replace(b"4", b"+4") + b"a=bc", 400),
        (FORM.replace(b"4", b"4" * 5000) + b"a=bc", 400),
        (FORM.replace(b"Host", b"Content-Length: 9\r\nHost") + b"a=bcdefgh", 400),
    ],
)
def test_refusals_have_the_common_headers_and_quote_nothing(connect, sent, expected):
    client = connect()
    client.sendall(sent)
    answer = all_of(client)
    assert status(answer) == expected
    assert b"X-Common: yes\r\n" in answer
    assert b"Cache-Control: no-store\r\n" in answer
    assert b"GET" not in answer.partition(b"\r\n\r\n")[2]


class TestABound:
    def test_goes_with_what_arrived(self, monkeypatch):
        monkeypatch.setattr("portal.deploy.request_limits.monotonic", lambda: 100.0)
        arrival = IncomingRequest()
        assert arrival.deadline(bytearray()) == 110
        assert arrival.deadline(bytearray(MIN_BYTES_PER_SECOND * 50)) == 160

    def test_a_head_that_comes_byte_by_byte_is_found(self):
        arrival, received = IncomingRequest(), bytearray()
        for number, byte in enumerate(FORM + b"a=bc", 1):
            received.append(byte)
            assert arrival.is_complete(received) == (number == len(FORM) + 4)

    def test_a_head_without_end_is_refused(self):
        with pytest.raises(RequestRejected):
            IncomingRequest().is_complete(bytearray(b"a" * (MAX_HEAD_BYTES + 10)))
