"""Fuzzing of the whole API from its OpenAPI description: every operation, parameter and check.

The keys of the loaded data are first added to the description: they are then the only valid values,
and any other must be refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from schemathesis import GenerationMode

from portal.wsgi import application

EXAMPLES = 3  # random examples for each operation, besides its own and those of its bounds

KEYS: dict[str, list[Any]] = {
    "department": ["45"],
    "agency": ["ads-orleans-metropole", "ads-nord-loiret"],
    "team": ["olivetaine", "fleuryssois"],
    "commune": ["45232", "45234"],
    "postal_code": ["45160"],
    "plan": ["loiret-2022-2026"],
    "campaign": ["2023-06"],
    "axis": ["1", "2"],
    "objective": ["1.1", "2.1"],
    "year": ["2022", "2026"],
    "sector": ["45232-olivet"],
    "point": ["bus-france-services-dorleans"],
}
PATH_KEYS = {
    "action-sheets": ["1.1.1", "1.3.1-enfance"],
    "agencies": KEYS["agency"],
    "campaigns": KEYS["campaign"],
    "communes": KEYS["commune"],
    "figures": ["45-demandes-communique"],
    "meetings": ["45-pmi-briare"],
    "phone-lines": ["accueil-social-du-loiret"],
    "plans": KEYS["plan"],
    "reception-points": ["france-services-de-montargis"],
    "sectors": ["45232-olivet"],
    "teams": KEYS["team"],
}


def with_keys(description: dict[str, Any]) -> dict[str, Any]:
    for path, operations in description["paths"].items():
        place = path.split("/")[3]
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                keys = KEYS.get(parameter["name"])
                if parameter["in"] == "path" and parameter["name"] in ("slug", "key", "code"):
                    keys = PATH_KEYS[place]
                if keys:
                    none = [] if parameter["in"] == "path" else [""]
                    parameter["schema"]["enum"] = [*none, *keys]
    return description


config = schemathesis.Config.from_path(Path(settings.BASE_DIR) / "schemathesis.toml")
config.projects.default.generation.update(modes=list(GenerationMode), max_examples=EXAMPLES)
description = SchemaGenerator().get_schema(request=None, public=True)
schema = schemathesis.openapi.from_dict(with_keys(description), config=config)
schema.app = application


@pytest.fixture(scope="module", autouse=True)
def _in_a_single_transaction() -> Iterator[None]:
    """Like Django's test client, prevent a request from closing the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@hypothesis.settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_match_the_description_and_wrong_data_is_refused(loiret, case):
    case.call_and_validate(headers={"Accept-Encoding": "identity"})
