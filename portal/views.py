"""Pages of the portal about itself, public, and the workspace of those who keep it true."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from portal.workspace import panels

METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API read aloud from its own OpenAPI description."""
    return render(request, "api/docs.html", {"operations": _operations()})


@require_safe
@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """Who one is here, and the panels of the apps that concern one."""
    return render(request, "workspace/home.html", {"panels": panels(request)})


@cache
def _operations() -> list[dict[str, Any]]:
    """Method, path, words and parameters of each operation; the code alone decides them."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [
        {
            "method": method.upper(),
            "path": path,
            "description": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "is_list": "{" not in path,
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
