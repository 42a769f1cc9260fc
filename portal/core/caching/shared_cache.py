"""The shared cache: hashed keys, deletion of expired rows, a database table while Redis is away."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

DATABASE_CACHE = "table"  # its alias in CACHES
RETRY_AFTER_SECONDS = 5.0


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


def _with_fallback(name: str) -> Callable[..., Any]:
    def method(self: "RedisWithDatabaseFallback", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= self.unavailable_until:
            try:
                return getattr(super(RedisWithDatabaseFallback, self), name)(*args, **kwargs)
            except (RedisAway, RedisSlow):
                RedisWithDatabaseFallback.unavailable_until = monotonic() + RETRY_AFTER_SECONDS
        return getattr(caches[DATABASE_CACHE], name)(*args, **kwargs)

    return method


class RedisWithDatabaseFallback(RedisCache):
    """Redis, or the database table while Redis does not answer.

    Signing in, rate limits and one-time codes go on, with counts starting again. A Redis that hangs
    delays one request per RETRY_AFTER_SECONDS, not all.
    """

    unavailable_until = 0.0  # time.monotonic(), shared by the process

    add, get, set, touch, delete = map(_with_fallback, ("add", "get", "set", "touch", "delete"))
    get_many, set_many, delete_many = map(_with_fallback, ("get_many", "set_many", "delete_many"))
    has_key, incr = map(_with_fallback, ("has_key", "incr"))

    @property
    def is_unavailable(self) -> bool:
        return monotonic() < self.unavailable_until
