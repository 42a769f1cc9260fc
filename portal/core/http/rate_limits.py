"""How often one address may ask the API: a count for each minute, shared by all processes.

Answers from the response cache never come here, nor are they counted.
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

WINDOW_SECONDS = 60  # seconds
BATCH = 20  # requests that a process counts at once: the shared cache is asked once for as many
MAX_ADDRESSES = 10_000  # that a process remembers
LOOPBACK = ("127.0.0.1", "::1")  # this machine: a trial, or a proxy that hides its readers
EXHAUSTED = -1


def rate_limit_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Refuses with a 429, until the minute ends, an address that asked API_LIMIT times in it."""
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
    """Whose requests are counted together; "" for nobody's: this machine's, or a reader whose
    address neither the server nor a proxy tells.
    """
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
    """Counts a batch; whether the address is within its limit. Nobody is refused for a database
    that is away, nor is anything counted while the portal is only read.
    """
    if settings.PORTAL_READ_ONLY:
        return True
    try:
        cache.add(name, 0, 2 * WINDOW_SECONDS)
        return cache.incr(name, BATCH) <= max(settings.API_LIMIT, BATCH)
    except ValueError:  # it ended meanwhile
        return True
    except DATABASE_UNAVAILABLE:
        return True
