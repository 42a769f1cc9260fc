"""A small mail server that records what it accepts, and can be made to refuse, delay or disconnect."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Condition, Thread
from typing import Any


@dataclass
class Taken:
    recipient: str
    content: bytes

    @cached_property
    def id(self) -> str:
        match = re.search(rb"^Message-ID: (.+?)\r$", self.content, re.MULTILINE)
        return match[1].decode() if match else ""

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class MailServer:
    """Listen on 127.0.0.1:`port`. `refusals` are the answers by recipient; `before_answer` is called
    with the number of messages accepted so far, before the client learns that the last one is
    accepted. `answer` is the reply sent then; when it is "", the connection closes without reply.
    """

    refusals: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[int], None] = lambda number: None
    answer: str = "250 Taken"
    is_silent: bool = False
    connections: int = 0
    taken: list[Taken] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._changed = Condition()
        self._ids: set[str] = set()

    def __enter__(self) -> "MailServer":
        mail = self

        class Session(StreamRequestHandler):
            def handle(self) -> None:
                with mail._changed:
                    mail.connections += 1
                mail._serve(self)

        class Server(ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 50

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Ignore clients that are killed in the middle of an exchange."""

        self._server = Server(("127.0.0.1", 0), Session)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [taken.recipient for taken in self.taken]

    @property
    def repeated(self) -> Counter[str]:
        """Return the number of extra copies of each message, by Message-ID."""
        return Counter(taken.id for taken in self.taken) - Counter(self._ids)

    def wait_for(self, count: int, seconds: float = 120) -> None:
        """Wait until that many distinct messages are accepted."""
        with self._changed:
            done = self._changed.wait_for(lambda: len(self._ids) >= count, timeout=seconds)
        assert done, f"{len(self._ids)} messages came, not {count}"

    def _serve(self, session: StreamRequestHandler) -> None:
        def say(line: str) -> None:
            session.wfile.write(f"{line}\r\n".encode())

        say("220 mail.example")
        recipient = ""
        while line := session.rfile.readline().decode().strip():
            command = line.partition(":")[0].upper()
            if self.is_silent and command == "DATA":
                session.rfile.read()  # Until the client gives up.
            elif command == "RCPT TO":
                recipient = line.partition("<")[2].partition(">")[0]
                say(self.refusals.get(recipient, "250 OK"))
            elif command == "DATA":
                say("354 Go on")
                self._take(recipient, session)
                if not self.answer:
                    return
                say(self.answer)
            elif command == "QUIT":
                say("221 Bye")
                return
            else:
                say("250 OK")

    def _take(self, recipient: str, session: StreamRequestHandler) -> None:
        lines = []
        while (line := session.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        taken = Taken(recipient, b"".join(lines))
        with self._changed:
            self.taken.append(taken)
            self._ids.add(taken.id)
            number = len(self.taken)
            self._changed.notify_all()
        self.before_answer(number)
