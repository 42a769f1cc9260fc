"""Who asks for a page."""

from typing import cast

from django.http import HttpRequest

from portal.accounts.models import User


def current_user(request: HttpRequest) -> User:
    """The user of a request that only somebody signed in may make."""
    return cast(User, request.user)
