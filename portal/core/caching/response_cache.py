"""Whole public responses, cached in the process while the data behind them does not change.

The key is the requested URL and the language. An entry records the day and the version counters it
was made from, which are read at each request, so a change shows in the next response. A response
that says what is open now also expires when that changes. A response to free text is cached only
where the text is nothing but the name of a place (`cache_free_text`): what people need is never
stored.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from portal.core import clock
from portal.core.caching import data_versions as versions
from portal.core.caching.data_versions import Versions
from portal.core.http.problems import DATABASE_UNAVAILABLE
from portal.core.http.response_headers import has_free_text

View = Callable[..., HttpResponse]
CacheKey = tuple[str | None, str, str, str, str, str, bool]
MAX_BODY_BYTES = 100_000
ENTRY_OVERHEAD_BYTES = 1_200  # key, headers and place in the cache, about
COMPRESS_FROM_BYTES = 1_000
COMPRESSION_LEVEL = 1  # of 9; it already divides a page by three
PER_ENTRY_HEADERS = ("ETag", "Content-Length")  # most responses share the others

_CACHEABLE_MARK = "_is_cacheable"  # set on a response by `cached_response`
_IF_NONE_MATCH = "HTTP_IF_NONE_MATCH"
_FREE_TEXT_MARK = "_caches_free_text"  # set by `cache_free_text`
_EXPIRY_MARK = "_expires_at"  # set by `set_expiry`


def cached_response(view: View) -> View:
    """Decorate a public view so that its responses may be cached.

    The view is called as `view(request, versions, …)` and returns the same to everybody: no cookie,
    no CSRF token. It never sees `If-None-Match`: a conditional request is computed whole, so that
    its response can be cached, then answered with 304 by the middleware.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = _request_versions(request)
        request.condition = request.META.pop(_IF_NONE_MATCH, None)  # type: ignore[attr-defined]
        response = view(request, now, *args, **kwargs)
        is_cacheable = not has_free_text(request) or hasattr(response, _FREE_TEXT_MARK)
        setattr(response, _CACHEABLE_MARK, is_cacheable)
        return response

    return wrapper


def cache_free_text(response: HttpResponse, *, allowed: bool) -> HttpResponse:
    """Let the response to free text be cached if `allowed`."""
    if allowed:
        setattr(response, _FREE_TEXT_MARK, True)
    return response


def set_expiry(response: HttpResponse, moment: datetime | None) -> HttpResponse:
    """Set when the response expires, None for never while the data stays."""
    setattr(response, _EXPIRY_MARK, moment)
    return response


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A complete response; `body` is compressed above COMPRESS_FROM_BYTES."""

    versions: Versions
    day: date
    expires_at: datetime | None
    body: bytes
    is_compressed: bool
    etag: str | None
    headers: Headers

    def size(self) -> int:
        return len(self.body) + ENTRY_OVERHEAD_BYTES

    def is_fresh(self, now: Versions) -> bool:
        return (
            self.versions == now
            and self.day == clock.today()
            and (self.expires_at is None or clock.now() < self.expires_at)
        )

    def to_response(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers=dict(self.headers))
        if self.etag:
            response.headers["ETag"] = self.etag
        not_modified = get_conditional_response(request, self.etag, None, response)
        if not_modified is not None and not_modified is not response:
            return not_modified
        response.content = zlib.decompress(self.body) if self.is_compressed else self.body
        response.headers["Content-Length"] = str(len(response.content))
        return response


class ResponseCacheMiddleware:
    """Returns a cached response before most middleware runs, stores new ones.

    Serves anonymous GET and HEAD requests only, and stores only responses with status 200.
    """

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response
        self._entries: LRUCache[CacheKey, CachedResponse] = LRUCache(
            settings.RESPONSE_CACHE_BYTES, CachedResponse.size
        )
        self._lock = Lock()
        self._headers: LRUCache[Headers, Headers] = LRUCache(100)
        self._versions: Versions = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_safe = request.method in ("GET", "HEAD")
        if not is_safe or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _conditional_response(request, self._get_response(request))
        method, request.method = request.method, "GET"
        try:
            return self._respond(request)
        finally:
            request.method = method

    def _respond(self, request: HttpRequest) -> HttpResponse:
        key = _cache_key(request)
        with self._lock:
            entry = self._entries.get(key)
        if entry and _is_fresh(entry, request):
            return entry.to_response(request)
        response = self._get_response(request)
        if self._entries.maxsize and _is_cacheable(response):
            self._store(key, _request_versions(request), response)
        return _conditional_response(request, response)

    def _store(self, key: CacheKey, now: Versions, response: HttpResponse) -> None:
        """Store the response; equal headers and version mappings are shared between entries."""
        body = response.content
        is_compressed = len(body) >= COMPRESS_FROM_BYTES and not response.has_header(
            "Content-Encoding"
        )
        if is_compressed:
            body = zlib.compress(body, COMPRESSION_LEVEL)
        headers = tuple(
            [header for header in response.items() if header[0] not in PER_ENTRY_HEADERS]
        )
        expires_at = getattr(response, _EXPIRY_MARK, None)
        with self._lock:
            if now != self._versions:
                self._versions = now
            entry = CachedResponse(
                versions=self._versions,
                day=clock.today(),
                expires_at=expires_at,
                body=body,
                is_compressed=is_compressed,
                etag=response.get("ETag"),
                headers=self._headers.setdefault(headers, headers),
            )
            if entry.size() <= self._entries.maxsize:
                self._entries[key] = entry


def _conditional_response(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response, or 304 for a request whose condition `cached_response` set aside."""
    condition: str | None = getattr(request, "condition", None)
    if condition is None or response.status_code != 200:
        return response
    request.META[_IF_NONE_MATCH] = condition
    return get_conditional_response(request, response.get("ETag"), None, response) or response


def _is_fresh(entry: CachedResponse, request: HttpRequest) -> bool:
    """Return whether the entry is current; False while the database is away."""
    try:
        return entry.is_fresh(_request_versions(request))
    except DATABASE_UNAVAILABLE:
        return False


def _is_cacheable(response: HttpResponse) -> bool:
    return (
        getattr(response, _CACHEABLE_MARK, False)
        and response.status_code == 200
        and not response.cookies
        and len(response.content) <= MAX_BODY_BYTES
    )


def _request_versions(request: HttpRequest) -> Versions:
    """Return the version counters that this request is answered from, read once."""
    now: Versions | None = getattr(request, "data_versions", None)
    if now is None:
        now = versions.current_versions()
        request.data_versions = now  # type: ignore[attr-defined]
    return now


def _cache_key(request: HttpRequest) -> CacheKey:
    """Return the language, then the URL as requested, with the headers that change the response."""
    meta = request.META
    return (
        get_language(),
        request.scheme or "",
        meta.get("HTTP_HOST", ""),
        meta.get("PATH_INFO", ""),
        meta.get("QUERY_STRING", ""),
        meta.get("HTTP_ACCEPT_ENCODING", ""),
        "HTTP_ORIGIN" in meta,  # adds the CORS headers
    )
