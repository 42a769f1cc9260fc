from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import clock


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page says of the portal: its name, its day, whether it is a demonstration."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_today": clock.today(),
        "is_replay": clock.is_replay(),
        "is_demo": settings.PORTAL_DEMO,
    }
