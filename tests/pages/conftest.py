"""The portal served as `make run` serves it, on its own database, and a browser."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import loaded_database
from tests.pages.browser import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def portal(tmp_path_factory, django_db_blocker) -> Iterator[str]:
    """Serve the portal with Loiret's real data and the demonstration accounts; return its address."""
    with _served(tmp_path_factory.mktemp("served"), django_db_blocker) as address:
        yield address


@pytest.fixture(scope="module")
def portal_of_three(tmp_path_factory, django_db_blocker) -> Iterator[str]:
    """The same with Loir-et-Cher and Deux-Sèvres beside Loiret."""
    with _served(tmp_path_factory.mktemp("three"), django_db_blocker, "41", "79") as address:
        yield address


@contextmanager
def _served(folder: Path, django_db_blocker, *departments: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")},
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.pages.uncompressed",
        "PORT": str(port),
        "VAR_DIR": str(folder),
        "PORTAL_DEMO": "1",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    with django_db_blocker.unblock():  # the first process makes the database
        loaded_database.copy_with_demonstration(folder / "db.sqlite3")
    commands = [["collectstatic", "--no-input", "--verbosity", "0"]]
    if departments:
        commands.append(["load_territory", "--departments", "45", *departments])
    commands += [["load_department", department] for department in departments]
    for command in commands:
        arguments = [sys.executable, "manage.py", *command]
        subprocess.run(arguments, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    server = [sys.executable, "-m", "gunicorn", "-c", "python:portal.deploy.server", "portal.wsgi"]
    with subprocess.Popen(server, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert f"http://127.0.0.1:{port}" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
