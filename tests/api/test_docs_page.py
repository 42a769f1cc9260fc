"""The page of the open data: whoever is no developer tries each address from a form."""

import re

import pytest

pytestmark = pytest.mark.django_db


def forms(page: str) -> list[tuple[str, dict[str, str]]]:
    """Return the address and the filled fields of each form that tries the API."""
    found = re.findall(r'<form [^>]*action="(/api/v1/[^"]*)">(.*?)</form>', page, re.DOTALL)
    field = re.compile(r'<input [^>]*name="([^"]*)" value="([^"]*)"')
    return [(address, dict(field.findall(fields))) for address, fields in found]


def test_every_form_gets_an_answer_as_it_is_filled(client, loiret):
    tried = forms(client.get("/api/docs/").content.decode())
    statuses = {
        address: client.get(address, fields).status_code
        for address, fields in tried
        if not ({"plan", "campaign"} & {*fields})  # evaluations are imported apart
    }
    assert {"/api/v1/lookup/", "/api/v1/suggest/", "/api/v1/teams/"} <= {*statuses}
    assert set(statuses.values()) == {200}


def test_every_field_has_a_label_in_french(client, loiret):
    page = client.get("/api/docs/").content.decode()
    labels = re.findall(r'<label for="op-[^"]*">([^<]*)</label>', page)
    assert len(labels) == sum(len(fields) for _address, fields in forms(page))
    assert "Département" in labels
    assert not [label for label in labels if re.fullmatch("[a-z_]+", label)]
