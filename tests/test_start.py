"""A start loads what changed, and nothing else; its failures are sentences."""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, OperationalError, connection

from portal.core import loaded_data
from portal.core.models import LoadedData
from portal.deploy import backups, install, setup, start
from portal.registries import loaders
from teams.models import Team

ROOT = Path(__file__).resolve().parent.parent


def load() -> list[str]:
    """Do the pending steps for Loiret; return their labels."""
    labels = []
    for step in setup.pending_steps(["45"]):
        labels.append(step.label)
        step.run(StringIO(), lambda: None)
    return labels


ALL = ["Tables de la base", "Communes de France", "Département 45"]
DEMONSTRATION = "Comptes et campagne de démonstration"


@pytest.fixture
def loaded(loiret, data) -> None:
    """Load Loiret as a first start does, from a copy of the data."""
    load()


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """Return the root of a copy of the data of the apps, which a test may change."""
    get_commands()  # cached: they are not found where the apps have only their data
    for label in ("territory", "teams", "relocations", "accueil", "schema_actions"):
        config = apps.get_app_config(label)
        shutil.copytree(Path(config.path) / "data", tmp_path / label / "data")
        shutil.copytree(Path(config.path) / "migrations", tmp_path / label / "migrations")
        monkeypatch.setattr(config, "path", str(tmp_path / label))
    return tmp_path


@pytest.mark.django_db
class TestWhatIsLoadedAgain:
    def test_nothing_that_did_not_change(self, loaded, queries):
        with queries() as captured:
            assert load() == []
        assert len(captured) <= 10
        assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE"))]

    def test_a_department_with_a_file_that_changed(self, loaded, data):
        shutil.copytree(data / "teams/data/45", data / "teams/data/00")
        assert set(loaders.available_departments()) >= {"00", "45"}
        path = data / "relocations/data/45/relocations.csv"
        path.write_text(path.read_text() + "\n")
        assert load() == ["Département 45"]
        assert load() == []

    def test_not_a_department_whose_neighbour_changed(self, loaded, data):
        path = data / "teams/data/41/teams.csv"
        path.write_text(path.read_text() + "\n")
        assert load() == []

    def test_everything_when_the_code_that_loads_changes(self, loaded, monkeypatch):
        monkeypatch.setattr(loaded_data, "code_digest", lambda: "other")
        assert load() == ALL

    def test_everything_when_there_is_another_migration(self, loaded, data):
        """Its file is all that counts here: Django does not read it, the folder is a copy."""
        (data / "teams/migrations/0009_other.py").write_text("")
        assert load()[0] == "Tables de la base"

    def test_the_tables_when_a_migration_is_undone(self, loaded):
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from django_migrations where app = 'health' and name like '0002%'"
            )
        assert next(setup.pending_steps(["45"])).label == "Tables de la base"

    def test_the_communes_when_more_are_asked_for(self, loaded):
        assert next(setup.pending_steps(["45", "41"])).label == "Communes de France"

    def test_the_demonstration_once_it_is_asked_for(self, loaded, settings):
        settings.PORTAL_DEMO = True
        assert load() == [DEMONSTRATION]
        assert load() == []

    def test_the_demonstration_when_another_department_is_loaded(self, loaded, settings):
        settings.PORTAL_DEMO = True
        load()
        loaded_data.record("41", "x")
        assert load() == [DEMONSTRATION]

    def test_not_what_people_changed(self, loaded):
        """A start repairs nothing: `load_department` does, but for rows edited by people."""
        Team.objects.filter(name="Olivétaine").update(email="equipe@example.org")
        assert load() == []
        assert Team.objects.get(name="Olivétaine").email == "equipe@example.org"

    def test_the_command_says_that_nothing_changed(self, loaded):
        output = StringIO()
        call_command("setup_demo", "--departments", "45", stdout=output)
        assert output.getvalue() == "Rien n'a changé depuis le dernier chargement.\n"


