"""Rate limits of the API by IP address, and their Retry-After."""

import pytest
from django.core.cache import cache

from portal.core.http.rate_limits import BATCH

pytestmark = pytest.mark.django_db
READER, NEIGHBOUR = "192.0.2.10", "192.0.2.11"
ADDRESS = "/api/v1/sectors/"  # whose answers are not cached


@pytest.fixture(autouse=True)
def limit(settings, monkeypatch) -> None:
    cache.clear()
    settings.API_LIMIT = 2 * BATCH
    monkeypatch.setattr(
        "portal.core.http.rate_limits.time", lambda: 1_700_000_045
    )  # 55 s left in the minute


def ask(client, address=ADDRESS, reader=READER, **more):
    return client.get(address, REMOTE_ADDR=reader, **more)


def test_past_the_limit_requests_get_a_429_until_the_minute_ends(client, monkeypatch):
    statuses = [ask(client).status_code for _ in range(2 * BATCH + 3)]
    assert statuses == [200] * (2 * BATCH) + [429] * 3
    answer = ask(client)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    assert answer["Retry-After"] == "55"
    monkeypatch.setattr("portal.core.http.rate_limits.time", lambda: 1_700_000_045 + 55)
    assert ask(client).status_code == 200


def test_another_address_is_not_concerned(client):
    for _ in range(2 * BATCH + 1):
        ask(client)
    assert ask(client, reader=NEIGHBOUR).status_code == 200


def test_processes_share_the_count(client):
    """A second test client acts as another process: it shares no memory with the first."""
    for _ in range(BATCH):
        ask(client)
    other_client = type(client)()
    statuses = [ask(other_client).status_code for _ in range(BATCH + 1)]
    assert statuses == [200] * BATCH + [429]


def test_the_pages_are_not_counted(client, loiret):
    for _ in range(2 * BATCH + 1):
        ask(client)
    assert ask(client).status_code == 429
    assert ask(client, "/equipes/").status_code == 200


def test_cached_answers_are_not_counted(client, loiret, queries):
    """A cached answer is given without checking the counts."""
    cached_url = "/api/v1/lookup/?q=Olivet"
    assert ask(client, cached_url).status_code == 200
    for _ in range(2 * BATCH + 1):
        ask(client)
    assert ask(client).status_code == 429
    assert ask(client, cached_url).status_code == 200


def test_this_machine_and_unknown_addresses_are_not_counted(client):
    for reader in ("127.0.0.1", ""):
        statuses = {ask(client, reader=reader).status_code for _ in range(2 * BATCH + 1)}
        assert statuses == {200}


def test_behind_a_proxy_each_reader_is_counted(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(2 * BATCH):
        ask(client, reader="127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.1, {READER}")
    behind = {"reader": "127.0.0.1"}
    assert ask(client, HTTP_X_FORWARDED_FOR=READER, **behind).status_code == 429
    assert ask(client, HTTP_X_FORWARDED_FOR=NEIGHBOUR, **behind).status_code == 200


def test_the_shared_count_is_queried_once_in_a_while(client, queries):
    ask(client)
    with queries() as captured:
        for _ in range(BATCH - 1):
            ask(client)
    assert not [query for query in captured if "portal_cache" in query["sql"]]


def test_no_limit_and_a_portal_that_is_only_read_count_nothing(client, settings):
    settings.API_LIMIT = 0
    assert {ask(client).status_code for _ in range(3 * BATCH)} == {200}
    settings.API_LIMIT, settings.PORTAL_READ_ONLY = BATCH, True
    assert {ask(client, reader=NEIGHBOUR).status_code for _ in range(3 * BATCH)} == {200}


def test_no_ip_address_is_stored_in_clear(client, queries):
    with queries() as captured:
        ask(client)
    assert any("portal_cache" in query["sql"] for query in captured)
    assert READER not in repr([query["sql"] for query in captured])
