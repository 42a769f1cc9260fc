"""Fixtures of all tests."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.core.caching.data_versions import VersionedCache
from tests import loaded_database
from tests.keyboard import KeyboardClient

ROOT = Path(__file__).resolve().parent
# Run on SQLite alone: they ask the database for rows like the tests beside them, and check what follows,
# which is the same on each engine.
SAME_ON_EACH_ENGINE = (
    *("i18n/", "test_typography_everywhere.py"),  # the words of pages
    *("test_methods.py", "test_headers.py", "api/test_cors.py"),  # HTTP, before a row is read
    "core/test_local_urls.py",  # addresses that lead elsewhere
    "accueil/test_answer_pages.py",  # pages of the answers that test_lookup_api.py asks for
    "accueil/test_opening_states.py",  # hours of the clock
    "schema_actions/test_exports.py",  # PDF, CSV and XLSX of rows that test_api.py asks for
    "notices/test_embedded.py",  # processes that start and end with the server
)
LONG = ("faults", "api/test_fuzzed.py")
# In one process: what they start together is started once.
TOGETHER = ("faults", "pages")
# In this order: the longest first. While the process of `pages` makes the loaded databases, that the
# others would wait for, the next one runs what needs none.
FIRST = ("pages", "test_slow_clients.py", "test_safety.py", "rights", "notices", "test_extremes.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long tests, and only those")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the files of long tests unread: reading them takes seconds."""
    is_left_out = _is_long(collection_path) and not config.getoption("--long")
    return True if is_left_out else None


def _is_long(path: Path) -> bool:
    return path.is_relative_to(ROOT) and _place(path).startswith(LONG)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks the database, itself or through a fixture: only that is run on each engine.

    The tests of a file run in one process, and those of the folders `TOGETHER`.
    """
    fixtures = getattr(item, "fixturenames", ())
    asks = "django_db_setup" in fixtures or item.get_closest_marker("django_db")
    file = _place(item.path)
    if asks and not file.startswith(SAME_ON_EACH_ENGINE):
        item.add_marker("database")
    if file.startswith(LONG):
        item.add_marker("long")
    folder = _first(file)
    item.add_marker(pytest.mark.xdist_group(folder if folder in TOGETHER else file))


@pytest.hookimpl(trylast=True)  # after pytest-django has sorted
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to `make audit`, and begin with the longest files.

    A long file at the end would run while other processes are idle.
    """
    is_long = config.getoption("--long")
    chosen_items: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        is_chosen = bool(item.get_closest_marker("long")) == is_long
        (chosen_items if is_chosen else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = chosen_items
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among the thousands of tests themselves: a fifth of the
    processor time of tests that ask for pages.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _turn(item: pytest.Item) -> int:
    folder = _first(_place(item.path))
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


@cache
def _place(path: Path) -> str:
    """Return the folders and the file of a test."""
    return path.relative_to(ROOT).as_posix()


def _first(file: str) -> str:
    return file.partition("/")[0]


@pytest.fixture
def today(settings) -> Callable[[str], None]:
    """Return a function that sets the portal's day: `today("2023-11-24")`."""

    def replay(day: str) -> None:
        settings.PORTAL_TODAY = date.fromisoformat(day)

    return replay


@pytest.fixture
def same_minute(monkeypatch) -> None:
    """Keep the rate limits of the API in one minute, however long the requests take."""
    monkeypatch.setattr("portal.core.http.rate_limits.time", lambda: 1_700_000_045)


@pytest.fixture
def client() -> KeyboardClient:
    """Return a client whose pages have the spaces and apostrophes of a keyboard."""
    return KeyboardClient()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker
) -> Iterator[None]:
    """Load the real département 45, as the portal ships it; changes are rolled back after each test."""
    with django_db_blocker.unblock():
        loaded_database.copy_to_test_database()
    yield
    with django_db_blocker.unblock():
        loaded_database.drop_test_database()


@contextmanager
def also_loaded(*departments: str) -> Iterator[None]:
    """Load these départements beside Loiret for several tests; each test rolls its changes back."""
    with transaction.atomic():
        for department in departments:
            loaded_database.load(department)
        _forget()
        yield
        transaction.set_rollback(True)
    _forget()


@pytest.fixture(scope="module")
def beside_loiret(request, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the département named by the module's `DEPARTMENT`, until its last test."""
    with django_db_blocker.unblock(), also_loaded(request.module.DEPARTMENT):
        yield


def _forget() -> None:
    """Clear the caches: after a rollback, the same version numbers may stand for other data."""
    for versioned in VersionedCache.instances:
        versioned.clear()


@pytest.fixture(scope="module")
def emptied_afterwards(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Reload Loiret after a module whose tests commit, since those empty the database."""
    yield
    with django_db_blocker.unblock():
        loaded_database.copy_to_test_database()
    _forget()


@pytest.fixture
def loiret(db) -> None:
    """Mark a test as reading the real département 45: its communes, teams, moves and phone line."""


@pytest.fixture
def queries() -> Callable[[], AbstractContextManager[Any]]:
    """Return a context manager that captures queries: `with queries() as captured: …; len(captured)`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def import_sectors(loiret, tmp_path: Path) -> Callable[..., str]:
    """Return a function that imports a file of sectors of Loiret and returns the command's output.

    It takes the text or the bytes of the file.
    """

    def run(content: str | bytes, *options: str, name: str = "secteurs.csv") -> str:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        output = StringIO()
        path = str(tmp_path / name)
        call_command("import_sectors", path, "--department", "45", *options, stdout=output)
        return output.getvalue()

    return run
