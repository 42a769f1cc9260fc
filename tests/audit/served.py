"""The portal served as `make run` serves it, on a copy of a loaded database."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.audit.tools import ROOT, run

LOADED = ROOT / "var" / "audit" / "loaded.sqlite3"
PASSWORD = "portail-demo"


@contextmanager
def served_portal(**settings: str) -> Iterator[str]:
    """Serve every département that has data and the demonstration accounts; yield the address.

    `settings` are environment variables of the portal, as `PORTAL_TODAY`. What is written is lost.
    """
    with tempfile.TemporaryDirectory(prefix="portal-audit-") as folder:
        port = _free_port()
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")},
            "DJANGO_SETTINGS_MODULE": "tests.pages.settings",
            "PORT": str(port),
            "PORTAL_DEMO": "1",
            "SITE_URL": f"http://127.0.0.1:{port}",
            **settings,
        }
        _load({**env, "DATABASE_URL": f"sqlite:///{LOADED}"})
        copy = Path(folder) / "db.sqlite3"
        shutil.copyfile(LOADED, copy)
        env["DATABASE_URL"] = f"sqlite:///{copy}"
        server = [sys.executable, "-m", "gunicorn", "-c", "python:portal.deploy.server"]
        with subprocess.Popen(
            [*server, "portal.wsgi"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout
                line = process.stdout.readline()
                assert env["SITE_URL"] in line, f"The portal did not start: {line}"
                yield env["SITE_URL"]
            finally:
                process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _load(env: dict[str, str]) -> None:
    """Bring the database that is copied up to date; the first time, make it."""
    LOADED.parent.mkdir(parents=True, exist_ok=True)
    for command in (
        ["collectstatic", "--no-input", "--verbosity", "0"],
        ["setup_demo", "--departments", "45", "41", "79"],
    ):
        run([sys.executable, "manage.py", *command], cwd=ROOT, env=env)
