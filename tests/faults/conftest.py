"""The whole portal with its own servers, which tests stop and restart."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from tests.factories import PASSWORD
from tests.faults.servers import Postgres, Redis, free_port, postgres_programs, until
from tests.notices.conftest import ROOT
from tests.notices.mail_server import MailServer

WHO = "agent@example.org"
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from portal.accounts.models import User
User.objects.create_user("{WHO}", "{PASSWORD}")
"""
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in ("redis-server", "psql") if not shutil.which(name)]
    if postgres_programs() is None or missing:
        reason = "Needs redis-server and PostgreSQL's own programs"
    elif "postgres" in os.environ.get("DATABASE_URL", ""):
        reason = "These tests bring their own PostgreSQL: the run on SQLite has tried them"
    else:
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@dataclass
class Running:
    """The portal as in production: web server, workers and clocks, each in its own process."""

    environment: dict[str, str]
    postgres: Postgres
    redis: Redis
    mail: MailServer
    stack: ExitStack
    folder: Path
    base: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            **QUIET,
        )
        self.stack.callback(end, process)
        self.processes.append(process)
        return process

    def serve(self) -> None:
        port = self.environment["PORT"]
        self.start("gunicorn", "-c", "python:portal.deploy.server", "portal.wsgi")
        self.base = f"http://127.0.0.1:{port}"
        until(lambda: self.status("/sante/") == 200)

    def work(self) -> subprocess.Popen[bytes]:
        return self.start("celery", "-A", "portal", "worker", "--concurrency=2")

    def tick(self, name: str = "schedule") -> subprocess.Popen[bytes]:
        """Start a clock; another name starts a second one."""
        where = f"--schedule={self.folder}/{name}"
        return self.start("celery", "-A", "portal", "beat", where, "--pidfile=")

    def get(self, address: str) -> requests.Response:
        return requests.get(self.base + address, timeout=20, allow_redirects=False)

    def status(self, address: str) -> int:
        try:
            return self.get(address).status_code
        except requests.ConnectionError:
            return 0

    def send(self, address: str, **fields: str) -> requests.Response:
        """Fill in the form of the page and submit it, as a browser does."""
        return self.open_form(address)(**fields)

    def open_form(
        self, address: str, browser: requests.Session | None = None
    ) -> Callable[..., requests.Response]:
        """Read the page of a form; return a function that submits the form."""
        browser = browser or requests.Session()
        page = browser.get(self.base + address, timeout=20)
        assert page.status_code == 200, page.text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)

        def send(**fields: str) -> requests.Response:
            data = {"csrfmiddlewaretoken": token[1], **fields}
            return browser.post(self.base + address, data=data, timeout=20, allow_redirects=False)

        return send

    def forget_password(self) -> requests.Response:
        """Request a password reset: an email is queued."""
        return self.send("/mot-de-passe/oublie/", email=WHO)

    def queue(self, first: int, count: int) -> None:
        """Insert rows in the outbox, as the portal writes them."""
        self.postgres.ask(
            "insert into notices_notice (key, about_app, about_key, recipient, sender, subject, body,"
            " html, headers, is_secret, created_at, not_before, expires_at, attempts, last_error)"
            " select 'many-' || n, '', '', 'someone-' || n || '@example.org', '', 'Sujet', 'Texte',"
            " '', '{}', false, now(), now(), now() + interval '1 day', 0, ''"
            f" from generate_series({first}, {first + count - 1}) n"
        )

    @property
    def waiting(self) -> int:
        where = "sent_at is null and failed_at is null"
        return int(self.postgres.ask(f"select count(*) from notices_notice where {where}"))


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="package")
def postgres(tmp_path_factory) -> Iterator[Postgres]:
    """A PostgreSQL cluster whose database `model` has the portal's tables and an account."""
    # Outside pytest's temporary folders, which the PostgreSQL user cannot read.
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    server = Postgres(folder)
    server.ask("create database model", "postgres")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")},
        "DJANGO_SETTINGS_MODULE": "tests.faults.fast_settings",
        "DATABASE_URL": server.url.replace("/portal", "/model"),
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
    }
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def portal(postgres, tmp_path) -> Iterator[Running]:
    """A portal without data, with an account; only its servers are running."""
    postgres.ask("drop database if exists portal with (force)", "postgres")
    postgres.ask("create database portal template model", "postgres")
    redis = Redis()
    with MailServer() as mail, ExitStack() as stack:
        stack.callback(redis.stop)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")},
            "DJANGO_SETTINGS_MODULE": "tests.faults.fast_settings",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "EMAIL_URL": mail.url,
            "VAR_DIR": str(tmp_path / "var"),
            "PORT": str(free_port()),
            "PORTAL_TODAY": "",
        }
        yield Running(environment, postgres, redis, mail, stack, tmp_path)


@pytest.fixture
def room(tmp_path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a small disk of a given size, such as "20m"."""
    folder = tmp_path / "disk"

    def made(size: str) -> Path:
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.call(mount, **QUIET):
            pytest.skip("A disk of a size of its own needs the right to mount one")
        return folder

    yield made
    subprocess.call(["umount", "--lazy", str(folder)], **QUIET)
