from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.territory.models import Department


def served(request: HttpRequest) -> dict[str, Any]:
    """The départements served here, read once a page and only by a page that names them."""
    return {"departments": SimpleLazyObject(lambda: list(Department.objects.served()))}
