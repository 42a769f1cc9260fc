"""User-supplied URLs: only pages of the portal become links or redirects."""

import pytest
from django.core.cache import cache
from django.template import Context, Template

from accueil.models import Report
from portal.core.http.local_urls import is_local, known_page
from tests.factories import PASSWORD, agent

pytestmark = pytest.mark.django_db
AWAY = [
    "/\t/evil.example/",
    "/\n/evil.example/",
    "/\r/evil.example/",
    "/\r\n/evil.example/",
    "\t//evil.example/",
    "/\x0b/evil.example/",
    "/\x00/evil.example/",
    "/\u2028/evil.example/",
    "/\u00a0/evil.example/",
    "/\u200b/evil.example/",
    "/\u202e/evil.example/",
    "/\ud800/evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "/\\/evil.example/",
    "/equipes/\\..\\..\\evil.example/",
    "/%09/evil.example/",
    "/%0a/evil.example/",
    "/%0D%0A/evil.example/",
    "/%5cevil.example/",
    "%2f%2fevil.example/",
    "/%2fevil.example/",
    "/equipes/\t",
    " /equipes/",
    "/equipes/ ",
    "http://evil.example/",
    "https:evil.example",
    "https:/evil.example/",
    "HTTPS://evil.example/equipes/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "/\tjavascript:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    "evil.example",
    "@evil.example",
    "?next=/",
    "#",
    "",
]
LOCAL_PAGES = [
    "/",
    "/equipes/",
    "/equipes/olivetaine/",
    "/equipes/olivetaine/?le=2024-01-20",
    "/trouver/?q=rue%20d%27Olivet",
    "/communes/45232/#horaires",
    "/espace/",
    "/admin/",
]
SENT = [address for address in AWAY if "\ud800" not in address]  # what a browser can send
STORABLE = [url for url in SENT if "\x00" not in url and url not in ("", "#")]  # in the database
UNKNOWN = ["/nulle-part/", "/equipes", "/equipes/olivetaine/%2e%2e/x/", "/evil.example/", "/@x"]


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


@pytest.mark.parametrize("address", AWAY)
def test_external_urls_are_never_local(address):
    assert not is_local(address)
    assert known_page(address) == ""


@pytest.mark.parametrize("address", LOCAL_PAGES)
def test_a_page_of_the_portal_is_local(address):
    assert is_local(address)
    assert known_page(address) == address


@pytest.mark.parametrize("address", UNKNOWN)
def test_a_path_that_leads_to_nothing_is_no_link(address):
    assert is_local(address)
    assert known_page(address) == ""


class TestReports:
    @pytest.mark.parametrize("page", SENT)
    def test_external_urls_are_refused(self, client, page):
        answer = client.post("/signaler/", {"page": page, "message": "Faux"})
        assert answer.status_code == 400
        assert client.get("/signaler/", {"page": page}).status_code == 400
        assert not Report.objects.exists()

    @pytest.mark.parametrize("page", [*STORABLE, *UNKNOWN])
    def test_a_stored_external_url_is_shown_as_text(self, client, loiret, page):
        Report.objects.create(page=page, message="Faux", department_id="45")
        client.force_login(agent("ads-orleans-metropole"))
        shown = client.get("/espace/").content.decode()
        assert "Faux" in shown
        assert page not in _links(shown)
        assert "evil" not in "".join(_links(shown))

    def test_a_known_page_is_a_link(self, client, loiret):
        Report.objects.create(page="/equipes/olivetaine/", message="Faux", department_id="45")
        client.force_login(agent("ads-orleans-metropole"))
        assert "/equipes/olivetaine/" in _links(client.get("/espace/").content.decode())


def _links(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:]]


class TestSignIn:
    def sign_in(self, client, address):
        user = agent("ads-orleans-metropole")
        typed = {"login": user.email, "password": PASSWORD, "next": address}
        return client.post("/connexion/", typed)

    @pytest.mark.parametrize("address", [*SENT, *UNKNOWN])
    def test_another_site_leads_to_the_workspace_instead(self, client, loiret, address):
        answer = self.sign_in(client, address)
        assert (answer.status_code, answer["Location"]) == (302, "/espace/")

    @pytest.mark.parametrize("address", LOCAL_PAGES)
    def test_sign_in_redirects_to_the_requested_page(self, client, loiret, address):
        assert self.sign_in(client, address)["Location"] == address

    @pytest.mark.parametrize("address", ["//evil.example/", "/\t/evil.example/", "/%09/evil/"])
    def test_a_signed_in_person_is_not_redirected_away(self, client, loiret, address):
        client.force_login(agent("ads-orleans-metropole"))
        for page in ("/connexion/", "/connexion/confirmer/", "/admin/login/", "/deconnexion/"):
            for send in (client.get, client.post):
                answer = send(page, {"next": address})
                assert "evil" not in answer.headers.get("Location", "")
                assert "evil" not in "".join(_links(answer.content.decode()))

    def test_the_administration_asks_for_it_the_same_way(self, client, loiret):
        answer = client.get("/admin/login/", {"next": "/\t/evil.example/"})
        assert answer["Location"] == "/connexion/?next=/admin/"
        answer = client.get("/admin/login/", {"next": "/admin/teams/team/"})
        assert answer["Location"] == "/connexion/?next=/admin/teams/team/"


def test_a_template_may_ask():
    template = Template("{% load display %}[{{ good|known_page }}][{{ bad|known_page }}]")
    shown = template.render(Context({"good": "/equipes/", "bad": "/\t/evil.example/"}))
    assert shown == "[/equipes/][]"
