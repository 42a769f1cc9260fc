"""The installation of `make run` and `make test`: what it says, and what it repairs."""

import ast
import fcntl
import json
import socket
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from portal.deploy import install, progress

REQUIREMENTS = (
    "one==1 \\\n    --hash=sha256:0\ntwo==2 ; sys_platform == 'win32' \\\n    --hash=sha256:0\n"
)
COLLECTED = ["Ignoring two: markers", "Collecting one==1", "Installing collected packages: one", ""]


class FakeCommands:
    """Takes the place of `install.run`: writes the files that venv and pip would."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.failure: BaseException | None = None  # raised by pip, when half of it is written

    def __call__(self, command, lock, follow=lambda line: None) -> None:
        name = command[2] if command[2] in ("venv", "pip") else "compile"
        self.names.append(name)
        if name == "venv":
            install.PACKAGES.mkdir(parents=True)
            install.PYTHON.parent.mkdir()
            install.PYTHON.symlink_to(sys.executable)
        if name == "pip":
            (install.PACKAGES / "one").mkdir(exist_ok=True)
            if self.failure:
                raise self.failure
            for line in COLLECTED:
                follow(line)

    def taken(self) -> list[str]:
        """Return the names of the commands since the last call."""
        names, self.names = self.names, []
        return names


@pytest.fixture
def commands(monkeypatch) -> FakeCommands:
    fake = FakeCommands()
    monkeypatch.setattr(install, "run", fake)
    return fake


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A project with its files of requirements, and nothing installed; the current folder."""
    path = tmp_path / "project"
    path.mkdir()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (path / name).write_text(REQUIREMENTS)
    monkeypatch.chdir(path)
    return path


def sentence(capsys) -> str:
    """Return the only line of the standard error."""
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


EVERYTHING = ["venv", "pip", "compile"]


class TestWhatIsInstalled:
    def test_everything_once(self, folder, commands, capsys):
        assert install.main(["requirements.txt"]) == 0
        assert commands.taken() == EVERYTHING
        capsys.readouterr()
        assert install.main(["requirements.txt"]) == 0
        assert commands.taken() == []
        assert capsys.readouterr() == ("", ""), "nothing to do, nothing to say"

    def test_what_the_file_of_requirements_changed(self, folder, commands):
        install.main(["requirements.txt"])
        commands.taken()
        (folder / "requirements.txt").write_text(REQUIREMENTS.replace("==1", "==1.1"))
        assert install.main(["requirements.txt"]) == 0
        assert commands.taken() == ["pip", "compile"]

    def test_the_libraries_of_development_include_the_others(self, folder, commands):
        install.main(["requirements-dev.txt"])
        commands.taken()
        install.main(["requirements.txt"])
        assert commands.taken() == []

    def test_those_of_development_are_added_to_the_others(self, folder, commands):
        install.main(["requirements.txt"])
        commands.taken()
        install.main(["requirements-dev.txt"])
        assert commands.taken() == ["pip", "compile"]


def interrupted(folder, commands):
    commands.failure = KeyboardInterrupt()
    (folder / "requirements.txt").write_text(REQUIREMENTS.replace("==1", "==1.1"))
    assert install.main(["requirements.txt"]) == 130
    commands.failure = None
    commands.taken()


def killed_while_it_wrote_its_marker(folder, commands):
    install.MARKER.write_text(install.MARKER.read_text()[:20])


def removed(folder, commands):
    install.MARKER.unlink()


def of_another_python(folder, commands):
    text = install.MARKER.read_text()
    install.MARKER.write_text(text.replace("cpython-", "cpython-9"))


def without_a_library(folder, commands):
    (install.PACKAGES / "one").rmdir()


def without_its_python(folder, commands):
    install.PYTHON.unlink()
    install.PYTHON.symlink_to("/nowhere/python3.11")


def copied_from_another_folder(folder, commands):
    text = install.MARKER.read_text()
    install.MARKER.write_text(text.replace(json.dumps(str(folder))[1:-1], "/home/somebody"))


