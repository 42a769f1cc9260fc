"""The programs that the checks run, and how they are installed."""

import shutil
import subprocess
from pathlib import Path

from tests.audit.findings import CannotRun
from tests.pages.browser import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).with_name("node")
INSTALLED = ROOT / "var" / "audit" / "node"
PACKAGES = {  # Debian's, which the sentence names where a program is missing
    "node": "nodejs npm",
    "npm": "npm",
    "java": "default-jre-headless",
    "soffice": "libreoffice-calc-nogui",
    "psql": "postgresql-client",
}


def program(name: str) -> str:
    """Return the path of a program. Raises CannotRun where it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise CannotRun(f"{name} is missing: apt install {PACKAGES[name]}")
    return path


def chromium() -> str:
    """Return the path of Chromium. Raises CannotRun where it is not installed."""
    if CHROMIUM is None:
        raise CannotRun("Chromium is missing: apt install chromium")
    return CHROMIUM


def node_folder() -> Path:
    """Return the folder of the scripts and pinned npm packages, installed under `var/` when they changed."""
    program("node")
    lock = "package-lock.json"
    done = INSTALLED / "node_modules" / lock
    if not done.exists() or done.read_bytes() != (SCRIPTS / lock).read_bytes():
        shutil.copytree(SCRIPTS, INSTALLED, dirs_exist_ok=True)
        # .npmrc: no script of a package runs, since some download a browser or a Java of their own.
        run([program("npm"), "ci"], cwd=INSTALLED)
        shutil.copy(SCRIPTS / lock, done)
    shutil.copytree(SCRIPTS, INSTALLED, dirs_exist_ok=True)
    return INSTALLED


def run(command: list[str], *, expected: tuple[int, ...] = (0,), **options) -> str:
    """Return what a program prints. Raises CannotRun when it ends otherwise than expected."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode not in expected:
        last_words = (done.stderr or done.stdout).strip()[-2000:]
        raise CannotRun(f"{Path(command[0]).name} ended with {done.returncode}: {last_words}")
    return done.stdout


def version(folder: Path, package: str) -> str:
    """Return the name and version of an installed npm package."""
    import json

    installed = json.loads((folder / "node_modules" / package / "package.json").read_text())
    return f"{package} {installed['version']}"
