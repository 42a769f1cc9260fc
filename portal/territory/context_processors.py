from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.core.caching import data_versions
from portal.core.caching.data_versions import VersionedCache
from portal.territory.models import Department

_served_departments = VersionedCache(lambda: list(Department.objects.served()), "territory")


def served_departments(request: HttpRequest) -> dict[str, Any]:
    """Return `departments`, those served here, and `portal_name`, that of the only one or the
    portal's.

    Both are lazy and cached until the territory changes.
    """

    def read() -> list[Department]:
        return _served_departments.get(
            getattr(request, "data_versions", None) or data_versions.current_versions()
        )

    def name() -> str:
        return departments[0].profile.portal_name if len(departments) == 1 else settings.PORTAL_NAME

    departments = SimpleLazyObject(read)
    return {"departments": departments, "portal_name": SimpleLazyObject(name)}
