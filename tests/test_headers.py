"""Common headers of every response; which responses are not cached or indexed."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from portal.core.http import response_headers
from tests.factories import UserFactory

SAME = {
    "Content-Security-Policy": "default-src 'none'",
    "Permissions-Policy": "camera=()",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TEAMS = "/api/v1/teams/"
STYLE = "/static/css/portal.css"


def check(answer, status: int) -> None:
    assert answer.status_code == status
    assert {name: answer.get(name) for name, part in SAME.items() if part not in answer[name]} == {}


@pytest.mark.parametrize(
    ("status", "address", "sent"),
    [
        (200, "/equipes/", {}),
        (200, TEAMS, {}),
        (200, "/robots.txt", {}),
        (200, "/demenagements/flux.atom", {}),
        (302, "/espace/", {}),
        (301, "/equipes", {}),
        (400, "/communes/45232/?numero=x", {}),
        (400, f"{TEAMS}?on=hier", {}),
        (400, "/", {"HTTP_HOST": "autre.example"}),
        (404, "/nulle-part/", {}),
        (404, "/api/v1/nulle-part/", {}),
        (404, "/static/nulle-part.css", {}),
    ],
)
def test_what_is_read(client, loiret, status, address, sent):
    check(client.get(address, **sent), status)


def test_what_did_not_change(client, loiret):
    for address in ("/communes/45232/", TEAMS):
        tag = client.get(address)["ETag"]
        check(client.get(address, headers={"if-none-match": tag}), 304)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_a_method_that_an_address_does_not_know(client, db, method):
    check(getattr(client, method)("/signaler/"), 405)


def test_a_form_without_its_token(db):
    check(Client(enforce_csrf_checks=True).post("/signaler/"), 403)


def test_too_many_requests(client, db, settings, same_minute):
    settings.API_LIMIT = 1
    asked = [f"{TEAMS}?on=2026-01-{day:02}" for day in range(1, 26)]  # none is cached
    answers = [client.get(address, REMOTE_ADDR="192.0.2.78") for address in asked]
    check(answers[-1], 429)


def test_a_write_in_read_only_mode(client, db, settings):
    settings.PORTAL_READ_ONLY = True
    check(Client().post("/signaler/"), 503)


@pytest.mark.parametrize(
    "where",
    [
        "portal.well_known._text",
        "portal.core.caching.response_cache._cache_key",
        "portal.health.request_id._valid_or_new_id",
    ],
)
def test_a_failure_of_a_view_or_of_a_middleware(db, where):
    with mock.patch(where, side_effect=RuntimeError):
        check(Client(raise_request_exception=False).get("/robots.txt"), 500)


def test_a_database_that_is_away(db):
    with mock.patch("portal.well_known._text", side_effect=OperationalError):
        check(Client(raise_request_exception=False).get("/robots.txt"), 503)


def test_a_static_file(client, settings):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    answer = Client().get(STYLE)
    assert b"".join(answer)
    check(answer, 200)


class TestHttps:
    @pytest.fixture
    def over_https(self, settings) -> None:
        settings.SECURE_HSTS_SECONDS = 3600
        settings.SECURE_SSL_REDIRECT = True

    @pytest.mark.parametrize(("address", "status"), [("/", 200), ("/nulle-part/", 404)])
    def test_is_required_on_every_https_answer(self, over_https, db, address, status):
        answer = Client().get(address, secure=True)
        check(answer, status)
        assert answer["Strict-Transport-Security"] == "max-age=3600"

    def test_http_requests_are_redirected_to_https(self, over_https, db):
        answer = Client().get("/equipes/")
        check(answer, 301)
        assert answer["Location"] == "https://testserver/equipes/"
        assert "Strict-Transport-Security" not in answer  # RFC 6797: never over plain HTTP

    def test_its_scope_follows_the_settings(self, settings):
        settings.SECURE_HSTS_SECONDS = 3600
        settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
        header = response_headers.common_headers(is_secure=True)["Strict-Transport-Security"]
        assert header == "max-age=3600; includeSubDomains; preload"


@pytest.mark.parametrize(
    "address",
    [
        "/trouver/",
        "/trouver/?q=Olivet",
        "/api/v1/lookup/?q=Olivet",
        "/api/v1/suggest/?q=ol",
        "/api/v1/lookup/?commune=45232&street=rue+Danton",
        "/communes/45232/?rue=rue+Danton",
        "/schemas/loiret-2022-2026/fiches/?q=violences",
        "/trouver/?%71=Olivet",
        "/signaler/?page=/trouver/",
        "/invitation/jeton/",
        "/mot-de-passe/nouveau/1-jeton/",
        "/me-prevenir/arreter/jeton/",
        "/me-prevenir/confirmer/jeton/",
        "/connexion/",
        "/connexion/proconnect/retour/?code=jeton",
    ],
)
def test_a_need_or_a_token_is_neither_cached_nor_indexed(client, loiret, address):
    answer = client.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_pages_of_signed_in_people_are_not_cached(client, db):
    client.force_login(UserFactory())
    for address in ("/compte/", "/espace/", "/equipes/"):
        assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("address", ["/", "/equipes/", "/communes/45232/", TEAMS])
def test_public_pages_may_be_cached_and_indexed(client, loiret, address):
    answer = client.get(address)
    assert "no-store" not in answer.get("Cache-Control", "")
    assert "X-Robots-Tag" not in answer


class TestWellKnown:
    def test_robots_are_limited_to_public_pages(self, client, db):
        answer = client.get("/robots.txt")
        assert answer["Content-Type"].startswith("text/plain")
        refused = re.findall(r"^Disallow: (\S+)$", answer.content.decode(), re.MULTILINE)
        assert {"/espace/", "/admin/", "/trouver/", "/api/v1/lookup/", "/*?*q="} <= set(refused)
        for address in ("/", "/equipes/", "/communes/45232/", "/accueil/", TEAMS):
            assert not [path for path in refused if address.startswith(path)]

    def test_security_contact_of_the_settings(self, client, db, settings):
        settings.SECURITY_CONTACT = ["mailto:securite@example.org", "https://example.org/faille"]
        security_txt = fields(client)
        assert security_txt["Contact"] == settings.SECURITY_CONTACT
        assert security_txt["Canonical"] == [f"{settings.SITE_URL}/.well-known/security.txt"]

    def test_security_contact_falls_back_to_the_legal_notice(self, client, loiret, settings):
        [contact] = fields(client)["Contact"]
        assert client.get(contact.removeprefix(settings.SITE_URL)).status_code == 200

    def test_it_expires_within_a_year(self, client, db):
        [expires] = fields(client)["Expires"]
        left = datetime.fromisoformat(expires) - datetime.now(UTC)
        assert timedelta(days=90) < left < timedelta(days=365)


def fields(client) -> dict[str, list[str]]:
    """Return the fields of security.txt: lists of values by name."""
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    values_by_name: dict[str, list[str]] = {}
    for line in answer.content.decode().splitlines():
        name, value = line.split(": ", 1)
        values_by_name.setdefault(name, []).append(value)
    return values_by_name
