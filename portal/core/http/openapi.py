"""Completes the OpenAPI schema: errors, bounds and examples that no view declares."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.core.http.filters import list_keys

EXAMPLES = Path(__file__).with_name("api_examples.json")
PROBLEM = "#/components/schemas/Problem"
POINT_PARAMETERS = ("latitude", "longitude")
MARK = "fictitious"
WRITING_METHODS = ("post", "put", "patch", "delete")

# Bounds of a parameter by name, added to what its view declares.
BOUNDS: dict[str, dict[str, Any]] = {
    "page": {"type": "integer", "minimum": 1, "maximum": 999_999},
    "page_size": {"type": "integer", "minimum": 1, "maximum": 100},
    "latitude": {"type": "number", "format": "float", "minimum": -90, "maximum": 90},
    "longitude": {"type": "number", "format": "float", "minimum": -180, "maximum": 180},
    "id": {"type": "integer", "minimum": 1, "maximum": 2**53},
}


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Return, by operation, the example parameters (`asked`) and response (`answer`)."""
    by_operation: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text())
    return by_operation


def complete_schema(result: dict[str, Any], request: Any, **kwargs: Any) -> dict[str, Any]:
    """Post-processing hook of drf-spectacular; `request` is None when a file is made."""
    for component in result["components"]["schemas"].values():
        _unmark(component)
    result["components"]["schemas"]["Problem"] = _problem_schema()
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            example = examples().get(operation["operationId"], {})
            _add_bounds(operation, is_served=request is not None)
            _join_point(operation)
            _add_error_responses(operation, has_key="{" in path, writes=method in WRITING_METHODS)
            _add_examples(operation, example)
    for path, operations in result["paths"].items():
        _as_in_list(operations.get("get"), result["paths"].get(path.partition("{")[0], {}))
    return result


def _unmark(component: dict[str, Any]) -> None:
    """Require no mark of a row: an unmarked one does not have it (`MarkField`)."""
    required = component.get("required", [])
    if MARK in required:
        required.remove(MARK)


def _problem_schema() -> dict[str, Any]:
    messages = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "description": _(
            "Une erreur (RFC 9457) ; « errors » nomme chaque paramètre ou champ fautif."
        ),
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": messages},
        },
        "required": ["type", "title", "status", "detail"],
    }


def _add_bounds(operation: dict[str, Any], *, is_served: bool) -> None:
    for parameter in operation.get("parameters", []):
        name, schema = parameter["name"], parameter["schema"]
        schema.update(BOUNDS.get(name, {}))
        list_keys(schema, is_served)
        schema.pop("nullable", None)


def _join_point(operation: dict[str, Any]) -> None:
    """Describe latitude and longitude as two properties of one object: each requires the other."""
    parameters = operation.get("parameters", [])
    point = {
        parameter["name"]: parameter["schema"]
        for parameter in parameters
        if parameter["name"] in POINT_PARAMETERS
    }
    if point:
        others = [
            parameter for parameter in parameters if parameter["name"] not in POINT_PARAMETERS
        ]
        schema = {
            "type": "object",
            "properties": point,
            "required": list(point),
            "additionalProperties": False,
        }
        joined = {"in": "query", "name": "point", "style": "form", "explode": True}
        operation["parameters"] = [*others, {**joined, "schema": schema}]


def _as_in_list(operation: dict[str, Any] | None, listed: dict[str, Any]) -> None:
    """Describe the parameters of a detail URL like those of its list."""
    schemas = {item["name"]: item["schema"] for item in listed.get("get", {}).get("parameters", [])}
    for parameter in operation["parameters"] if operation and schemas else ():
        if parameter["in"] == "query" and parameter["name"] in schemas:
            parameter["schema"] = schemas[parameter["name"]]


def _add_error_responses(operation: dict[str, Any], *, has_key: bool, writes: bool) -> None:
    descriptions = {
        "400": _("Un paramètre est malformé ou inconnu."),
        "406": _("Seul JSON est servi."),
    }
    is_list = any(parameter["name"] == "page" for parameter in operation.get("parameters", []))
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if has_key or is_list or "commune" in names:
        descriptions["404"] = _("Rien n'a cette clé, ou la page est au-delà de la dernière.")
    if writes:
        descriptions["403"] = _("Il faut une session, et le droit de modifier.")
        descriptions["409"] = _("La fiche a changé depuis la version envoyée.")
        descriptions["415"] = _("Le corps envoyé n'est pas du JSON.")
    descriptions["429"] = _(
        "Trop de demandes depuis cette adresse : « Retry-After » dit quand revenir."
    )
    operation["responses"]["414"] = {
        "description": _("L'adresse est trop longue.")
    }  # sent by the server
    for status, description in sorted(descriptions.items()):
        answer: dict[str, Any] = {
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": PROBLEM}}},
        }
        if status == "429":
            seconds = {"type": "integer", "minimum": 1}
            answer["headers"] = {"Retry-After": {"schema": seconds, "required": True}}
        operation["responses"].setdefault(status, answer)


def _add_examples(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("asked", {}):
            parameter["example"] = example["asked"][parameter["name"]]
    if "answer" in example:
        for content in operation["responses"]["200"]["content"].values():
            content["example"] = example["answer"]