def a_file(folder, commands):
    install.shutil.rmtree(install.VENV)
    install.VENV.write_text("")


BREAKS = [interrupted, killed_while_it_wrote_its_marker, removed, of_another_python]
BREAKS += [without_a_library, without_its_python, copied_from_another_folder, a_file]


@pytest.mark.parametrize("damage", BREAKS, ids=lambda damage: damage.__name__)
def test_a_broken_environment_is_made_again(folder, commands, damage):
    install.main(["requirements.txt"])
    commands.taken()
    damage(folder, commands)
    assert install.main(["requirements.txt"]) == 0
    assert commands.taken() == EVERYTHING
    install.main(["requirements.txt"])
    assert commands.taken() == []


def test_a_link_to_another_environment_is_left_as_it_is(folder, commands, tmp_path):
    """Only the link goes: somebody else uses what it points to."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_text("")
    install.VENV.symlink_to(other)
    assert install.main(["requirements.txt"]) == 0
    assert (other / "file").exists()
    assert not install.VENV.is_symlink()


class TestWhatItRefuses:
    """One sentence, before any work."""

    def test_an_old_python(self, folder, commands, monkeypatch, capsys):
        monkeypatch.setattr(install, "MINIMUM", (9, 1))
        assert install.main(["requirements.txt"]) == 1
        assert sentence(capsys).startswith("Python 9.1 ou plus récent est nécessaire")
        assert commands.taken() == []

    @pytest.mark.parametrize("name", ["install", "progress"])
    def test_an_old_python_can_read_the_refusal(self, name):
        tree = ast.parse(Path(f"portal/deploy/{name}.py").read_text(), feature_version=(3, 6))
        packages = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        own = {package for package in packages if package.startswith("portal")}
        assert own <= {"portal.deploy.progress"}
        assert {name.partition(".")[0] for name in packages - own} <= sys.stdlib_module_names

    def test_a_port_that_is_taken(self, folder, commands, capsys):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            assert install.main(["requirements.txt", str(port)]) == 1
        assert sentence(capsys).startswith(f"Le port {port} est déjà pris")
        assert commands.taken() == []

    @pytest.mark.parametrize("port", ["", "0", "65536", "80a", "-1", "999999"])
    def test_a_port_that_is_none(self, folder, commands, capsys, port):
        assert install.main(["requirements.txt", port]) == 1
        assert "PORT est un nombre de 1 à 65535" in sentence(capsys)
        assert commands.taken() == []

    def test_a_python_that_makes_no_environment(self, folder, commands, monkeypatch, capsys):
        monkeypatch.setitem(sys.modules, "ensurepip", None)
        assert install.main(["requirements.txt"]) == 1
        assert "apt install python3-venv" in sentence(capsys)
        assert commands.taken() == []

    def test_too_little_room(self, folder, commands, monkeypatch, capsys):
        monkeypatch.setattr(install, "NEEDED_MEGABYTES", 10**9)
        assert install.main(["requirements.txt"]) == 1
        assert "Mo de libres" in sentence(capsys)
        assert commands.taken() == []

    def test_a_folder_that_cannot_be_written(self, folder, commands, monkeypatch, capsys):
        def refuse(*args: object, **options: object) -> None:
            raise PermissionError(install.errno.EACCES, "Permission denied", "var")

        monkeypatch.setattr(Path, "mkdir", refuse)
        assert install.main(["requirements.txt"]) == 1
        assert "ne peut pas écrire « var »" in sentence(capsys)


DNS = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"


class TestFailures:
    """What pip or venv prints becomes one sentence; all of it is kept in a file."""

    @pytest.mark.parametrize(
        ("printed", "expected"),
        [
            (f"WARNING: Retrying: {DNS}\nERROR: No matching distribution", install.NO_NETWORK),
            ("ERROR: Could not install: [Errno 28] No space left on device", install.DISK_FULL),
            (
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE.",
                install.WRONG_HASH,
            ),
            ("Traceback (most recent call last):\nERROR: odd", "a échoué (ERROR: odd)"),
            ("", "a échoué"),
        ],
    )
    def test_a_sentence(self, folder, monkeypatch, capsys, printed, expected):
        code = f"import sys; print({printed!r}); sys.exit(2)"

        def fail(lock: object) -> None:
            install.run([sys.executable, "-c", code], lock)

        monkeypatch.setattr(install, "make_venv", fail)
        assert install.main(["requirements.txt"]) == 1
        assert expected in sentence(capsys)
        assert install.LOG.read_text().strip() == printed.strip()

    def test_nothing_is_believed_installed_after_it(self, folder, commands):
        commands.failure = install.Problem("x")
        assert install.main(["requirements.txt"]) == 1
        assert install.installed_files() is None


def test_an_installation_waits_for_another_one(folder, commands, capfd):
    """Of the same folder: a pip whose parent was killed is one too, since it inherits the lock."""
    install.VAR.mkdir()
    waiting, codes = Event(), []
    say, install.say = install.say, lambda text, **_: (say(text), waiting.set())
    try:
        with (install.VAR / "install.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            other = Thread(target=lambda: codes.append(install.main(["requirements.txt"])))
            other.start()
            assert waiting.wait(10)
            assert commands.taken() == []
        other.join(10)
    finally:
        install.say = say
    assert codes == [0]
    assert "Une autre installation est en cours" in capfd.readouterr().out


def test_commands_inherit_the_lock(tmp_path):
    with (tmp_path / "lock").open("w") as lock:
        code = f"import os; os.fstat({lock.fileno()})"
        install.run([sys.executable, "-c", code], lock)


def test_an_interrupted_command_ends_with_all_its_processes(tmp_path):
    """A process that stayed would have the lock, and the next installation would wait for it."""
    code = "import os, time; os.fork() and print('begun', flush=True); time.sleep(600)"

    def interrupt(line: str) -> None:
        if line:
            raise KeyboardInterrupt

    path = tmp_path / "lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(KeyboardInterrupt):
            install.run([sys.executable, "-c", code], lock, interrupt)
    with path.open("w") as lock:
        waited = Thread(target=fcntl.flock, args=[lock, fcntl.LOCK_EX], daemon=True)
        waited.start()
        waited.join(10)
        assert not waited.is_alive()


class TestProgress:
    def test_pip_is_counted_while_it_downloads_and_while_it_is_silent(
        self, folder, commands, monkeypatch, capsys
    ):
        monkeypatch.setattr(progress.Step, "QUIET_SECONDS", 0)
        install.main(["requirements.txt"])
        lines = capsys.readouterr().out.splitlines()
        assert "Téléchargement des bibliothèques : 1 sur 1…" in lines
        assert "Installation des bibliothèques : 0 sur 1…" in lines
        assert "Installation des bibliothèques : fait en 0 s." in lines

    def test_a_bar_on_a_terminal(self, monkeypatch, capsys):
        monkeypatch.setattr(progress.sys.stdout, "isatty", lambda: True)
        with progress.Step("Tables", 4) as step:
            step.advance(2)
        drawn = capsys.readouterr().out.split("\r\033[K")
        assert f"Tables [{'#' * 15}{'.' * 15}] 2/4" in drawn
        assert drawn[-1] == "Tables : fait en 0 s.\n"

    def test_few_lines_elsewhere(self, capsys):
        with progress.Step("Tables", 1000) as step:
            for _ in range(1000):
                step.advance()
        assert capsys.readouterr().out.splitlines() == [
            "Tables : 0 sur 1000…",
            "Tables : fait en 0 s.",
        ]

    def test_a_step_that_fails_is_not_called_done(self, capsys):
        with pytest.raises(OSError, match="x"), progress.Step("Tables"):
            raise OSError("x")
        assert capsys.readouterr().out.splitlines() == ["Tables…", "Tables : arrêté."]
