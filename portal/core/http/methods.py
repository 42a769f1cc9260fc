"""405 for the methods that a URL does not accept, with those it does."""

from collections.abc import Callable
from inspect import getclosurevars
from types import FunctionType
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.core.http.problems import not_allowed

DEFAULT_METHODS = frozenset({"GET", "HEAD", "POST"})  # of Django's admin views


class MethodsMiddleware:
    """Rejects other methods before the view and before CSRF protection.

    Some views would answer "FOO" as "GET", and CSRF protection would say that a form has expired.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in ("GET", "HEAD"):
            return None  # fast path; a view that accepts neither says so itself
        allowed = allowed_methods(view)
        return None if request.method in allowed else not_allowed(request, sorted(allowed))


def allowed_methods(view: Any) -> frozenset[str]:
    """Return the methods that a view accepts, from its class or from Django's decorators."""
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if view_class:
        actions = getattr(view, "actions", None)
        names = {"options", *actions} if actions else view_class.http_method_names
        allowed = {name.upper() for name in names if actions or hasattr(view_class, name)}
        return frozenset(allowed | ({"HEAD"} if "GET" in allowed else set()))
    while isinstance(view, FunctionType):
        if methods := getclosurevars(view).nonlocals.get("request_method_list"):
            return frozenset(methods)
        view = getattr(view, "__wrapped__", None)
    return DEFAULT_METHODS
