"""Documentation of the API, and the workspace."""

import json
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from portal.core.text.language_cache import cache_by_language
from portal.registries.workspace import panels_for

METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Render the API's documentation from its OpenAPI schema."""
    return render(request, "api/docs.html", {"subjects": _subjects(), "limit": settings.API_LIMIT})


@require_safe
@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """Render the signed-in user's page, with the panels that concern them."""
    return render(request, "workspace/home.html", {"panels": panels_for(request)})


def _example(operation: dict[str, Any], path: str) -> dict[str, str]:
    """Return an example URL and its response; empty if the operation has none."""
    parameters = {
        parameter["name"]: parameter["example"]
        for parameter in operation.get("parameters", [])
        if "example" in parameter
    }
    contents = list(operation["responses"]["200"].get("content", {}).values())
    if not parameters or not contents or "example" not in contents[0]:
        return {}
    query = {name: value for name, value in parameters.items() if f"{{{name}}}" not in path}
    url = path.format(**parameters) + (f"?{urlencode(query)}" if query else "")
    answer = json.dumps(contents[0]["example"], ensure_ascii=False, indent=2)
    return {"url": url, "response": answer}


def _fields(operation: dict[str, Any]) -> list[dict[str, str]]:
    """Return the fields of the form that tries an operation: what its example asks."""
    return [
        {
            "name": parameter["name"],
            "label": parameter.get("description", "").partition("\n")[0] or parameter["name"],
            "value": parameter["example"],
        }
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and "example" in parameter
    ]


@cache_by_language()
def _subjects() -> list[dict[str, Any]]:
    """List the operations of the API by subject; they depend on the code only."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "description": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "fields": _fields(operation) if method == "get" and "{" not in path else [],
            **_example(operation, path),
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    groups = groupby(operations, key=lambda operation: operation["path"].split("/")[3])
    return [_subject(list(members)) for _name, members in groups]


def _subject(operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return operations about one thing, under the first line of the first one."""
    title = operations[0]["description"].partition("\n")[0]
    return {"title": title, "operations": operations}
