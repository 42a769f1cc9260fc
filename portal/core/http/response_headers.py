"""Headers of every response: pages, redirects, errors, files."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Free text: perhaps what somebody needs, or where they live.
FREE_TEXT_PARAMETERS = ("q", "rue", "street")
# URLs with a token or personal data: neither cached nor indexed.
PRIVATE_PREFIXES = (
    "/trouver/",
    "/signaler/",
    "/invitation/",
    "/mot-de-passe/",
    "/me-prevenir/",
    "/connexion/",
    "/deconnexion/",
    "/compte/",
    "/espace/",
    "/admin/",
)
HSTS = "Strict-Transport-Security"


def common_headers(*, is_secure: bool) -> dict[str, str]:
    """Return the security headers of the settings; HSTS only over HTTPS (RFC 6797)."""
    permissions = settings.PERMISSIONS_POLICY
    headers = {
        "Permissions-Policy": ", ".join(
            f"{name}=({' '.join(permissions[name])})" for name in permissions
        ),
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }
    if not settings.DEBUG:  # debug pages have inline styles
        headers[HEADER] = build_policy()
    if is_secure and settings.SECURE_HSTS_SECONDS:
        parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
        parts += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
        parts += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
        headers[HSTS] = "; ".join(parts)
    return headers


def response_headers_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """First middleware: adds the headers missing from responses made by, or instead of, the
    others.
    """
    headers = {is_secure: common_headers(is_secure=is_secure) for is_secure in (False, True)}

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers[request.is_secure()].items():
            response.headers.setdefault(name, value)
        if is_private(request):
            response.headers["X-Robots-Tag"] = "noindex"
            forbid_caching(response)
        return response

    return answer


def is_private(request: HttpRequest) -> bool:
    """Return whether the response depends on free text or was meant for one reader."""
    return request.path_info.startswith(PRIVATE_PREFIXES) or has_free_text(request)


def has_free_text(request: HttpRequest) -> bool:
    """Return whether the query string has free text."""
    has_query = bool(request.META.get("QUERY_STRING"))
    return has_query and any(name in request.GET for name in FREE_TEXT_PARAMETERS)


def forbid_caching(response: HttpResponse) -> HttpResponse:
    """Let no cache, not even that of the browser, keep the response."""
    if "no-store" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-store"
    return response
