"""Signing in and out."""

import pytest
from django.urls import reverse

from portal.accounts.models import DEMO_PASSWORD
from tests.factories import PASSWORD, UserFactory, agent
from tests.keyboard import KeyboardClient

pytestmark = pytest.mark.django_db


def test_a_plain_post_signs_in(loiret):
    browser = KeyboardClient(enforce_csrf_checks=True)
    user = agent("ads-orleans-metropole", email="camille@loiret.test")
    browser.get("/connexion/")
    form = {"login": "Camille@Loiret.test ", "password": PASSWORD}
    form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    answer = browser.post("/connexion/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/espace/")
    assert browser.get("/espace/").context["user"] == user


def test_without_its_token_a_form_is_refused(sign_in):
    UserFactory(email="camille@loiret.test")
    answer = sign_in("camille@loiret.test", browser=KeyboardClient(enforce_csrf_checks=True))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("login", "password"),
    [("camille@loiret.test", "faux"), ("personne@loiret.test", PASSWORD), ("camille", PASSWORD)],
)
def test_a_failed_sign_in_shows_the_address_typed(client, sign_in, login, password):
    UserFactory(email="camille@loiret.test")
    answer = sign_in(login, password)
    assert answer.status_code == 400
    assert f'value="{login}"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_looks_like_a_wrong_password(sign_in):
    UserFactory(email="camille@loiret.test")
    wrong = sign_in("camille@loiret.test", "faux").content.decode()
    unknown = sign_in("quelquun@loiret.test", "faux").content.decode()
    message = "L'adresse électronique ou le mot de passe est faux."
    assert message in wrong
    assert message in unknown


def test_a_closed_account_does_not_open(client, sign_in):
    UserFactory(email="camille@loiret.test", is_active=False)
    answer = sign_in("camille@loiret.test")
    assert answer["Location"] == "/connexion/compte-ferme/"
    assert "Ce compte est fermé" in client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("next_url", "location"),
    [
        ("/espace/personnes/", "/espace/personnes/"),
        ("https://ailleurs.example/", "/espace/"),
        ("//ailleurs.example/", "/espace/"),
        ("javascript:alert(1)", "/espace/"),
        ("/\\ailleurs.example", "/espace/"),
    ],
)
def test_it_redirects_to_the_page_of_the_portal_first_requested(sign_in, next_url, location):
    UserFactory(email="camille@loiret.test")
    answer = sign_in("camille@loiret.test", address=f"/connexion/?next={next_url}")
    assert (answer.status_code, answer["Location"]) == (302, location)


def test_leaving_takes_a_post(client):
    client.force_login(UserFactory())
    assert client.get("/deconnexion/").status_code == 200
    assert "_auth_user_id" in client.session
    answer = client.post("/deconnexion/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_a_signed_in_user_is_redirected(client):
    client.force_login(UserFactory())
    assert client.get("/connexion/")["Location"] == "/espace/"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/accounts/login/",
            "/accounts/signup/",
            "/inscription/",
            "/signup/",
            "/connexion/signup/",
        ),
        *(
            "/compte/email/",
            "/confirm-email/",
            "/connexion/code/confirm/",
            "/compte/code/webauthn/",
        ),
        "/compte/code/secours/download/",
    ],
)
def test_there_is_no_sign_up_and_nothing_that_the_portal_does_not_use(client, address):
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_the_password_of_the_demonstrations_opens_nothing_elsewhere(sign_in, settings):
    UserFactory(email="admin@example.org", password=UserFactory._meta.model().password)
    user = UserFactory(email="agent@example.org")
    user.set_password(DEMO_PASSWORD)
    user.save()
    assert sign_in("agent@example.org", DEMO_PASSWORD).status_code == 400
    settings.PORTAL_DEMO = True
    assert sign_in("agent@example.org", DEMO_PASSWORD).status_code == 302


class TestForAReader:
    """A public page is the same for all visitors without a session."""

    def test_it_sets_no_cookie_and_does_not_depend_on_one(self, client, loiret):
        for address in ("/equipes/", "/demenagements/", "/plan-du-site/"):
            answer = client.get(address)
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")
            assert "no-store" not in answer.get("Cache-Control", "")

    def test_the_way_in_is_discreet(self, client, loiret):
        page = client.get("/equipes/").content.decode()
        assert 'href="/espace/"' in page
        assert "Se déconnecter" not in page

    def test_an_old_session_is_a_reader_s(self, client, loiret):
        client.cookies["sessionid"] = "x" * 32
        answer = client.get("/equipes/")
        assert answer.status_code == 200
        assert "Se déconnecter" not in answer.content.decode()


class TestSignedIn:
    def test_every_page_has_the_way_out_and_stays_out_of_caches(self, client, loiret):
        user = agent("ads-orleans-metropole", name="Camille Durand")
        client.get("/")
        client.force_login(user)
        for address in ("/", "/equipes/", "/espace/", "/compte/"):
            answer = client.get(address)
            assert "Se déconnecter" in answer.content.decode()
            assert "Camille Durand" in answer.content.decode()
            assert "no-store" in answer["Cache-Control"]
            assert "private" in answer["Cache-Control"]
        client.post("/deconnexion/")
        assert "Camille Durand" not in client.get("/").content.decode()


def test_every_address_of_accounts_has_the_portal_s_look(client):
    """Every page of the library is overridden by the portal, signed in or not."""
    client.force_login(UserFactory(code=True))
    ours = 0
    for name in (
        *("account_logout", "account_inactive", "account_reset_password"),
        *("account_reset_password_done", "account_reset_password_from_key_done"),
        *("account", "account_change_password", "sessions", "mfa_index", "mfa_deactivate_totp"),
    ):
        answer = client.get(reverse(name), follow=True)
        assert answer.templates[0].name.startswith(("account", "mfa")), name
        assert 'id="contenu"' in answer.content.decode(), name
        ours += 1
    assert ours == 10
