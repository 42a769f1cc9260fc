"""A parameter that an address of the API does not know is refused, and named."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

KEYS = {"code": "45232", "slug": "olivet", "campaign": "2023-06", "id": "1", "key": "1.1.1"}
UNDESCRIBED = ["/api/v1/", "/api/v1/openapi.json"]


@cache
def description() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


def addresses() -> Iterator[tuple[str, str]]:
    """Yield each address and its path in the description."""
    for path in description():
        is_of_a_sheet = "action-sheets" in path or "evaluations" in path
        keys = KEYS if is_of_a_sheet else {**KEYS, "key": "1-1-1"}
        yield path.format(**keys), path


@pytest.mark.django_db
def test_every_address_refuses_an_unknown_parameter_by_name(client):
    tried = [address for address, path in addresses() if "get" in description()[path]]
    assert len(tried) > 20
    for address in [*tried, *UNDESCRIBED]:
        answer = client.get(address, {"parametre": "1"})
        assert answer.status_code == 400, address
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"] == {"parametre": ["Ce paramètre est inconnu."]}, address


@pytest.mark.django_db
def test_an_empty_one_is_refused_too(client):
    for address in ("/api/v1/lookup/?foo=", "/api/v1/communes/45232/?q=", "/api/v1/suggest/?at="):
        assert client.get(address).status_code == 400


@pytest.mark.django_db
def test_what_the_description_lists_is_known(client):
    for address, path in addresses():
        for parameter in description()[path].get("get", {}).get("parameters", []):
            if parameter["in"] != "query" or parameter["name"] == "point":
                continue
            answer = client.get(address, {parameter["name"]: "\0"})
            errors = answer.json().get("errors", {}) if answer.status_code == 400 else {}
            assert "Ce paramètre est inconnu." not in errors.get(parameter["name"], [])


@pytest.mark.django_db
def test_the_language_of_the_description_may_be_chosen(client):
    assert client.get("/api/v1/openapi.json?lang=fr").status_code == 200
