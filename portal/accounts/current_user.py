"""Who asks for a page."""

from typing import cast

from django.http import HttpRequest

from portal.accounts.models import User


def person(request: HttpRequest) -> User:
    """The user of a request that only somebody signed in may make."""
    return cast(User, request.user)
