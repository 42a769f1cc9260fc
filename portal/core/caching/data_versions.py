"""Per-app version counters, incremented by database triggers, and caches that depend on them.

Triggers count every write: a form, a bulk load, an `update()`, plain SQL. A counter is committed
with the change that incremented it. A cached value records the counters it was built from.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import ClassVar, Generic, TypeVar

from django.apps import AppConfig
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import get_language

from portal.core.models import DataVersion

T = TypeVar("T")
Versions = Mapping[str, int]

_SELECT_VERSIONS = (
    "select app, number from core_dataversion"  # sent at each request, so not composed by the ORM
)
_POSTGRES_FUNCTION = """
create or replace function portal_data_changed() returns trigger language plpgsql as $$
begin
  update core_dataversion set number = number + 1 where app = tg_argv[0];
  return null;
end $$
"""
_POSTGRES_TRIGGER = """
create or replace trigger {table}_changed
after insert or update or delete or truncate on {table}
for each statement execute function portal_data_changed('{app}')
"""
_SQLITE_TRIGGER = """
create trigger if not exists {table}_{event} after {event} on {table}
begin update core_dataversion set number = number + 1 where app = '{app}'; end
"""


def current_versions() -> dict[str, int]:
    """Return the counter of each app, in one query.

    The query also replaces the health check that Django sends before the first query of a request:
    a lost connection is opened again.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _read_versions()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _read_versions()


def _read_versions() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT_VERSIONS)
        return dict(cursor.fetchall())


def create_triggers(config: AppConfig) -> None:
    """Create the triggers of every table of the app. Repeatable.

    Models with `changes_public_pages = False` have none. Runs after each migration, because SQLite
    drops the triggers of an altered table.
    """
    DataVersion.objects.get_or_create(app=config.label)
    tables = [
        model._meta.db_table
        for model in config.get_models(include_auto_created=True)
        if model is not DataVersion and getattr(model, "changes_public_pages", True)
    ]
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute(_POSTGRES_FUNCTION)
        for table in tables:
            if postgres:
                cursor.execute(_POSTGRES_TRIGGER.format(table=table, app=config.label))
                continue
            for event in ("insert", "update", "delete"):
                cursor.execute(_SQLITE_TRIGGER.format(table=table, event=event, app=config.label))


class VersionedCache(Generic[T]):
    """A value per process and language, built from the tables of some apps and rebuilt when their
    counters change.

    `has_text=False` shares one value between languages: it must hold no message of the code, not
    even one that its objects memoise later.
    """

    instances: ClassVar[list["VersionedCache"]] = []

    def __init__(self, build: Callable[[], T], *app_labels: str, has_text: bool = True) -> None:
        self._build = build
        self._apps = app_labels
        self.has_text = has_text
        self._lock = Lock()
        self._values: dict[str | None, tuple[tuple[int, ...], T]] = {}
        self.instances.append(self)

    def get(self, versions: Versions) -> T:
        """Return the value for these counters, rebuilt if they changed."""
        stamp = tuple([versions.get(label, 0) for label in self._apps])
        language = get_language() if self.has_text else None
        entry = self._values.get(language)
        if entry is None or entry[0] != stamp:
            with self._lock:
                entry = self._values.get(language)
                if entry is None or entry[0] != stamp:
                    entry = self._values[language] = (stamp, self._build())
        return entry[1]

    def clear(self) -> None:
        self._values.clear()


def build_all() -> None:
    """Build every cache of the process, so that no request has to."""
    now = current_versions()
    for cache in VersionedCache.instances:
        cache.get(now)
