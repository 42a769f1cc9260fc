"""The API's rate limit: requests per minute and client address, counted across processes.

Responses from the response cache are not counted.
"""

from collections.abc import Callable
from threading import Lock
from time import time

from allauth.core.internal import ratelimit
from cachetools import LRUCache
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.core.http.problems import DATABASE_UNAVAILABLE, too_many_requests

WINDOW_SECONDS = 60
BATCH = 20  # requests counted at a time: one query of the shared cache for as many
MAX_ADDRESSES = 10_000  # remembered per process
LOOPBACK = ("127.0.0.1", "::1")  # a trial, or a proxy that hides client addresses
EXHAUSTED = -1


def rate_limit_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Return a 429 until the end of the minute to an address past API_LIMIT requests."""
    left: LRUCache[str, int] = LRUCache(
        MAX_ADDRESSES
    )  # for each address, what it may still ask here
    lock = Lock()

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.API_LIMIT or not request.path_info.startswith("/api/"):
            return get_response(request)
        address = _client_address(request)
        now = int(time())
        if address and not _is_allowed(f"api {now // WINDOW_SECONDS} {address}", left, lock):
            return too_many_requests(request, WINDOW_SECONDS - now % WINDOW_SECONDS)
        return get_response(request)

    return answer


def _client_address(request: HttpRequest) -> str:
    """Return the address to count; "" for this machine and for unknown addresses."""
    try:
        address: str = ratelimit.get_ip(request)
    except (PermissionDenied, ImproperlyConfigured):
        return ""
    return "" if address in LOOPBACK else address


def _is_allowed(name: str, left: "LRUCache[str, int]", lock: Lock) -> bool:
    with lock:
        remaining = left.get(name, 0)
        if remaining > 0:
            left[name] = remaining - 1
    if remaining > 0 or remaining == EXHAUSTED:
        return remaining > 0
    may = _count_batch(name)
    with lock:
        left[name] = BATCH - 1 if may else EXHAUSTED
    return may


def _count_batch(name: str) -> bool:
    """Count a batch of requests; return whether the address is within its limit.

    Always True while the database is away or in read-only mode.
    """
    if settings.PORTAL_READ_ONLY:
        return True
    try:
        cache.add(name, 0, 2 * WINDOW_SECONDS)
        return cache.incr(name, BATCH) <= max(settings.API_LIMIT, BATCH)
    except ValueError:  # the counter expired meanwhile
        return True
    except DATABASE_UNAVAILABLE:
        return True
