"""Permission checks of pages and API; the admin's are in `admin`."""

from typing import Any, Protocol

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class PermissionHolder(Protocol):
    """A signed-in user or an anonymous one, whom the rules are asked about."""

    @property
    def is_superuser(self) -> bool: ...

    def has_perm(self, perm: str, obj: Any = None) -> bool: ...


def permission_name(action: str, model: type[Model] | Model) -> str:
    """Return the permission to do `action` ("change", "view"…) to a row: "teams.change_team"."""
    options = model._meta
    return f"{options.app_label}.{get_permission_codename(action, options)}"


def require_permission(user: PermissionHolder, permission: str, row: Model | None = None) -> None:
    """Raise PermissionDenied unless the rules give `permission` on `row`."""
    if not user.has_perm(permission, row):
        raise PermissionDenied


class RulesPermission(BasePermission):
    """Anybody reads; writing a row needs its permission.

    A view that creates rows checks each itself: here only that the user may create any. Placed
    after IsAuthenticatedOrReadOnly.
    """

    actions = {"POST": "change", "PUT": "change", "PATCH": "change", "DELETE": "delete"}

    def has_permission(self, request: Request, view: Any) -> bool:
        if getattr(view, "action", "") != "create":
            return True
        model = view.get_queryset().model
        return request.user.has_perm(permission_name("add", model))

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        action = self.actions[str(request.method)]
        return bool(request.user.has_perm(permission_name(action, obj), obj))