@pytest.mark.django_db
class TestWhatIsBelievedLoaded:
    def test_not_a_refused_load(self, loaded, data):
        path = data / "teams/data/45/teams.csv"
        path.write_text(path.read_text().replace("Olivétaine;proximity", "Olivétaine;family"))
        with pytest.raises(CommandError):
            load()
        assert next(setup.pending_steps(["45"])).label == "Département 45"

    def test_not_an_interrupted_load(self, loaded, data, monkeypatch):
        def interrupt(load: object) -> None:
            raise KeyboardInterrupt

        LoadedData.objects.filter(name="45").delete()
        monkeypatch.setitem(loaders._loaders, "accueil", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load()
        assert next(setup.pending_steps(["45"])).label == "Département 45"

    def test_not_a_database_that_was_emptied(self, loaded):
        LoadedData.objects.all().delete()  # as `flush` does, with the other tables
        assert load() == ALL

    def test_not_a_database_without_tables(self, loaded, monkeypatch):
        monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
        assert next(setup.pending_steps(["45"])).label == "Tables de la base"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied_afterwards")
def test_a_restored_backup_says_what_it_holds(tmp_path, settings):
    """It was taken before the département changed: the change is loaded again."""
    settings.MEDIA_ROOT = tmp_path / "files"
    loaded_data.record("45", "older")
    with (tmp_path / "backup").open("wb") as file:
        backups.write_backup(file)
    loaded_data.record("45", loaders.department_digest("45"))
    with (tmp_path / "backup").open("rb") as file:
        backups.restore_backup(file)
    assert not loaded_data.is_loaded("45", loaders.department_digest("45"))
    assert loaded_data.is_loaded("45", "older")


class TestTheCodeThatLoads:
    def test_it_is_the_loaders_and_all_that_they_import(self):
        files = {path.relative_to(ROOT).as_posix() for path in loaded_data._loading_code()}
        assert files >= {
            *("teams/loaders.py", "teams/models/sites.py", "teams/demo.py"),
            "portal/territory/importers.py",  # through no loader: a command calls it
            "portal/core/periods/unit_parser.py",  # through several modules
            "portal/core/caching/data_versions.py",  # by an import in a function
        }

    def test_it_is_not_the_pages(self):
        files = {path.relative_to(ROOT).as_posix() for path in loaded_data._loading_code()}
        assert not files & {"accueil/lookup/views.py", "portal/urls.py", "teams/directory/views.py"}

    def test_imports_are_read_from_the_text(self, tmp_path):
        path = tmp_path / "module.py"
        path.write_text(
            "import a.b, c\nfrom d.e import f\nfrom g import (\n    h,\n    i,\n)\n"
            "def function():\n    from j import k as l\n"
        )
        assert loaded_data._imported_names(path) >= {
            *("a.b", "c", "d.e", "d.e.f", "g", "g.h", "g.i", "j", "j.k"),
        }


class TestStaticFiles:
    @pytest.fixture(autouse=True)
    def folders(self, settings, tmp_path) -> Path:
        static = tmp_path / "static"
        static.mkdir()
        (static / "page.css").write_text("a {}")
        settings.STATICFILES_DIRS = [static]
        settings.VAR_DIR = tmp_path
        settings.STATIC_ROOT = tmp_path / "collected-files"
        settings.STATIC_ROOT.mkdir()
        return static

    @pytest.fixture
    def collections(self, monkeypatch) -> list[str]:
        calls: list[str] = []
        monkeypatch.setattr(setup, "call_command", lambda name, **options: calls.append(name))
        return calls

    def test_they_are_collected_once(self, collections):
        step = setup.pending_static_files()
        assert step
        step.run(StringIO(), lambda: None)
        assert collections == ["collectstatic"]
        assert setup.pending_static_files() is None

    def test_they_are_collected_again_when_one_changes(self, collections, folders):
        setup.pending_static_files().run(StringIO(), lambda: None)
        (folders / "page.css").write_text("b {}")
        assert setup.pending_static_files()

    def test_a_collection_that_failed_is_not_believed(self, monkeypatch, folders, collections):
        setup.pending_static_files().run(StringIO(), lambda: None)
        (folders / "page.css").write_text("b {}")

        def fail(*args: object, **options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(setup, "call_command", fail)
        with pytest.raises(OSError, match="No space"):
            setup.pending_static_files().run(StringIO(), lambda: None)
        (folders / "page.css").write_text("a {}")
        assert setup.pending_static_files()


FULL = CommandError("La base ne répond pas comme prévu")
FULL.__cause__ = OperationalError("database or disk is full")
MISSING = ModuleNotFoundError("No module named 'rules'", name="rules")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(28, "No space left on device"), install.DISK_FULL),
        (OperationalError("database or disk is full"), install.DISK_FULL),
        (FULL, install.DISK_FULL),
        (DatabaseError("file is not a database"), "La base est abîmée"),
        (
            OperationalError("connection refused\nIs the server"),
            "ne répond pas (connection refused)",
        ),
        (ImproperlyConfigured("SECRET_KEY is weak"), "Un réglage est refusé (SECRET_KEY is weak)"),
        (CommandError("Chargement refusé"), "Chargement refusé"),
        (MISSING, "Une bibliothèque manque ou est abîmée"),
        (KeyError("x"), "le détail est dans var/start.log"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_failure_is_one_sentence(error, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = start.describe(error)
    assert expected in text
    assert "\n" not in text


def test_a_missing_library_is_installed_by_the_next_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    install.VENV.mkdir()
    install.MARKER.write_text("{}")
    start.describe(ImportError("no such module", name="teams.nothing"))
    assert install.MARKER.exists(), "a fault of the portal's own code"
    start.describe(MISSING)
    assert not install.MARKER.exists()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"SECRET_KEY": "short"}, "Un réglage est refusé (SECRET_KEY is weak"),
        ({"DATABASE_URL": "sqlite:///{folder}/text"}, "La base est abîmée"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/x"}, "La base de données ne répond pas"),
    ],
    ids=["setting", "damaged", "unreachable"],
)
def test_the_process_prints_the_sentence_and_no_traceback(tmp_path, setting, expected):
    (tmp_path / "text").write_text("This is no database." * 100)
    setting = {name: value.format(folder=tmp_path) for name, value in setting.items()}
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    process = subprocess.run(
        [sys.executable, "-m", "portal.deploy.start"],
        cwd=ROOT,
        env={**environment, **setting},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert expected in process.stderr
    assert len(process.stderr.splitlines()) == 1
