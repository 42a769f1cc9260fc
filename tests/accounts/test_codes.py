"""One-time codes: required of managers and administrators, before any other page."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from portal.accounts.models import Role
from tests.factories import PASSWORD, UserFactory, administrator, agent, manager

pytestmark = pytest.mark.django_db
SET_UP = "/compte/code/installer/"


@pytest.fixture(autouse=True)
def codes_just_changed(monkeypatch) -> None:
    """Set the clock to the start of a thirty-second period: no code expires during a test."""
    clock, left = time.time, 30 - time.time() % 30
    monkeypatch.setattr("time.time", lambda: clock() + left)


def code_of(secret: str) -> str:
    """Return the code that an authenticator application shows now for this key."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def key_on(page: str) -> str:
    return re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]


def without_code(role: str):
    """A user with this role and no one-time code."""
    if role == "administrator":
        return UserFactory(email="x@loiret.test", is_superuser=True)
    user = UserFactory(email="x@loiret.test")
    Role.objects.create(user=user, department_id="45", kind=role)
    return user


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_without_a_code_only_the_setup_is_open(client, loiret, sign_in, role):
    without_code(role)
    assert sign_in("x@loiret.test").status_code == 302
    for address in (
        *("/", "/espace/", "/espace/personnes/", "/compte/", "/compte/sessions/", "/admin/"),
        *("/admin/accueil/report/", "/equipes/", "/nulle-part/", "/compte/mot-de-passe/"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.get("Location")) == (302, SET_UP), address
    refused = client.get("/api/v1/teams/")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get(SET_UP).status_code == 200
    assert client.post("/deconnexion/").status_code == 302


@pytest.mark.parametrize("role", ["pilot", "reviewer"])
def test_it_is_not_asked_of_the_others(client, loiret, sign_in, role):
    without_code(role)
    sign_in("x@loiret.test")
    assert client.get("/espace/").status_code == 200


def test_it_is_not_asked_in_a_demonstration(client, loiret, sign_in, settings):
    settings.PORTAL_DEMO = True
    without_code("manager")
    sign_in("x@loiret.test")
    assert client.get("/espace/personnes/").status_code == 200


def test_a_code_set_up_is_asked_at_each_sign_in(client, loiret, sign_in):
    without_code("manager")
    sign_in("x@loiret.test")
    page = client.get(SET_UP).content.decode()
    assert "data:image/svg+xml;base64," in page
    key = key_on(page)
    refused = client.post(SET_UP, {"code": "000000"})
    assert refused.status_code == 400
    assert key_on(refused.content.decode()) == key
    answer = client.post(SET_UP, {"code": code_of(key)})
    assert answer["Location"] == "/compte/code/secours/"
    assert client.get("/espace/personnes/").status_code == 200

    client.post("/deconnexion/")
    assert sign_in("x@loiret.test")["Location"] == "/connexion/code/"
    assert client.get("/espace/")["Location"] == "/connexion/?next=/espace/"
    assert client.post("/connexion/code/", {"code": "000000"}).status_code == 400
    answer = client.post("/connexion/code/", {"code": code_of(key)})
    assert answer["Location"] == "/espace/"
    assert client.get("/espace/").status_code == 200


def test_a_code_serves_once(client, loiret, sign_in):
    user = manager(email="x@loiret.test")
    secret = user.authenticator_set.get().data["secret"]
    sign_in("x@loiret.test")
    assert client.post("/connexion/code/", {"code": code_of(secret)}).status_code == 302
    client.post("/deconnexion/")
    sign_in("x@loiret.test")
    assert client.post("/connexion/code/", {"code": code_of(secret)}).status_code == 400


def test_codes_are_not_guessed(client, loiret, sign_in):
    manager(email="x@loiret.test")
    sign_in("x@loiret.test")
    tries = [client.post("/connexion/code/", {"code": "000000"}) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [400] * 5 + [429]
    assert tries[-1]["Retry-After"] == "300"


def test_a_recovery_code_replaces_the_telephone_once(client, loiret, sign_in):
    without_code("manager")
    sign_in("x@loiret.test")
    client.post(SET_UP, {"code": code_of(key_on(client.get(SET_UP).content.decode()))})
    page = client.get("/compte/code/secours/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(codes) == 10
    for expected in (302, 400):
        client.post("/deconnexion/")
        sign_in("x@loiret.test")
        assert client.post("/connexion/code/", {"code": codes[0]}).status_code == expected


def test_a_required_code_cannot_be_removed(client, loiret):
    boss, helper = manager(), agent("ads-orleans-metropole", code=True)
    for user, left in ((boss, 1), (helper, 0)):
        client.force_login(user)
        client.post("/connexion/confirmer-code/", {"code": code_of(secret_of(user))})
        client.post("/compte/code/retirer/")
        assert Authenticator.objects.filter(user=user).count() == left


def secret_of(user) -> str:
    return user.authenticator_set.get().data["secret"]


def test_code_pages_reauthenticate_after_five_minutes(client, loiret, sign_in, later):
    agent("ads-orleans-metropole", email="x@loiret.test")
    sign_in("x@loiret.test")
    assert client.get(SET_UP).status_code == 200
    later(301)
    answer = client.get(SET_UP)
    assert answer["Location"].startswith("/connexion/confirmer/?next=")
    assert client.post(answer["Location"], {"password": "faux"}).status_code == 400
    confirmed = client.post(answer["Location"], {"password": PASSWORD})
    assert confirmed["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_a_form_that_needs_reauthentication_is_not_stored(client, loiret, sign_in, later):
    user = agent("ads-orleans-metropole", email="x@loiret.test")
    sign_in("x@loiret.test")
    client.get(SET_UP)
    later(301)
    assert client.post(SET_UP, {"code": "123456"})["Location"] == SET_UP
    assert client.get(SET_UP)["Location"].startswith("/connexion/confirmer/")
    session_data = repr(user.sessions.get().get_decoded())
    assert "127.0.0.1" not in session_data
    assert "123456" not in session_data


def test_an_administrator_frees_somebody_who_lost_their_telephone(client, loiret):
    lost = manager(email="perdu@loiret.test")
    client.force_login(lost)
    client.force_login(manager())
    address = f"/espace/personnes/{lost.pk}/code/"
    assert client.post(address).status_code == 403
    assert Authenticator.objects.filter(user=lost).exists()
    client.force_login(administrator())
    assert client.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=lost).exists()
    assert not lost.sessions.exists()
    assert lost.right_changes.get().right == "code à usage unique"
