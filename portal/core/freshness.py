"""Public answers kept in the process while the data they come from does not change.

An entry is named by the address, the portal's day and the versions of the data, read at each
request: a change is in the next answer. One that tells what is open also ends when that changes.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from portal.core import clock, versions
from portal.core.versions import Versions

View = Callable[..., HttpResponse]
UNTIL = "_fresh_until"  # where a view leaves the moment its response ends, on the response


def kept(view: View) -> View:
    """A GET view for anonymous readers, called as `view(request, versions, …)`.

    A signed-in reader, another method or an error is never answered from what was kept.
    """

    @wraps(view)
    def fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = versions.current()
        request.data_versions = now  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD") or "sessionid" in request.COOKIES:
            return view(request, now, *args, **kwargs)
        key = _key(request, now)
        entry = caches["answers"].get(key)
        if entry is not None and (entry[0] is None or clock.now() < entry[0]):
            _until, content, content_type, etag = entry
            return _conditional(request, HttpResponse(content, content_type=content_type), etag)
        response = view(request, now, *args, **kwargs)
        if hasattr(response, "render"):
            response = response.render()
        if response.status_code != 200:
            return response
        etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
        until: datetime | None = getattr(response, UNTIL, None)
        entry = (until, response.content, response["Content-Type"], etag)
        caches["answers"].set(key, entry)
        return _conditional(request, response, etag)

    return fresh


def fresh_until(response: HttpResponse, moment: datetime | None) -> HttpResponse:
    """Marks when the response ends, None for never while the data stays."""
    setattr(response, UNTIL, moment)
    return response


def _key(request: HttpRequest, now: Versions) -> str:
    said = (request.get_host(), request.get_full_path(), clock.today(), sorted(now.items()))
    return blake2b(repr(said).encode(), digest_size=20).hexdigest()


def _conditional(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    patch_vary_headers(response, ["Cookie"])
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response
