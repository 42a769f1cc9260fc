from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import clock


def portal_state(request: HttpRequest) -> dict[str, Any]:
    """Return what every page shows of the portal: its day, address, replay, demonstration,
    read-only mode.
    """
    return {
        "portal_today": clock.today(),
        "site_url": settings.SITE_URL,
        "is_replay": clock.is_replay(),
        "is_demo": settings.PORTAL_DEMO,
        "is_read_only": settings.PORTAL_READ_ONLY,
        "section": _section(request.path),
    }


def _section(path: str) -> str:
    """Return the menu section of a path: "/equipes/", or "/equipes/…" for what is below it."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    return f"/{first}/…" if rest else path


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Return whether the reader is signed in.

    Without a session cookie the session is not read, so that a public page is the same for
    everybody.
    """
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {"is_signed_in": has_session and request.user.is_authenticated}
