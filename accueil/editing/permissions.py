"""Who keeps something here, and where: what every page and form of this folder asks first."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from portal.accounts.rules import staff_departments
from portal.core.permissions.checks import require_permission
from portal.territory.models import Department

PAGE_SIZE = 50
EDITOR_PERMISSION = "accueil.add_receptionpoint"
View = Callable[..., HttpResponse]


def editor_required(view: View) -> View:
    """A page of those who keep doors somewhere. What it writes is one transaction."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_permission(request.user, EDITOR_PERMISSION)
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return guarded


def select_for_update_on_post(request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows, held until the end of the transaction by whoever writes."""
    return rows.select_for_update(of=("self",)) if request.method == "POST" else rows


def editable_departments(user: Any) -> "QuerySet[Department]":
    """Where this person may add a door."""
    departments = Department.objects.order_by("code")
    if user.is_superuser:
        return departments.filter(profile__isnull=False)
    return departments.filter(pk__in=staff_departments(user))


def requested_department(request: HttpRequest) -> Department:
    """The one that `departement` names among those where one works, the first without."""
    departments = editable_departments(request.user)
    code = request.GET.get("departement")
    department = (departments.filter(code=code) if code else departments).first()
    if department is None:
        raise Http404
    return department


def filter_by_scope(user: Any, rows: "QuerySet[Any]", scope: Q) -> "QuerySet[Any]":
    """The rows of that scope, all of them for an administrator."""
    return rows if user.is_superuser else rows.filter(scope)
