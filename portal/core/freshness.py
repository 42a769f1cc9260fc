"""Public answers kept in the process while the data they come from does not change.

An entry is named by the address as it was asked, and stamped with the portal's day and the
versions of the data, read at each request: a change is in the next answer. One that tells what is
open also ends when that changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from portal.core import clock, versions
from portal.core.problems import DATABASE_AWAY
from portal.core.versions import Versions

View = Callable[..., HttpResponse]
Address = tuple[str, str, str, str, str, bool]
LARGEST = 100_000  # bytes of an answer that is kept
BESIDE = 2_500  # bytes that its address, headers and versions weigh, about

_MAY_BE_KEPT = "_may_be_kept"  # what `kept` leaves on a response
_UNTIL = "_fresh_until"  # the moment a response ends, if it does


def kept(view: View) -> View:
    """A view for anonymous readers whose answers may be kept, called as
    `view(request, versions, …)`. It says the same to everybody: no cookie, no form with a token.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = _versions(request)
        response = view(request, now, *args, **kwargs)
        setattr(response, _MAY_BE_KEPT, True)
        return response

    return marked


def fresh_until(response: HttpResponse, moment: datetime | None) -> HttpResponse:
    """Marks when the response ends, None for never while the data stays."""
    setattr(response, _UNTIL, moment)
    return response


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole answer, as the last middleware left it."""

    versions: Versions
    day: date
    until: datetime | None
    content: bytes
    headers: Mapping[str, str]

    def size(self) -> int:
        return len(self.content) + BESIDE

    def is_fresh(self, now: Versions) -> bool:
        return (
            self.versions == now
            and self.day == clock.today()
            and (self.until is None or clock.now() < self.until)
        )

    def answer(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(self.content, headers=self.headers)
        tag = self.headers.get("ETag")
        return get_conditional_response(request, tag, None, response) or response


class KeptAnswers:
    """The first middleware: gives a kept answer before anything else runs, keeps new ones.

    A signed-in reader, another method or an error is never answered from what was kept. A HEAD is
    answered as its GET, whose body the server keeps back.
    """

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response
        self._entries: LRUCache[Address, Entry] = LRUCache(settings.KEPT_BYTES, Entry.size)
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_safe = request.method in ("GET", "HEAD")
        if not is_safe or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self._get_response(request)
        method, request.method = request.method, "GET"
        try:
            return self._answer(request)
        finally:
            request.method = method

    def _answer(self, request: HttpRequest) -> HttpResponse:
        address = _address(request)
        with self._lock:
            entry = self._entries.get(address)
        if entry and _is_fresh(entry, request):
            return entry.answer(request)
        response = self._get_response(request)
        if _is_for_all(response):
            self._keep(address, _versions(request), response)
        return response

    def _keep(self, address: Address, now: Versions, response: HttpResponse) -> None:
        until = getattr(response, _UNTIL, None)
        entry = Entry(now, clock.today(), until, response.content, dict(response.items()))
        if entry.size() <= self._entries.maxsize:
            with self._lock:
                self._entries[address] = entry


def _is_fresh(entry: Entry, request: HttpRequest) -> bool:
    """Of an unknown age while the database is away: what comes next says so."""
    try:
        return entry.is_fresh(_versions(request))
    except DATABASE_AWAY:
        return False


def _is_for_all(response: HttpResponse) -> bool:
    return (
        getattr(response, _MAY_BE_KEPT, False)
        and response.status_code == 200
        and not response.cookies
        and len(response.content) <= LARGEST
    )


def _versions(request: HttpRequest) -> Versions:
    """The versions of the data that this request is answered from, read once."""
    now: Versions | None = getattr(request, "data_versions", None)
    if now is None:
        now = versions.current()
        request.data_versions = now  # type: ignore[attr-defined]
    return now


def _address(request: HttpRequest) -> Address:
    """As asked, unchecked: only what was answered is kept."""
    said = request.META
    return (
        request.scheme or "",
        said.get("HTTP_HOST", ""),
        said.get("PATH_INFO", ""),
        said.get("QUERY_STRING", ""),
        said.get("HTTP_ACCEPT_ENCODING", ""),
        "HTTP_ORIGIN" in said,  # the page of another site is told that it may read
    )
