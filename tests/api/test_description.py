"""The examples of the OpenAPI description equal the answers for the loaded data."""

import json
import os
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from portal.core.http import openapi

DAY = "2023-11-24"
WITHOUT = {"relocations_transition_create"}  # it changes data


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(description) -> dict[str, tuple[str, dict]]:
    return {
        operation["operationId"]: (path, operation)
        for path, methods in description["paths"].items()
        for operation in methods.values()
    }


def address(path: str, parameters: dict[str, Any]) -> str:
    """Return `path` with its parameters filled in, and the others as a query string."""
    inside = re.findall(r"{(\w+)}", path)
    query = {name: value for name, value in parameters.items() if name not in inside}
    return path.format(**parameters) + (f"?{urlencode(query)}" if query else "")


def without_numbers(value: Any) -> Any:
    """Return the value without primary keys, which depend on the database."""
    if isinstance(value, dict):
        return {
            name: "…" if name in ("id", "next") else without_numbers(inner)
            for name, inner in value.items()
        }
    return [without_numbers(inner) for inner in value] if isinstance(value, list) else value


def test_the_examples_equal_the_answers(client, loiret, today, description):
    """WRITE_EXAMPLES rewrites the file of examples; review its diff."""
    today(DAY)
    operations_by_name = operations(description)
    examples = {}
    for name, example in openapi.examples().items():
        path, _operation = operations_by_name[name]
        answer = client.get(address(path, example["asked"]))
        assert answer.status_code == 200, (name, answer.content)
        text = answer.content.decode().replace("http://testserver", "https://portail.example")
        examples[name] = {"asked": example["asked"], "answer": json.loads(text)}
    if os.environ.get("WRITE_EXAMPLES"):
        text = json.dumps(examples, ensure_ascii=False, indent=1)
        openapi.EXAMPLES.write_text(f"{text}\n")
        openapi.examples.cache_clear()
    assert without_numbers(examples) == without_numbers(openapi.examples()), (
        "Run with WRITE_EXAMPLES=1, then describe the API again: docs/api.md says how"
    )


def test_every_operation_has_an_example_or_a_similar_one(description):
    shown = set(openapi.examples()) | WITHOUT
    missing = {
        name for name in operations(description) if name not in shown and not is_shown(name, shown)
    }
    assert not missing, f"Add what to ask to {openapi.EXAMPLES.name}, then WRITE_EXAMPLES=1"


def is_shown(name: str, shown: set[str]) -> bool:
    """Rows without a stable key are shown by their list."""
    return name.replace("_retrieve", "_list") in shown


def test_every_operation_is_described_in_french_with_its_refusals(description):
    for name, (_path, operation) in operations(description).items():
        text = operation.get("description", "")
        assert re.search(r"\b(les?|la|des|une?|chaque|ce)\b|l'", text, re.I), (name, text)
        assert {"400", "429"} <= operation["responses"].keys(), name
        refused = operation["responses"]["429"]
        assert "Retry-After" in refused["headers"], name
        assert list(refused["content"]) == ["application/problem+json"], name


def test_page_size_bounds_are_described(description):
    _path, teams = operations(description)["teams_list"]
    bounds = {parameter["name"]: parameter["schema"] for parameter in teams["parameters"]}
    assert (bounds["page_size"]["minimum"], bounds["page_size"]["maximum"]) == (1, 100)
    assert bounds["page"]["minimum"] == 1


def test_a_mark_that_only_invented_rows_have_is_not_required():
    schemas = json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text())["components"]
    marked = [
        schema
        for schema in schemas["schemas"].values()
        if "fictitious" in schema.get("properties", {})
    ]
    assert marked
    assert not [schema for schema in marked if "fictitious" in schema["required"]]
