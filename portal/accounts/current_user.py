"""The user of a request, typed."""

from typing import cast

from django.http import HttpRequest

from portal.accounts.models import User


def current_user(request: HttpRequest) -> User:
    """Return the user of a request that a guard has restricted to signed-in users."""
    return cast(User, request.user)
