"""How fresh the data is: a number for each app, that grows with every change, whoever makes it.

Triggers in the database keep the numbers, so that no writer can forget: a form, a bulk load, an
`update()`, a line of SQL. A reader sees a new number only with the change that made it. What is
kept in a process is stamped with the numbers it was built from.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import ClassVar, Generic, TypeVar

from django.apps import AppConfig
from django.db import InterfaceError, OperationalError, connection

from portal.core.models import DataVersion

T = TypeVar("T")
Versions = Mapping[str, int]

_SELECT_VERSIONS = (
    "select app, number from core_dataversion"  # asked at each request: not composed anew
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
    """The number of each app, in one query.

    This query also says whether the connection lives, in place of the one that Django would send
    before it: a connection that was lost is opened again.
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
    """Counts the changes of every table of the app, but of the models that say `changes_public_pages = False`:
    no page shows them. Repeatable: an altered table loses its triggers on SQLite, so this follows
    each migration.
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
    """A value built from the tables of some apps, kept in the process while they do not change."""

    instances: ClassVar[list["VersionedCache"]] = []

    def __init__(self, build: Callable[[], T], *app_labels: str) -> None:
        self._build = build
        self._apps = app_labels
        self._lock = Lock()
        self._value: tuple[tuple[int, ...], T] | None = None
        self.instances.append(self)

    def get(self, versions: Versions) -> T:
        """The value for these versions, built again if they moved."""
        stamp = tuple([versions.get(label, 0) for label in self._apps])
        entry = self._value
        if entry is None or entry[0] != stamp:
            with self._lock:
                entry = self._value
                if entry is None or entry[0] != stamp:
                    entry = self._value = (stamp, self._build())
        return entry[1]


def build_all() -> None:
    """Builds all that a process keeps, so that no reader waits for it."""
    now = current_versions()
    for cache in VersionedCache.instances:
        cache.get(now)
