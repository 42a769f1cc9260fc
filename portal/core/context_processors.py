from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import clock


def portal_state(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the portal: its day, whether it is a demonstration, or only read."""
    return {
        "portal_today": clock.today(),
        "is_replay": clock.is_replay(),
        "is_demo": settings.PORTAL_DEMO,
        "is_read_only": settings.PORTAL_READ_ONLY,
        "section": _section(request.path),
    }


def _section(path: str) -> str:
    """What the menu shows of an address: "/equipes/", and "/equipes/…" for all that is under it."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    return f"/{first}/…" if rest else path


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Whether somebody is signed in. Without a session's cookie the session is not even looked at,
    so that a public page is the same for all its readers.
    """
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {"is_signed_in": has_session and request.user.is_authenticated}
