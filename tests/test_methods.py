"""A method that a URL does not allow gets a 405 with an Allow header, for everybody."""

import pytest

from tests.factories import administrator
from tests.rights.rows import address_of
from tests.rights.table import RULES

pytestmark = pytest.mark.django_db
UNKNOWN = ("FOO", "PROPFIND", "TRACE", "CONNECT")
ADDRESSES = sorted({rule.address for rule in RULES})


def methods_in_the_table(address: str) -> set[str]:
    return {rule.method for rule in RULES if rule.address == address}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_method_is_refused_at_every_address(client, loiret, address):
    """Each address is asked with one of them in turn: what refuses them only looks for its name."""
    client.force_login(administrator())
    client.handler.enforce_csrf_checks = True
    method = UNKNOWN[ADDRESSES.index(address) % len(UNKNOWN)]
    answer = client.generic(method, address_of(address))
    assert answer.status_code == 405, method
    allowed = set(answer["Allow"].split(", "))
    assert methods_in_the_table(address) <= allowed - {*UNKNOWN}


@pytest.mark.parametrize("address", ["/", "/equipes/", "/signaler/", "/espace/", "/admin/"])
@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_method_known_elsewhere_is_refused_too(client, loiret, address, method):
    """The method is refused before the CSRF check, which would report an expired form."""
    client.handler.enforce_csrf_checks = True
    assert client.generic(method, address).status_code == 405


def test_the_api_answers_with_a_problem(client, loiret):
    answer = client.generic("FOO", "/api/v1/teams/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_read_only_page_lists_its_methods(client, loiret):
    answer = client.generic("FOO", "/equipes/")
    assert answer["Allow"] == "GET, HEAD"
    assert "Demande impossible" in answer.content.decode()


def test_files_list_their_methods(client, settings):
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.generic("FOO", "/static/css/tokens.css")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
