"""Installs the libraries in `.venv`, or repairs it, for `make run` and `make test`.

    python3 -m portal.deploy.install requirements.txt [PORT]

It runs before anything is installed, with whatever Python the machine has: only the standard
library, in a syntax that Python 3.6 can read. Each problem is one French sentence that says what to
do, on the standard error, with exit code 1.

`.venv/installed.json` is written once all is installed, and removed before any change. A `.venv`
without it, or that differs from it (Python, machine, folder, packages), is made again from nothing.
"""

import errno
import fcntl
import hashlib
import json
import os
import platform
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import IO, Any, Callable, Dict, Iterator, List, Optional

from portal.deploy.progress import Step, say

MINIMUM = (3, 11)
NEEDED_MEGABYTES = 500  # for the libraries, what pip unpacks beside them, and the database
VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
MARKER = VENV / "installed.json"
PACKAGES = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
VAR = Path("var")
LOG = VAR / "install.log"
# The files of requirements that another one contains.
CONTAINED = {"requirements-dev.txt": ["requirements.txt"]}

# Some packages ship templates that are not Python: what cannot be compiled does not matter. Where
# processes may not share semaphores (no /dev/shm), one process does it all.
COMPILE = """
import compileall, sys
try:
    compileall.compile_dir(sys.argv[1], quiet=2, workers=0)
except (OSError, ImportError, NotImplementedError):
    compileall.compile_dir(sys.argv[1], quiet=2)
"""

DISK_FULL = "Le disque est plein : libérez de la place, puis relancez la même commande."
INTERRUPTED = "Interrompu : relancez la même commande, elle reprendra où il faut."
NO_NETWORK = (
    "Les bibliothèques n’ont pas pu être téléchargées, car le réseau ne répond pas : "
    "vérifiez la connexion, puis relancez la même commande."
)
WRONG_HASH = (
    "Une bibliothèque téléchargée n’est pas celle qui était attendue, et a été refusée : "
    "relancez la même commande, et prévenez votre service informatique si cela recommence."
)
NETWORK_ERRORS = (
    *("Temporary failure in name resolution", "Name or service not known", "NewConnectionError"),
    *("Network is unreachable", "Connection refused", "ConnectTimeout", "ReadTimeout"),
    *("Max retries exceeded", "ProxyError", "Connection broken", "Connection aborted", "timed out"),
)


class Problem(Exception):
    """A problem that stops the installation; its message is the sentence to print."""


