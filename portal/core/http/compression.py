"""Compressed responses: Brotli where the browser accepts it, else gzip."""

import brotli
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.regex_helper import _lazy_re_compile

MIN_BYTES = 200  # not worth it below
BROTLI_QUALITY = 4  # of 11: as fast as gzip, and smaller
ACCEPTS_BROTLI = _lazy_re_compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class CompressionMiddleware(GZipMiddleware):
    """Signed-in pages use gzip only, which Django pads at random: their length tells nothing of a
    secret in them (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if (
            response.streaming
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or response.has_header("Content-Encoding")
            or len(response.content) < MIN_BYTES  # type: ignore[attr-defined]
            or not ACCEPTS_BROTLI.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        ):
            return super().process_response(request, response)
        small = brotli.compress(response.content, quality=BROTLI_QUALITY)  # type: ignore[attr-defined]
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = small  # type: ignore[attr-defined]
        response.headers["Content-Length"] = str(len(small))
        response.headers["Content-Encoding"] = "br"
        if (etag := response.get("ETag")) and etag.startswith('"'):
            response.headers["ETag"] = f"W/{etag}"  # same content, other bytes
        return response
