"""The shared cache: hashed keys, a database table, and deletion of its expired rows."""

from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

DATABASE_CACHE = "table"  # its alias in CACHES


def cache_key(key: str, prefix: str, version: int) -> str:
    """Return Django's cache key as an HMAC, so that the cache holds no address and no e-mail."""
    name = salted_hmac("portal.core.caching.shared_cache", key, algorithm="sha256").hexdigest()
    return f"{prefix}:{version}:{name}"


def delete_expired() -> None:
    """Delete the expired rows of the table; Redis expires its own."""
    cache = caches[DATABASE_CACHE]
    if not isinstance(cache, DatabaseCache):
        return
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {table} where expires < %s", [now])  # noqa: S608


class Table(DatabaseCache):
    """Django's database cache, which raises where it could not write.

    Django's own returns False, which rate limits would read as too many attempts by everybody.
    """

    def _base_set(self, mode: str, key: str, *args: Any, **kwargs: Any) -> bool:
        """Raise OperationalError where the value was not written."""
        is_done = bool(super()._base_set(mode, key, *args, **kwargs))  # type: ignore[misc]
        if is_done or mode == "touch" or (mode == "add" and self._has_row(key)):
            return is_done
        raise OperationalError("The shared cache could not be written.")

    def _has_row(self, key: str) -> bool:
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(f"select 1 from {table} where cache_key = %s", [key])  # noqa: S608
            return cursor.fetchone() is not None
