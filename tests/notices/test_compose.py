"""The containers: what can be known of them without an engine, and their own commands run here."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.db import connection

from portal.notices.models import Notice
from tests.notices.conftest import ROOT, committed, queue_many

REDIS = "redis://127.0.0.1:6379/5"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if "build" in service}
STAYING = set(SERVICES) - {"migrate"}


def program(name: str) -> str:
    """The program of this environment that a container finds in its PATH."""
    return str(Path(sys.executable).parent / name)


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_there_are_six_services():
    assert {"db", "redis", "migrate", "web", "worker", "beat"} == set(SERVICES)
    assert {"migrate", "web", "worker", "beat"} == OURS


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
        assert tag == "local" if name in OURS else re.fullmatch(r"\d+\.\d+(\.\d+)?-\w+", tag)

    def test_says_whether_it_is_well(self, name):
        assert ("healthcheck" in SERVICES[name]) == (name in STAYING)


@pytest.mark.parametrize("name", sorted(OURS))
def test_its_program_and_its_check_exist(name):
    commands = [SERVICES[name]["command"]]
    check = SERVICES[name].get("healthcheck", {}).get("test", ["CMD-SHELL"])
    commands += [check[1:]] if check[0] == "CMD" else []
    assert all(shutil.which(program(command[0])) for command in commands)


def test_every_variable_is_explained_and_every_setting_is_known():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == explained
    readme = (ROOT / "README.md").read_text()
    given = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert [name for name in sorted(given) if f"`{name}`" not in readme] == []


def test_images_are_built_on_pinned_ones_and_run_by_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", base) for base in bases)
    assert [line for line in lines if line.startswith("USER")] == [
        f"USER {SERVICES['web']['user']}"
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
    env = {**environment, "REDIS_URL": REDIS, "PORT": port, "SITE_URL": f"http://127.0.0.1:{port}"}

    def command(words: list[str]) -> list[str]:
        return [program(words[0]), *(here.get(word, word) for word in words[1:])]

    def run(words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(words), cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
        )

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
            check = run(SERVICES[name]["healthcheck"]["test"][1:])
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
