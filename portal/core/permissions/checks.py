"""Asks the rules for rights, in pages and in the API; `admin` does it in the administration."""

from typing import Any

from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


def permission_name(action: str, model: type[Model] | Model) -> str:
    """The right to do `action` ("change", "view"…) to a row: "teams.change_team"."""
    options = model._meta
    return f"{options.app_label}.{get_permission_codename(action, options)}"


def require_permission(user: Any, permission: str, row: Model | None = None) -> None:
    """Raises PermissionDenied, a page of 403, unless the rules give `permission` on `row`."""
    if not user.has_perm(permission, row):
        raise PermissionDenied


class RulesPermission(BasePermission):
    """Everybody reads; whoever writes a row has the right to it, as the rules say.

    A view that makes rows asks for each itself, once it knows it: here only whether this person
    may make any at all. It stands after IsAuthenticatedOrReadOnly.
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