def main(arguments: List[str]) -> int:
    """Install what the first argument lists, unless the port in the second cannot be had."""
    try:
        check_python()
        if len(arguments) > 1:
            check_port(arguments[1])
        install(arguments[0])
    except Problem as problem:
        say(str(problem), stream=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\n" + INTERRUPTED, stream=sys.stderr)
        return 130
    except OSError as error:
        say(describe_os_error(error), stream=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    if sys.version_info[:2] < MINIMUM:
        needed = ".".join(map(str, MINIMUM))
        raise Problem(
            f"Python {needed} ou plus récent est nécessaire, et celui-ci est "
            f"{platform.python_version()} : installez-le, puis ajoutez son nom à la commande, "
            f"par exemple « make run PYTHON=python{needed} »."
        )


def check_port(text: str) -> None:
    """Raise Problem where the portal could not listen on this port."""
    if not re.match(r"[0-9]{1,5}$", text) or not 0 < int(text) < 65536:
        raise Problem(f"« {text} » n’est pas un port : PORT est un nombre de 1 à 65535.")
    port = int(text)
    other = port + 1 if 1024 <= port < 65535 else 8000
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                cause = "est déjà pris, peut-être par un portail ouvert : arrêtez-le, ou"
            elif error.errno == errno.EACCES:
                cause = "est réservé à l’administrateur de la machine :"
            else:
                raise
            message = f"Le port {port} {cause} choisissez-en un autre, « make run PORT={other} »."
            raise Problem(message) from None


def install(requirements: str) -> None:
    """Make `.venv` hold the libraries of a file of requirements. Does nothing if it does."""
    VAR.mkdir(exist_ok=True)
    with alone() as lock:
        installed = installed_files()
        if installed is None:
            make_venv(lock)
        wanted = file_digests(requirements)
        if installed is None or not wanted.items() <= installed.items():
            remove_marker()
            run_pip(requirements, lock)
            compile_packages()
            write_marker(wanted)


@contextmanager
def alone() -> Iterator[IO[str]]:
    """Wait for another installation in this folder; yield the lock, for the commands to inherit.

    A pip whose parent was killed still has it, so nobody touches the `.venv` that it writes.
    """
    with (VAR / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Une autre installation est en cours dans ce dossier : celle-ci attend sa fin.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


# The marker


def environment() -> Dict[str, str]:
    """Return what a `.venv` depends on."""
    return {
        "modules": EXTENSION_SUFFIXES[0],  # Python's version, the processor and the C library
        "folder": str(VENV.resolve()),
    }


def installed_files() -> Optional[Dict[str, str]]:
    """Return the digests of the files of requirements that `.venv` holds; None if it is broken."""
    try:
        state = json.loads(MARKER.read_text(encoding="utf-8"))
        is_sound = (
            state["environment"] == environment()
            and os.access(str(PYTHON), os.X_OK)
            and set(state["packages"]) <= {path.name for path in PACKAGES.iterdir()}
        )
        return dict(state["files"]) if is_sound else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_marker(files: Dict[str, str]) -> None:
    """Record the installation, by a rename: the marker is whole or absent."""
    packages = sorted(path.name for path in PACKAGES.iterdir())
    state = {"environment": environment(), "files": files, "packages": packages}
    draft = MARKER.with_suffix(".part")
    draft.write_text(json.dumps(state), encoding="utf-8")
    draft.replace(MARKER)


def remove_marker() -> None:
    with suppress(FileNotFoundError):
        MARKER.unlink()


def file_digests(requirements: str) -> Dict[str, str]:
    """Return the SHA-256 of a file of requirements, and of those that it contains, by name."""
    names = [requirements, *CONTAINED.get(requirements, [])]
    return {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in names}


# The steps


def make_venv(lock: IO[str]) -> None:
    """Make an empty `.venv` in the place of any other."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise Problem(
            "Il manque à Python de quoi créer un environnement : lancez en administrateur "
            "« apt install python3-venv », puis la même commande."
        ) from None
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("L’environnement Python (.venv) est incomplet, ou vient d’ailleurs : il est refait.")
        shutil.rmtree(str(VENV))
    if shutil.disk_usage(".").free < NEEDED_MEGABYTES * 1000000:
        raise Problem(
            f"Il faut {NEEDED_MEGABYTES} Mo de libres pour installer le portail : "
            "libérez de la place, puis relancez la même commande."
        )
    # Not the Python of an activated `.venv`, which is being replaced.
    base = getattr(sys, "_base_executable", None) or sys.executable
    with Step("Environnement Python"):
        run([base, "-m", "venv", str(VENV)], lock)


def run_pip(requirements: str, lock: IO[str]) -> None:
    """Install with pip, which prints a line by library, then nothing while it writes the files."""
    total = len(re.findall(r"(?m)^\S+==", Path(requirements).read_text(encoding="utf-8")))
    collected = Step("Téléchargement des bibliothèques", total)
    written = Step("Installation des bibliothèques", total)
    step, before = collected, whole_packages()

    def follow(line: str) -> None:
        nonlocal step
        if line.startswith("Ignoring "):  # a library for other systems
            collected.total -= 1
            written.total -= 1
        elif line.startswith("Collecting "):
            collected.advance()
        elif line.startswith("Installing collected packages"):
            step.__exit__(None, None, None)
            step = written.__enter__()
        if step is written:
            written.advance(whole_packages() - before)

    # Every library is in the file with its hash, so pip has no dependency to look for.
    options = "--no-deps --require-hashes --no-compile --no-input --progress-bar off"
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    step.__enter__()
    try:
        run([*command, *options.split(), "--requirement", requirements], lock, follow)
    finally:
        step.__exit__(*sys.exc_info())


def whole_packages() -> int:
    """Return how many packages are installed: pip writes their RECORD last."""
    return sum(1 for _ in PACKAGES.glob("*.dist-info/RECORD"))


def compile_packages() -> None:
    """Compile the libraries on all processors at once: pip would use one.

    The command has no lock: were it killed, the processes that it shares the work with would stay.
    """
    with Step("Compilation des bibliothèques"):
        run([str(PYTHON), "-W", "ignore", "-c", COMPILE, str(PACKAGES)], None)


def run(
    command: List[str], lock: Optional[IO[str]], follow: Callable[[str], Any] = lambda line: None
) -> None:
    """Run a command; call `follow` with each line it prints, and "" after a second of silence.

    The command inherits the lock, if it is given one. Raises Problem if it fails.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"},
        pass_fds=[lock.fileno()] if lock else [],
        start_new_session=True,  # so that its own processes end with it
    )
    assert process.stdout
    lines = []
    try:
        for line in lines_of(process.stdout.fileno()):
            follow(line)
            lines += [line] if line else []
        if process.wait():
            raise Problem(describe_failure(lines))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def lines_of(descriptor: int) -> Iterator[str]:
    """Yield each line of a pipe until it is closed, and "" after each second of silence."""
    rest = b""
    while True:
        if not select.select([descriptor], [], [], 1)[0]:
            yield ""
            continue
        chunk = os.read(descriptor, 65536)
        if not chunk:
            break
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield line.decode("utf-8", "replace").strip()
    yield rest.decode("utf-8", "replace").strip()


# The sentences


def describe_failure(lines: List[str]) -> str:
    """Return the sentence for what pip or venv printed before it failed; all of it goes to LOG."""
    text = "\n".join(lines)
    with suppress(OSError):
        LOG.write_text(text + "\n", encoding="utf-8")
    if "No space left on device" in text or "Errno 28" in text or not shutil.disk_usage(".").free:
        return DISK_FULL  # the last one where a command only says that another failed
    if "DO NOT MATCH THE HASHES" in text:
        return WRONG_HASH
    if any(sign in text for sign in NETWORK_ERRORS):
        return NO_NETWORK
    cause = ([line for line in lines if line.startswith("ERROR")] or lines or ["arrêt"])[-1]
    return (
        f"L’installation a échoué ({cause[:300]}) : relancez la même commande ; "
        f"si cela recommence, le détail est dans {LOG}."
    )


def describe_os_error(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    name = error.filename or Path.cwd()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Ce compte ne peut pas écrire « {name} » : donnez-lui-en le droit, puis relancez."
    return f"Le système a refusé ({error}) : relancez la même commande."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
