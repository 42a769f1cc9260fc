from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.core import versions
from portal.core.versions import Kept
from portal.territory.models import Department

_served = Kept(lambda: list(Department.objects.served()), "territory")


def served(request: HttpRequest) -> dict[str, Any]:
    """The départements served here, asked for only by a page that names them, and then kept."""

    def departments() -> list[Department]:
        return _served.at(getattr(request, "data_versions", None) or versions.current())

    return {"departments": SimpleLazyObject(departments)}
