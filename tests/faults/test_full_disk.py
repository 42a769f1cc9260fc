"""A full disk: pages can be read, errors are clear, and nothing confirmed is lost.

Each test has its own small disk in memory.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from django.db import connection

from tests.factories import PASSWORD
from tests.faults.conftest import PREPARE, WHO, Running
from tests.faults.servers import until
from tests.notices.conftest import ROOT, committed

PAGES = [
    *("/", "/equipes/", "/equipes/olivetaine/", "/trouver/?q=Olivet", "/communes/45232/"),
    *("/accueil/", "/accueil/?pres=Sandillon", "/demenagements/", "/demenagements/flux.atom"),
    *("/api/v1/teams/", "/api/v1/lookup/?q=Olivet", "/signaler/?page=/equipes/olivetaine/"),
]
REPORT = "/signaler/?page=/equipes/olivetaine/"
SUBSCRIBE = "/equipes/olivetaine/me-prevenir/"
TYPED = "Le numéro est faux <b>depuis</b> lundi"


class Disk:
    """A small disk that can be filled to the last byte, and freed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with suppress(OSError), self._ballast.open("ab", buffering=0) as full:
            for size in (1 << 20, 4096, 1):
                with suppress(OSError):
                    while full.write(b"\0" * size):
                        pass

    def free(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def disk(room: Callable[[str], Path]) -> Disk:
    return Disk(room("48m"))


@pytest.fixture
def small_portal(portal: Running, disk: Disk) -> Iterator[Running]:
    """The portal of `make run`, with the data of Loiret: SQLite, files for a broker, its worker, all
    on the small disk.
    """
    database = disk.folder / "db.sqlite3"
    source = sqlite3.connect(connection.settings_dict["NAME"])
    copy = sqlite3.connect(database)
    source.backup(copy)
    copy.execute("delete from portal_cache")
    copy.commit()
    source.close()
    copy.close()
    portal.environment |= {
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "",
        "VAR_DIR": str(disk.folder),
        "EMBEDDED_WORKER": "1",
    }
    script = PREPARE.replace('call_command("migrate", verbosity=0)', "")
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=portal.environment, check=True)
    portal.serve()
    return portal


def check(portal: Running, part: str) -> dict[str, object]:
    return portal.get("/sante/").json()["checks"][part]


def truncate_wal(database: Path) -> bool:
    """Truncate SQLite's WAL file, whose free space would take a few rows; False while it is in use."""
    writer = sqlite3.connect(database)
    (is_busy, _frames, _moved) = writer.execute("pragma wal_checkpoint(truncate)").fetchone()
    writer.close()
    return not is_busy


@committed
def test_on_sqlite_pages_are_read_and_typed_text_comes_back(small_portal: Running, disk: Disk):
    portal = small_portal
    browser = requests.Session()
    signed_in = portal.open_form("/connexion/", browser)(login=WHO, password=PASSWORD)
    assert signed_in.status_code == 302
    report, subscribe, sign_in = map(portal.open_form, (REPORT, SUBSCRIBE, "/connexion/"))
    until(lambda: check(portal, "worker")["status"] == "ok")
    until(lambda: truncate_wal(disk.folder / "db.sqlite3"))
    disk.fill()

    for _time in range(3):
        assert {page: portal.status(page) for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert browser.get(portal.base + "/espace/", timeout=20).status_code == 200
    assert portal.get("/sante/").status_code == 200
    until(lambda: check(portal, "disk")["status"] == "degraded", seconds=10)
    # Each process caches its report for some seconds.
    until(lambda: portal.get("/sante/").json()["status"] == "degraded", seconds=10)
    assert check(portal, "database")["status"] == "ok"

    refused = report(page="/equipes/olivetaine/", message=TYPED)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "Le numéro est faux &lt;b&gt;depuis&lt;/b&gt; lundi" in refused.text
    assert refused.headers["Cache-Control"] == "no-store"
    refused = subscribe(email="lectrice@example.org")
    assert refused.status_code == 503
    assert 'value="lectrice@example.org"' in refused.text
    refused = sign_in(login=WHO, password=PASSWORD)
    assert refused.status_code == 503
    assert PASSWORD not in refused.text
    assert "Traceback" not in refused.text

    disk.free()
    until(lambda: report(page="/equipes/olivetaine/", message=TYPED).status_code == 302, seconds=10)
    assert subscribe(email="lectrice@example.org").status_code == 302
    portal.mail.wait_for(1, seconds=30)  # the worker and its clock still run
    assert portal.mail.recipients == ["lectrice@example.org"]


def test_on_postgresql_a_saved_change_is_never_reported_as_failed(portal: Running, disk: Disk):
    portal.environment |= {
        "REDIS_URL": "",
        "VAR_DIR": str(disk.folder),
        "EMBEDDED_WORKER": "1",
    }
    portal.serve()
    until(lambda: check(portal, "worker")["status"] == "ok")
    disk.fill()
    assert portal.forget_password().status_code == 302
    assert portal.status("/equipes/") == 200
    assert portal.get("/sante/").status_code == 200
    until(lambda: check(portal, "disk")["status"] == "degraded", seconds=10)
    disk.free()
    portal.mail.wait_for(1, seconds=30)
    assert portal.mail.recipients == [WHO]


def test_empty_files_of_the_broker_mend_themselves(portal: Running, disk: Disk):
    """Empty files are what a full disk or a crash leaves."""
    portal.environment |= {
        "REDIS_URL": "",
        "VAR_DIR": str(disk.folder),
        "EMBEDDED_WORKER": "1",
    }
    portal.serve()
    until(lambda: check(portal, "worker")["status"] == "ok")
    worker = (disk.folder / "worker.log").read_text()
    broker = disk.folder / "broker"
    for number, text in enumerate(("", '{"body": "abc', "null", "{}", "[1]")):
        (broker / "messages" / f"{number}_cut-short.celery.msg").write_text(text)
    for exchange in (broker / "control").glob("*.exchange"):
        exchange.write_text("")
    assert portal.forget_password().status_code == 302
    portal.mail.wait_for(1, seconds=30)
    assert check(portal, "broker")["status"] == "ok"
    until(lambda: not list((broker / "messages").glob("*_cut-short.*")))
    log = (disk.folder / "worker.log").read_text().removeprefix(worker)
    assert "was deleted" in log
    assert "Traceback" not in log
