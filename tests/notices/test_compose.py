"""The containers: what can be checked without a container engine, and their commands run here."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.error import HTTPError

import pytest
import yaml
from django.db import connection

from portal.notices.models import Notice
from tests.notices.conftest import ROOT, committed, queue_many

REDIS = "redis://127.0.0.1:6379/5"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {
    name for name, service in SERVICES.items() if service["image"] == "portail-solidarites:local"
}
COMMON = {
    *("Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "X-Frame-Options"),
    *("Cross-Origin-Opener-Policy", "X-Content-Type-Options"),
}
BUILT = OURS | {"proxy"}
STAYING = set(SERVICES) - {"migrate"}


def program(name: str) -> str:
    """Return the path of a program of this environment, as a container finds it in its PATH."""
    return str(Path(sys.executable).parent / name)


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool]) -> None:
    """Wait for another process to make `condition` true, twenty seconds at most."""
    waiting = Event()
    assert any(condition() or waiting.wait(0.1) for _ in range(200))


def test_there_are_seven_services():
    assert {"db", "redis", "migrate", "web", "worker", "beat", "proxy"} == set(SERVICES)
    assert {"migrate", "web", "worker", "beat"} == OURS


def test_only_the_proxy_is_reached_from_outside():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert COMPOSE["networks"]["inside"]["internal"]
    inside = {name for name, service in SERVICES.items() if service["networks"] == ["inside"]}
    assert {"db", "redis", "migrate", "beat"} == inside


def test_what_is_made_is_shared_by_those_who_make_and_serve_it():
    shared = "files:/srv/portal/var/files"
    sharing = {name for name in OURS if shared in SERVICES[name].get("volumes", [])}
    assert sharing == {"migrate", "web", "worker"}
    declared = {name.partition(":")[0] for s in SERVICES.values() for name in s.get("volumes", [])}
    assert {name for name in declared if name.isalpha()} == set(COMPOSE["volumes"])


def composer() -> list[str]:
    """Return the compose command, installed or downloaded by the checks; None without one."""
    for command in (["docker", "compose"], [str(ROOT / "var" / "tools" / "docker-compose")]):
        if shutil.which(command[0]) and not subprocess.call(
            [*command, "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ):
            return command
    return []


@pytest.mark.skipif(not composer(), reason="Needs Docker Compose, which .ci/run fetches")
def test_compose_reads_the_file_and_refuses_it_without_its_secrets(tmp_path):
    def read(secrets: str) -> int:
        filled = tmp_path / ".env"
        filled.write_text((ROOT / ".env.example").read_text() + secrets)
        files = ["--env-file", str(filled), "-f", str(ROOT / "docker-compose.yml")]
        return subprocess.call(
            [*composer(), *files, "config", "--quiet"], stderr=subprocess.DEVNULL
        )

    assert read("POSTGRES_PASSWORD=a\nSECRET_KEY=b\n") == 0
    assert read("POSTGRES_PASSWORD=a\n") != 0


@pytest.mark.parametrize("name", sorted(SERVICES))
class TestEachService:
    def test_is_hardened_and_bounded(self, name):
        service = SERVICES[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["user"].split(":")[0] not in ("", "0", "root")
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}

    def test_has_a_pinned_image(self, name):
        tag = SERVICES[name]["image"].rpartition(":")[2]
        assert tag == "local" if name in BUILT else re.fullmatch(r"\d+\.\d+(\.\d+)?-\w+", tag)

    def test_says_whether_it_is_well(self, name):
        assert ("healthcheck" in SERVICES[name]) == (name in STAYING)


@pytest.mark.parametrize("name", sorted(OURS))
def test_its_program_and_its_check_exist(name):
    commands = [SERVICES[name]["command"]]
    check = SERVICES[name].get("healthcheck", {}).get("test", ["CMD-SHELL"])
    commands += [check[1:]] if check[0] == "CMD" else []
    commands += [check[1].split()] if check[0] == "CMD-SHELL" and name == "worker" else []
    assert all(shutil.which(program(command[0])) for command in commands)


def test_every_variable_is_explained_and_every_setting_is_known():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == explained
    guide = (ROOT / "docs" / "settings.md").read_text()
    names = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert [name for name in sorted(names) if f"`{name}`" not in guide] == []


def test_images_are_built_on_pinned_ones_and_run_by_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    pinned = r"python:3\.11\.\d+-slim-bookworm|caddy:\d+\.\d+\.\d+-alpine"
    assert all(re.fullmatch(pinned, base) for base in bases)
    stages = [line.split()[3] for line in lines if line.startswith("FROM")]
    assert {SERVICES[name]["build"]["target"] for name in BUILT} < set(stages)
    assert [line for line in lines if line.startswith("USER")] == [
        f"USER {SERVICES[name]['user']}" for name in ("proxy", "web")
    ]
    assert any("--require-hashes" in line for line in lines)
    default = next(line for line in lines if line.startswith("CMD"))
    assert yaml.safe_load(default.removeprefix("CMD ")) == SERVICES["web"]["command"]


@committed
@pytest.mark.skipif(
    not answers(6379) or "postgres" not in os.environ.get("DATABASE_URL", ""),
    reason="The services' own commands need PostgreSQL (DATABASE_URL) and Redis on 127.0.0.1",
)
def test_the_services_own_commands_carry_a_notice(environment, mail_server, start, tmp_path):
    assert connection.vendor == "postgresql"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    here = {
        "0.0.0.0:8000": f"127.0.0.1:{port}",
        "--schedule=/srv/portal-beat/schedule": f"--schedule={tmp_path}/schedule",
    }
    env = {
        **environment,
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "HOSTNAME": socket.gethostname(),
        "REDIS_URL": REDIS,
        "PORT": port,
        "SITE_URL": f"http://127.0.0.1:{port}",
    }

    def command(arguments: list[str]) -> list[str]:
        return [
            program(arguments[0]),
            *(here.get(argument, argument) for argument in arguments[1:]),
        ]

    def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(arguments), cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
        )

    def check_of(name: str) -> subprocess.CompletedProcess[str]:
        kind, *arguments = SERVICES[name]["healthcheck"]["test"]
        shell = ["sh", "-c", arguments[0].replace("$$", "$")]
        if kind == "CMD":
            return run(arguments)
        return subprocess.run(shell, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert run(SERVICES["migrate"]["command"]).returncode == 0
    queue_many(20)
    running = {}
    try:
        for name in ("web", "worker", "beat"):
            running[name] = subprocess.Popen(
                command(SERVICES[name]["command"]),
                cwd=ROOT,
                env=env,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert f"http://127.0.0.1:{port}" in running["web"].stdout.readline()
        mail_server.wait_for(20)
        for name in ("web", "worker"):
            check = check_of(name)
            assert check.returncode == 0, (name, check.stdout, check.stderr)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.communicate(timeout=60)
    assert {name: process.returncode for name, process in running.items()} == {
        "web": 0,
        "worker": 0,
        "beat": 0,
    }
    assert list(tmp_path.glob("schedule*"))
    assert Notice.objects.sent().count() == len(mail_server.taken) == 20


@pytest.mark.skipif(not shutil.which("caddy"), reason="The proxy's own command needs caddy")
class TestTheProxy:
    @pytest.fixture
    def pages(self) -> Iterator[tuple[str, list[dict[str, str]], Callable[[], None]]]:
        """A server in place of the pages: its port, the requests that it received, and a function that
        stops it.
        """
        requests: list[dict[str, str]] = []

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requests.append(dict(self.headers))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *args) -> None:
                """Log nothing."""

        server = HTTPServer(("127.0.0.1", 0), Pages)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()

        def end() -> None:
            server.shutdown()
            server.server_close()

        yield str(server.server_port), requests, end
        end()

    @pytest.fixture
    def away(self, pages, proxy) -> None:
        """The server of the pages ends before any request."""
        pages[2]()

    @pytest.fixture
    def ports(self) -> tuple[str, str, str]:
        with ExitStack() as stack:
            free = [stack.enter_context(socket.socket()) for _ in range(3)]
            for listener in free:
                listener.bind(("127.0.0.1", 0))
            return tuple(str(listener.getsockname()[1]) for listener in free)

    @pytest.fixture
    def proxy(self, pages, ports, tmp_path) -> Iterator[str]:
        http, https, check = ports
        names = SERVICES["proxy"]["environment"]
        assert set(names) == {"PROXY_SITE", "PROXY_TLS", "PROXY_TRUSTED", "PROXY_HSTS"}
        env = {
            **os.environ,
            **{"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
            **{"HTTP_PORT": http, "HTTPS_PORT": https, "CHECK_PORT": check},
            **{"WEB_HOST": "127.0.0.1", "WEB_PORT": pages[0]},
            **{"PROXY_SITE": "https://localhost", "PROXY_TLS": "tls internal"},
        }
        arguments = [
            str(ROOT / "Caddyfile") if "/" in w else w for w in SERVICES["proxy"]["command"]
        ]
        log = (tmp_path / "log").open("w")
        process = subprocess.Popen(arguments, env=env, stdout=log, stderr=log, cwd=tmp_path)
        try:
            until(lambda: answers(int(https)) and answers(int(check)))
            yield f"https://localhost:{https}/equipes/"
        finally:
            process.terminate()
            process.wait(timeout=20)
            log.close()

    def ask(self, address: str, **headers: str) -> bytes:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, context=trusting, timeout=20) as answer:
            return answer.read()

    def test_what_it_answers_by_itself_bears_the_headers_of_all(self, proxy, ports):
        """So do responses that the pages send without them; plain HTTP never reaches the pages."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        request = urllib.request.Request(proxy, data=b"a", method="POST")
        with pytest.raises(HTTPError) as refused:  # This server answers 405 to POST.
            urllib.request.urlopen(request, context=trusting, timeout=20)
        refused.value.close()
        answers = [refused.value.headers, self.in_clear(ports[0])]
        for headers in answers:
            assert {name for name in COMMON if not headers[name]} == set()
        assert answers[0]["Strict-Transport-Security"] == "max-age=31536000"
        assert answers[1]["Location"] == "https://localhost/equipes/?le=2023-11-24"
        assert answers[1]["Cache-Control"] == "no-store"  # It could contain a token or typed text.

    def in_clear(self, port: str) -> Message:
        """Return the response headers of a request made without HTTPS."""
        with closing(HTTPConnection("localhost", int(port), timeout=5)) as site:
            site.request("GET", "/equipes/?le=2023-11-24", headers={"Host": "localhost"})
            answer = site.getresponse()
            answer.read()
        assert answer.status == 308
        return answer.headers

    @pytest.mark.long  # the proxy waits ten seconds for them
    def test_while_the_pages_are_away_it_says_so_and_writes_nothing_of_who_asked(
        self, proxy, pages, tmp_path, away
    ):
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(f"{proxy}?q=besoin", context=trusting, timeout=30)
        assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "30")
        assert {name for name in COMMON if not refused.value.headers[name]} == set()
        assert "115" in refused.value.read().decode()
        log_text = (tmp_path / "log").read_text()
        assert "besoin" not in log_text
        assert "127.0.0.1" not in log_text.partition("serving initial configuration")[2]

    def test_ends_https_and_says_who_asks_whatever_they_pretend(self, proxy, pages, ports):
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "forged-number"}
        assert self.ask(proxy, **forged) == b"ok"
        [requests] = pages[1]
        assert requests["X-Forwarded-Proto"] == "https"
        assert requests["X-Request-Id"] != "forged-number"
        assert requests["X-Forwarded-For"].rpartition(", ")[2] in ("127.0.0.1", "::1")
        with urllib.request.urlopen(f"http://127.0.0.1:{ports[2]}/", timeout=5) as check:
            assert check.status == 200
