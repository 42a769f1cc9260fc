"""CORS and compression of the API."""

import gzip

import brotli
import pytest
from django.test import Client

from tests.factories import agent

pytestmark = pytest.mark.django_db
SITE = "https://ailleurs.example"
TEAMS, LOOKUP = "/api/v1/teams/", "/api/v1/lookup/?q=Olivet"


@pytest.mark.parametrize("address", [TEAMS, LOOKUP, "/api/v1/openapi.json", "/api/v1/teams/rien/"])
def test_the_page_of_any_site_may_read(client, loiret, address):
    answer = client.get(address, HTTP_ORIGIN=SITE)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def test_also_on_responses_cached_for_another_reader(client, loiret):
    client.get(LOOKUP)
    assert client.get(LOOKUP, HTTP_ORIGIN=SITE)["Access-Control-Allow-Origin"] == "*"
    assert client.get(LOOKUP, HTTP_ORIGIN=SITE)["Access-Control-Allow-Origin"] == "*"


def test_only_reading_is_allowed(client, loiret):
    headers = {"HTTP_ORIGIN": SITE, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}
    answer = client.options("/api/v1/relocations/1/transition/", **headers)
    methods = set(answer["Access-Control-Allow-Methods"].split(", "))
    assert methods == {"GET", "HEAD", "OPTIONS"}
    assert "x-csrftoken" not in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("address", ["/", "/equipes/", "/connexion/", "/espace/", "/sante/"])
def test_pages_are_not_for_the_scripts_of_others(client, loiret, address):
    assert "Access-Control-Allow-Origin" not in client.get(address, HTTP_ORIGIN=SITE)


@pytest.mark.parametrize("address", [TEAMS, LOOKUP, "/equipes/"])
@pytest.mark.parametrize(
    ("accepted", "encoding", "opened"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=1.0, gzip;q=0.5", "br", brotli.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_the_best_accepted_compression_is_used(loiret, address, accepted, encoding, opened):
    client = Client()  # bytes as they are sent
    plain = client.get(address).content
    answer = client.get(address, HTTP_ACCEPT_ENCODING=accepted)
    assert answer.get("Content-Encoding") == encoding
    assert opened(answer.content) == plain
    assert answer["Content-Length"] == str(len(answer.content))
    assert encoding is None or "Accept-Encoding" in answer["Vary"]


def test_a_compressed_answer_can_be_a_304(client, loiret):
    headers = {"HTTP_ACCEPT_ENCODING": "br"}
    tag = client.get(TEAMS, **headers)["ETag"]
    assert client.get(TEAMS, HTTP_IF_NONE_MATCH=tag, **headers).status_code == 304


def test_pages_of_signed_in_people_have_gzip_padding(client, loiret):
    client.force_login(agent("ads-orleans-metropole"))
    answer = client.get("/espace/", HTTP_ACCEPT_ENCODING="gzip, br")
    assert answer["Content-Encoding"] == "gzip"
