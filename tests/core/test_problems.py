"""Error responses: problem+json in the API, a French page with useful links elsewhere."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from portal.core.http import problems
from portal.core.http.problems import server_error
from tests.keyboard import KeyboardClient


@pytest.mark.parametrize("value", ["hier", "2023-11-31", "20231124", "\0"])
def test_a_malformed_day_is_named_on_the_page(client, loiret, value):
    page = client.get("/equipes/olivetaine/", {"le": value})
    assert page.status_code == 400
    assert "une date AAAA-MM-JJ est attendue" in page.content.decode()
    assert "le=" in page.content.decode()
    assert 'href="/"' in page.content.decode()


def test_an_unknown_page_is_a_404_with_links(client, db):
    page = client.get("/nulle-part/")
    assert page.status_code == 404
    assert "n'existe pas" in page.content.decode()
    assert 'href="/"' in page.content.decode()


def test_an_unknown_address_of_the_api_is_a_problem(client, db):
    answer = client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_server_error_is_html_for_pages_and_json_for_the_api():
    page = server_error(RequestFactory().get("/equipes/"))
    assert page.status_code == 500
    assert "Réessayez" in page.content.decode()
    answer = server_error(RequestFactory().get("/api/v1/teams/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")


@pytest.mark.parametrize("address", ["/", "/equipes/", "/demenagements/", "/api/docs/"])
def test_a_probe_may_ask_for_the_headers_alone(client, db, address):
    assert client.head(address).status_code == 200


def test_a_form_without_its_token_is_refused_in_french(db):
    answer = KeyboardClient(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in answer.content.decode()


class TestWhatWasTypedWhileNothingCanBeWritten:
    """A full disk, an unreachable database, read-only mode."""

    def refused(self, **fields):
        request = RequestFactory().post("/signaler/", fields)
        try:
            raise OperationalError("database or disk is full")
        except OperationalError:
            return server_error(request)

    def test_the_form_comes_back_to_be_sent_again(self):
        page = self.refused(csrfmiddlewaretoken="abc", page="/x/", message="Un mot <i>de</i> trop")
        content = page.content.decode()
        assert (page.status_code, page["Cache-Control"]) == (503, "no-store")
        assert "Rien n&#x27;a été enregistré" in content
        assert "Un mot &lt;i&gt;de&lt;/i&gt; trop</textarea>" in content
        assert 'name="page" value="/x/"' in content
        assert 'name="csrfmiddlewaretoken" value="abc"' in content

    @pytest.mark.parametrize("secret", ["password", "new_password1", "code", "token"])
    def test_a_secret_never_comes_back(self, secret):
        content = self.refused(email="x@example.org", **{secret: "azerty et plus"}).content.decode()
        assert "azerty" not in content
        assert "<form" not in content

    def test_the_parameters_of_a_read_page_do_not_come_back(self):
        request = RequestFactory().get("/trouver/?q=un+secret")
        assert "<form" not in problems.unavailable(request).content.decode()

    def test_the_form_comes_back_in_read_only_mode(self):
        request = RequestFactory().post("/signaler/", {"message": "Le numéro est faux"})
        content = problems.read_only(request).content.decode()
        assert "Le numéro est faux</textarea>" in content
