"""Signing in with ProConnect, through real exchanges with a mock provider that signs its claims."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.accounts.enums import SignInOutcome
from portal.accounts.invitations import get_or_create_user
from portal.accounts.models import SignIn, User
from tests.accounts.proconnect import ProConnect, running
from tests.factories import UserFactory, manager

pytestmark = pytest.mark.django_db
EMAIL = "camille@loiret.test"
BEGIN = "/connexion/proconnect/"


@pytest.fixture(scope="module")
def provider() -> Iterator[ProConnect]:
    with running() as proconnect:
        yield proconnect


@pytest.fixture
def proconnect(provider, settings) -> ProConnect:
    provider.reset()
    provider.knows("camille", email=EMAIL, email_verified=True)
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings
    return provider


def come_back(client, proconnect, sub="camille", begin=BEGIN):
    """Go through the whole exchange: authorization request, consent at ProConnect, callback."""
    authorization = client.get(begin)
    assert authorization.status_code == 302, authorization.content
    back = urlsplit(proconnect.accept(authorization["Location"], sub))
    return client.get(f"{back.path}?{back.query}")


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_invited_comes_in(client, proconnect):
    user = UserFactory(email=EMAIL)
    answer = come_back(client, proconnect, begin=f"{BEGIN}?next=/compte/")
    assert (answer.status_code, answer["Location"]) == (302, "/compte/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_before_having_chosen_a_password_too(client, proconnect):
    get_or_create_user(EMAIL)
    assert come_back(client, proconnect)["Location"] == "/espace/"
    assert is_in(client)


def test_an_address_is_the_same_in_capitals(client, proconnect):
    UserFactory(email=EMAIL)
    proconnect.knows("capitales", email="Camille@Loiret.TEST")
    come_back(client, proconnect, "capitales")
    assert is_in(client)


def test_what_is_asked_is_the_least_and_cannot_be_replayed(client, proconnect):
    authorization = parse_qs(
        urlsplit(client.get(f"{BEGIN}?scope=phone&auth_params=prompt=none")["Location"]).query
    )
    assert set(authorization["scope"][0].split()) == {"openid", "email"}
    assert authorization["redirect_uri"] == ["http://127.0.0.1:8000/connexion/proconnect/retour/"]
    assert authorization["code_challenge_method"] == ["S256"]
    assert authorization["acr_values"] == ["eidas1"]
    assert "prompt" not in authorization
    assert len(authorization["state"][0]) >= 32
    assert len(authorization["nonce"][0]) >= 32


def test_no_claim_of_proconnect_is_stored(client, proconnect):
    UserFactory(email=EMAIL, name="")
    proconnect.knows("camille", email=EMAIL, given_name="Camille", siret="22450001700013")
    come_back(client, proconnect)
    assert is_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.get(email=EMAIL).name == ""


def test_a_person_not_invited_is_refused(client, proconnect):
    answer = come_back(client, proconnect)
    assert answer.status_code == 403
    assert "n'a pas de compte ici" in answer.content.decode()
    assert not is_in(client)
    assert not User.objects.filter(email=EMAIL).exists()
    assert SignIn.objects.get().outcome == SignInOutcome.NOT_INVITED


@pytest.mark.parametrize("claims", [{"email": EMAIL, "email_verified": False}, {"siret": "1"}])
def test_an_unverified_address_or_none_opens_nothing(client, proconnect, claims):
    UserFactory(email=EMAIL)
    proconnect.knows("camille", **claims)
    assert come_back(client, proconnect).status_code == 403
    assert not is_in(client)


def test_a_closed_account_stays_closed(client, proconnect):
    UserFactory(email=EMAIL, is_active=False)
    assert come_back(client, proconnect)["Location"] == "/connexion/compte-ferme/"
    assert not is_in(client)


def test_the_code_is_asked_all_the_same(client, proconnect, loiret):
    manager(email=EMAIL)
    assert come_back(client, proconnect)["Location"].startswith("/connexion/code/")
    assert not is_in(client)


class TestBadAnswers:
    """Each answers with a page that proposes to start again; nobody is signed in."""

    @pytest.fixture(autouse=True)
    def camille(self):
        UserFactory(email=EMAIL)

    def refused(self, client, proconnect) -> bool:
        answer = come_back(client, proconnect)
        return answer.status_code == 400 and not is_in(client)

    def test_claims_that_are_not_signed(self, client, proconnect):
        proconnect.signed = False
        assert self.refused(client, proconnect)

    def test_claims_signed_by_another(self, client, proconnect):
        proconnect.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        assert self.refused(client, proconnect)

    @pytest.mark.parametrize(
        "change",
        [{"iss": "https://ailleurs.example"}, {"aud": "un-autre"}, {"sub": "quelqu-un"}],
    )
    def test_claims_by_another_for_another_or_of_another(self, client, proconnect, change):
        proconnect.change = lambda claims: {**claims, **change}
        assert self.refused(client, proconnect)

    def test_an_answer_to_another_browser(self, client, proconnect):
        other_client = type(client)()
        authorization = other_client.get(BEGIN)["Location"]
        back = urlsplit(proconnect.accept(authorization, "camille"))
        assert client.get(f"{back.path}?{back.query}").status_code == 400
        assert not is_in(client)

    def test_the_same_answer_twice(self, client, proconnect):
        authorization = client.get(BEGIN)["Location"]
        back = urlsplit(proconnect.accept(authorization, "camille"))
        address = f"{back.path}?{back.query}"
        assert client.get(address).status_code == 302
        client.post("/deconnexion/")
        assert client.get(address).status_code == 400
        assert not is_in(client)

    def test_an_id_token_with_another_nonce_is_refused(self, client, proconnect):
        authorization = client.get(BEGIN)["Location"]
        back = urlsplit(
            proconnect.accept(authorization.replace("nonce=", "nonce=autre"), "camille")
        )
        assert client.get(f"{back.path}?{back.query}").status_code == 400

    def test_it_never_leads_elsewhere(self, client, proconnect):
        answer = come_back(client, proconnect, begin=f"{BEGIN}?next=https://ailleurs.example/")
        assert answer["Location"] == "/espace/"

    def test_an_account_is_not_linked_to_another(self, client, proconnect):
        client.force_login(UserFactory())
        assert come_back(client, proconnect, begin=f"{BEGIN}?process=connect").status_code == 403


def test_cancelling_returns_to_the_sign_in_page(client, proconnect):
    authorization = client.get(BEGIN)["Location"]
    back = urlsplit(proconnect.refuse(authorization))
    state = parse_qs(urlsplit(authorization).query)["state"][
        0
    ]  # The mock omits it; ProConnect does not.
    assert client.get(f"{back.path}?{back.query}&state={state}")["Location"] == "/connexion/"


def test_an_unreachable_provider_gets_a_503(client, settings, provider):
    elsewhere = provider.settings
    elsewhere["proconnect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = elsewhere
    answer = client.get(BEGIN)
    assert answer.status_code == 503
    assert "ProConnect ne répond pas" in answer.content.decode()


def test_leaving_the_portal_leaves_proconnect(client, proconnect):
    UserFactory(email=EMAIL)
    come_back(client, proconnect)
    answer = client.post("/deconnexion/")
    assert not is_in(client)
    where = urlsplit(answer["Refresh"].removeprefix("0; url="))
    assert where.path == "/oauth2/end_session"
    authorization = parse_qs(where.query)
    assert authorization["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/"]
    assert authorization["id_token_hint"][0].count(".") == 2
    assert 'href="http' in answer.content.decode()


class TestNotConfigured:
    def test_it_does_not_exist(self, client):
        assert client.get(BEGIN).status_code == 404
        assert client.get(f"{BEGIN}retour/?code=1&state=1").status_code == 404
        assert "ProConnect" not in client.get("/connexion/").content.decode()

    def test_where_it_is_the_sign_in_offers_it(self, client, proconnect):
        page = client.get("/connexion/?next=/compte/").content.decode()
        assert 'href="/connexion/proconnect/?next=/compte/"' in page
