"""The shared cache with Redis; imported only where there is one: the library takes 0.1 s."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

from portal.core.caching.shared_cache import DATABASE_CACHE

RETRY_AFTER_SECONDS = 5.0


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
