"""Methods: one that an address does not take is a 405 that lists those it takes, for everybody."""

from collections.abc import Callable
from inspect import getclosurevars
from types import FunctionType
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.core.http.problems import not_allowed

DEFAULT_METHODS = frozenset({"GET", "HEAD", "POST"})  # what the administration of Django reads


class MethodsMiddleware:
    """Refuses before the views, some of which would answer "FOO" as they answer "GET", and before
    the protection of forms, which would say that one has expired.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method in ("GET", "HEAD"):
            return None  # on the way of every reader; a view that takes neither says so itself
        allowed = allowed_methods(view)
        return None if request.method in allowed else not_allowed(request, sorted(allowed))


def allowed_methods(view: Any) -> frozenset[str]:
    """The methods that a view takes: those of its class, or of Django's decorators."""
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
