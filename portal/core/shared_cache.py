"""The shared cache: names kept as digests, and what ended forgotten."""

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac


def cache_key(key: str, prefix: str, version: int) -> str:
    """Django's cache key as a digest that only this portal's secret can make again: the cache then
    holds neither an address nor an e-mail.
    """
    name = salted_hmac("portal.core.shared_cache", key, algorithm="sha256").hexdigest()
    return f"{prefix}:{version}:{name}"


def forget_ended() -> None:
    """Deletes what the shared cache holds past its end, where it is a table; Redis does so."""
    cache = caches["default"]
    if not isinstance(cache, DatabaseCache):
        return
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {table} where expires < %s", [now])  # noqa: S608
