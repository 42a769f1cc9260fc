"""Changing a password, resetting it, and the passwords that are refused."""

import re

import pytest
from django.core import mail

from portal.accounts.models import DEMO_PASSWORD, Session
from tests.factories import PASSWORD, UserFactory
from tests.keyboard import KeyboardClient

pytestmark = pytest.mark.django_db
NEW = "un autre secret, plus long"


def ask(client, email):
    return client.post("/mot-de-passe/oublie/", {"email": email})


def link() -> str:
    """The path of the link in the last e-mail, without scheme and host."""
    [path] = re.findall(r"^http://127.0.0.1:8000(/\S+)$", mail.outbox[-1].body, re.MULTILINE)
    return path


def test_a_reset_link_serves_once(client, sign_in):
    user = UserFactory(email="camille@loiret.test")
    answer = ask(client, "Camille@loiret.test")
    assert answer["Location"] == "/mot-de-passe/oublie/envoye/"
    assert mail.outbox[0].to == ["camille@loiret.test"]
    form = client.get(link())["Location"]
    assert link().rsplit("-", 1)[1].strip("/") not in form
    answer = client.post(form, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/mot-de-passe/nouveau/enregistre/"
    assert "_auth_user_id" not in client.session
    user.refresh_from_db()
    assert user.check_password(NEW)
    again = KeyboardClient().get(link())
    assert "Ce lien ne sert plus" in again.content.decode()


def test_it_never_says_whether_an_address_has_an_account(client):
    UserFactory(email="camille@loiret.test")
    registered, unknown = ask(client, "camille@loiret.test"), ask(client, "personne@loiret.test")
    assert registered["Location"] == unknown["Location"]
    assert client.get(registered["Location"]).content == client.get(unknown["Location"]).content
    assert [message.to for message in mail.outbox] == [["camille@loiret.test"]]


def test_a_closed_account_receives_nothing(client):
    UserFactory(email="camille@loiret.test", is_active=False)
    assert ask(client, "camille@loiret.test").status_code == 302
    assert mail.outbox == []


def test_the_link_leads_to_the_public_address_whatever_host_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory(email="camille@loiret.test")
    client.post(
        "/mot-de-passe/oublie/", {"email": "camille@loiret.test"}, HTTP_HOST="ailleurs.example"
    )
    assert "ailleurs" not in mail.outbox[0].body
    assert link()


def test_a_link_ends(client, settings):
    UserFactory(email="camille@loiret.test")
    settings.PASSWORD_RESET_TIMEOUT = -1
    ask(client, "camille@loiret.test")
    assert "Ce lien ne sert plus" in client.get(link()).content.decode()


def test_a_reset_clears_the_rate_limit_and_ends_sessions(client, sign_in):
    user = UserFactory(email="camille@loiret.test")
    KeyboardClient().force_login(user)
    assert Session.objects.filter(user=user).count() == 1
    for _ in range(6):
        answer = sign_in("camille@loiret.test", "faux")
    assert answer.status_code == 429
    ask(client, "camille@loiret.test")
    client.post(client.get(link())["Location"], {"password1": NEW, "password2": NEW})
    assert Session.objects.filter(user=user).count() == 0
    assert sign_in("camille@loiret.test", NEW).status_code == 302


def test_changing_it_ends_the_other_sessions(client):
    user = UserFactory()
    other_client = KeyboardClient()
    other_client.force_login(user)
    client.force_login(user)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    answer = client.post("/compte/mot-de-passe/", form, follow=True)
    assert answer.redirect_chain == [("/compte/", 302)]
    assert "Votre mot de passe est changé." in answer.content.decode()
    assert other_client.get("/compte/").status_code == 302
    assert Session.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"oldpassword": "faux"}, "pas votre mot de passe actuel"),
        ({"password2": "autre chose encore"}, "même mot de passe"),
        ({"password1": "court", "password2": "court"}, "12 caractères"),
        ({"password1": "123456789012", "password2": "123456789012"}, "numérique"),
        ({"password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD}, "démonstrations"),
        ({"password1": "camille-durand", "password2": "camille-durand"}, "trop semblable"),
        ({"password1": "dominique.durand", "password2": "dominique.durand"}, "trop semblable"),
    ],
)
def test_a_refused_password_has_a_reason(client, form, message):
    user = UserFactory(name="Dominique Durand", email="camille-durand@loiret.test")
    client.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **form}
    answer = client.post("/compte/mot-de-passe/", data)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_nobody_changes_a_password_without_signing_in(client):
    assert client.get("/compte/mot-de-passe/")["Location"].startswith("/connexion/?next=")
