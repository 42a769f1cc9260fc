"""The log of sign-ins, accepted and refused, and who may read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import SignIn
from portal.accounts.tasks import erase
from tests.factories import PASSWORD, UserFactory, administrator, agent, manager

pytestmark = pytest.mark.django_db
PAGE = "/espace/personnes/connexions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
ADDRESS = "192.0.2.10"


@pytest.fixture
def camille(loiret):
    return agent("ads-orleans-metropole", email="camille@loiret.test", name="Camille")


def sign_ins() -> list[tuple]:
    return list(SignIn.objects.order_by("pk").values_list("user__name", "outcome", "count"))


def test_a_sign_in_is_recorded(sign_in, camille):
    sign_in("camille@loiret.test", HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR=ADDRESS)
    row = SignIn.objects.get()
    assert (row.user, row.outcome, row.method) == (camille, "opened", "password")
    assert row.device == "Firefox sur Windows"


def test_neither_the_password_nor_the_address_nor_an_unknown_name_is(sign_in, camille, caplog):
    sign_in("camille@loiret.test", "mot-de-passe-faux", REMOTE_ADDR=ADDRESS)
    sign_in("tapee-par-erreur@loiret.test", "faux", REMOTE_ADDR=ADDRESS)
    rows = repr([vars(row) for row in SignIn.objects.all()])
    for hidden in ("mot-de-passe-faux", ADDRESS, "tapee-par-erreur@loiret.test"):
        assert hidden not in rows
        assert hidden not in caplog.text
    assert sign_ins() == [("Camille", "wrong", 1), (None, "wrong", 1)]


def test_similar_failures_within_an_hour_share_a_row(sign_in, camille, later):
    for _ in range(7):
        sign_in("camille@loiret.test", "faux")
    assert sign_ins() == [("Camille", "wrong", 5), ("Camille", "too_many", 2)]
    later(3601)
    sign_in("camille@loiret.test", "faux")
    assert sign_ins()[-1] == ("Camille", "wrong", 1)


def test_a_closed_account_and_a_wrong_code_are_recorded(client, sign_in, loiret):
    UserFactory(email="partie@loiret.test", name="Partie", is_active=False)
    sign_in("partie@loiret.test")
    boss = manager(name="Gestionnaire")
    sign_in(boss.email)
    client.post("/connexion/code/", {"code": "000000"})
    assert sign_ins() == [("Partie", "closed", 1), ("Gestionnaire", "wrong_code", 1)]


class TestWhoReads:
    @pytest.fixture(autouse=True)
    def attempts(self, sign_in, camille):
        UserFactory(email="ailleurs@cher.test", name="Ailleurs")
        sign_in("camille@loiret.test", "faux")
        sign_in("ailleurs@cher.test", "faux")
        sign_in("inconnue@loiret.test", "faux")

    def test_a_manager_reads_those_of_their_departement(self, client):
        client.force_login(manager())
        page = client.get(PAGE).content.decode()
        assert "Camille" in page
        assert "mot de passe faux" in page
        assert "Ailleurs" not in page
        assert "un nom inconnu" not in page

    def test_an_administrator_reads_all(self, client):
        client.force_login(administrator())
        page = client.get(PAGE).content.decode()
        for name in ("Camille", "Ailleurs", "un nom inconnu"):
            assert name in page

    def test_an_agent_reads_none(self, client, camille):
        client.force_login(camille)
        assert client.get(PAGE).status_code == 403

    def test_the_page_takes_as_many_queries_whatever_it_lists(self, client, queries):
        client.force_login(administrator())
        client.get(PAGE)
        counts = []
        for _ in range(2):
            with queries() as captured:
                client.get(PAGE)
            counts.append(len(captured))
            for _ in range(10):
                SignIn.objects.create(user=UserFactory(), outcome="wrong", method="password")
        assert counts[0] == counts[1]


def test_after_a_year_it_is_erased(camille):
    for days in (364, 366):
        at = timezone.now() - timedelta(days=days)
        SignIn.objects.create(user=camille, outcome="opened", method="password", attempted_at=at)
    erase()
    assert timezone.now() - SignIn.objects.get().attempted_at < timedelta(days=365)


def test_an_erased_person_has_no_sign_ins(sign_in):
    user = UserFactory(email="camille@loiret.test")
    assert sign_in("camille@loiret.test", PASSWORD).status_code == 302
    user.delete()
    assert not SignIn.objects.exists()
