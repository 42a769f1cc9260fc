"""Sign-in attempts are limited by account and, more widely, by address: an office is not locked out."""

import pytest
from django.core import mail
from django.db import connection

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OFFICE, ELSEWHERE = "192.0.2.10", "198.51.100.7"


@pytest.fixture
def camille():
    return UserFactory(email="camille@loiret.test")


@pytest.fixture
def dominique():
    return UserFactory(email="dominique@loiret.test")


def hammer(sign_in, login="camille@loiret.test", times=5, address=OFFICE):
    return [sign_in(login, f"faux-{n}", REMOTE_ADDR=address).status_code for n in range(times)]


def test_an_account_is_blocked_for_an_address_after_failures(sign_in, camille):
    assert hammer(sign_in, times=7) == [400] * 5 + [429] * 2
    answer = sign_in("camille@loiret.test", REMOTE_ADDR=OFFICE)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert "Revenez à" in answer.content.decode()


def test_a_colleague_at_the_same_address_still_signs_in(sign_in, camille, dominique):
    hammer(sign_in, times=150)
    answer = sign_in("dominique@loiret.test", REMOTE_ADDR=OFFICE)
    assert answer.status_code == 302


def test_the_owner_elsewhere_still_signs_in(sign_in, camille):
    hammer(sign_in, times=20)
    assert sign_in("camille@loiret.test", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_an_account_tried_from_many_addresses_is_blocked(sign_in, camille):
    for n in range(10):
        hammer(sign_in, times=5, address=f"203.0.113.{n}")
    answer = sign_in("camille@loiret.test", REMOTE_ADDR=ELSEWHERE)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"


def test_an_address_that_tries_many_accounts_is_blocked(sign_in, camille):
    for n in range(40):
        hammer(sign_in, f"personne{n}@loiret.test")
    assert sign_in("camille@loiret.test", REMOTE_ADDR=OFFICE).status_code == 429
    assert sign_in("camille@loiret.test", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_an_address_that_is_closed_does_not_close_the_accounts_that_it_tries(sign_in, camille):
    for n in range(40):
        hammer(sign_in, f"personne{n}@loiret.test")
    assert set(hammer(sign_in, times=60)) == {429}
    assert sign_in("camille@loiret.test", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_a_success_costs_nothing(client, sign_in, camille):
    for _ in range(10):
        assert sign_in("camille@loiret.test", REMOTE_ADDR=OFFICE).status_code == 302
        client.post("/deconnexion/")


def test_an_unknown_account_is_limited_like_a_known_one(sign_in):
    assert hammer(sign_in, "personne@loiret.test", 6) == [400] * 5 + [429]


def test_the_limit_ends(sign_in, camille, later):
    hammer(sign_in)
    assert sign_in("camille@loiret.test", REMOTE_ADDR=OFFICE).status_code == 429
    later(301)
    assert sign_in("camille@loiret.test", REMOTE_ADDR=OFFICE).status_code == 302


def test_behind_a_proxy_each_reader_has_their_own_address(sign_in, settings, camille):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(6):
        sign_in("camille@loiret.test", "faux", HTTP_X_FORWARDED_FOR=f"10.0.0.1, {OFFICE}")
    for reader, status in ((OFFICE, 429), (ELSEWHERE, 302)):
        answer = sign_in("camille@loiret.test", HTTP_X_FORWARDED_FOR=f"10.0.0.1, {reader}")
        assert answer.status_code == status


def test_passwords_are_not_asked_again_and_again(client, camille):
    ask = {"email": "camille@loiret.test"}
    statuses = [client.post("/mot-de-passe/oublie/", ask).status_code for _ in range(4)]
    assert statuses == [302] * 3 + [429]
    assert len(mail.outbox) == 3


def test_neither_address_nor_email_is_stored_in_clear(sign_in, camille, settings):
    hammer(sign_in)
    assert cache_rows()
    stored = repr(cache_rows())
    assert OFFICE not in stored
    assert "camille" not in stored


def test_what_ended_is_forgotten(sign_in, camille, dominique, later):
    hammer(sign_in)
    before = dict(cache_rows())
    assert len(before) == 3
    later(3601)
    assert sign_in("dominique@loiret.test", REMOTE_ADDR=ELSEWHERE).status_code == 302
    assert before.keys().isdisjoint(dict(cache_rows()))


def cache_rows() -> list:
    with connection.cursor() as cursor:
        cursor.execute("select cache_key, value from portal_cache")
        return cursor.fetchall()
