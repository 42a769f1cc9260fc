"""Access to the pages of this room, and the rows that a user may edit."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from portal.accounts.current_user import current_user
from portal.accounts.models import User
from portal.accounts.rules import staff_departments
from portal.core.permissions.checks import permission_name, require_permission
from portal.territory.models import Department

PAGE_SIZE = 50
EDITOR_PERMISSION = "accueil.add_receptionpoint"
View = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Model)


def editor_required(view: View) -> View:
    """Restrict a view to users who edit reception somewhere; run its POST in one transaction."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_permission(request.user, EDITOR_PERMISSION)
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return guarded


def get_editable_or_404(request: HttpRequest, rows: "QuerySet[Row]", **lookup: Any) -> Row:
    """Return the row, locked (SELECT FOR UPDATE) when the request is a POST.

    Raises Http404, or PermissionDenied unless the user may change it.
    """
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    row = get_object_or_404(rows, **lookup)
    require_change_permission(request, row)
    return row


def require_change_permission(request: HttpRequest, row: Model) -> None:
    """Raise PermissionDenied unless the user may change the row."""
    require_permission(request.user, permission_name("change", row), row)


def editable_departments(user: User) -> "QuerySet[Department]":
    """Return the départements where the user may add a reception point."""
    departments = Department.objects.order_by("code")
    if user.is_superuser:
        return departments.filter(profile__isnull=False)
    return departments.filter(pk__in=staff_departments(user))


def requested_department(request: HttpRequest) -> Department:
    """Return the département named by `departement`, else the user's first. Raises Http404."""
    departments = editable_departments(current_user(request))
    code = request.GET.get("departement")
    department = (departments.filter(code=code) if code else departments).first()
    if department is None:
        raise Http404
    return department


def filter_by_scope(user: User, rows: "QuerySet[Any]", scope: Q) -> "QuerySet[Any]":
    """Return the rows within `scope`; all rows for a superuser."""
    return rows if user.is_superuser else rows.filter(scope)
