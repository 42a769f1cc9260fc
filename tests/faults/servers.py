"""Short-lived servers on free ports: PostgreSQL, Redis, Caddy."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(is_so: Callable[[], object], seconds: float = 30) -> None:
    """Wait until a condition on another process is true."""
    waiting = Event()
    assert any(is_so() or waiting.wait(0.05) for _ in range(int(seconds * 20))), "It did not come."


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version installed; None without any."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@dataclass
class Postgres:
    """An empty PostgreSQL cluster in `folder`; `stop` ends it like a crash of the machine."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8")
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/portal"

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        options += "".join(f" -c {option}" for option in FAST)
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder}/log", f"--options={options}")

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate")

    def ask(self, sql: str, database: str = "portal") -> str:
        """Return the result of a query, its cells separated by bars."""
        command = ["psql", "-qtAX", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        run = subprocess.run(
            [*command, "-d", database, "-c", sql], capture_output=True, text=True, check=True
        )
        return run.stdout.strip()

    def _run(self, name: str, *options: str) -> None:
        """Run as an unprivileged user: PostgreSQL refuses root."""
        command = [f"{postgres_programs()}/{name}", f"--pgdata={self.folder}", *options]
        user = {"user": "postgres"} if os.getuid() == 0 else {}
        subprocess.run(command, check=True, cwd=self.folder, timeout=60, **user, **QUIET)


@dataclass
class Redis:
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(["redis-server", *options], **QUIET)
        until(lambda: _answers(self.port))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass
class Caddy:
    """Caddy with the project's Caddyfile, in front of the server on the port `web`."""

    folder: Path
    web: str
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)
    check: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.http}"

    def start(self) -> None:
        variables = {
            **{"HTTP_PORT": self.http, "HTTPS_PORT": self.https, "CHECK_PORT": self.check},
            **{"WEB_HOST": "127.0.0.1", "WEB_PORT": self.web, "PROXY_SITE": "http://localhost"},
            **{"XDG_DATA_HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "PROXY_TLS": ""},
        }
        env = {**os.environ, **{name: str(value) for name, value in variables.items()}}
        command = ["caddy", "run", "--config", str(ROOT / "Caddyfile")]
        self._process = subprocess.Popen(command, env=env, cwd=self.folder, **QUIET)
        until(lambda: _answers(self.http) and _answers(self.check))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
