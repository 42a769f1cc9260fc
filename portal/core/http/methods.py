"""Methods: one that an address does not take is a 405 that lists those it takes, for everybody."""

from collections.abc import Callable
from inspect import getclosurevars
from types import FunctionType
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.core.http.problems import not_allowed

BY_DEFAULT = frozenset({"GET", "HEAD", "POST"})  # what the administration of Django reads


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
        taken = allowed_methods(view)
        return None if request.method in taken else not_allowed(request, sorted(taken))


def allowed_methods(view: Any) -> frozenset[str]:
    """The methods that a view takes: those of its class, or of Django's decorators."""
    made = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if made:
        actions = getattr(view, "actions", None)
        named = {"options", *actions} if actions else made.http_method_names
        taken = {name.upper() for name in named if actions or hasattr(made, name)}
        return frozenset(taken | ({"HEAD"} if "GET" in taken else set()))
    while isinstance(view, FunctionType):
        if listed := getclosurevars(view).nonlocals.get("request_method_list"):
            return frozenset(listed)
        view = getattr(view, "__wrapped__", None)
    return BY_DEFAULT
