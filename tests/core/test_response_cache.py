"""The cache of public responses in each process, and its size limit."""

from random import Random

import pytest
from django.http import HttpResponse

from portal.core.caching.response_cache import ResponseCacheMiddleware, cached_response

PAGE = Random(1).randbytes(10_000)  # incompressible


class CountingView:
    """Return a view that counts its calls."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, request) -> HttpResponse:
        return cached_response(self._answer)(request)

    def _answer(self, request, versions) -> HttpResponse:
        self.times += 1
        return HttpResponse(PAGE)


@pytest.fixture
def view(db):
    return CountingView()


def ask(answers, rf, number: int) -> bytes:
    return answers(rf.get(f"/communes/{number}/")).content


def test_the_same_answer_is_worked_out_once(view, rf, settings):
    settings.RESPONSE_CACHE_BYTES = 1_000_000
    answers = ResponseCacheMiddleware(view)

    assert [ask(answers, rf, 1) for _ in range(3)] == [PAGE] * 3
    assert view.times == 1


def test_an_answer_of_the_day_before_is_worked_out_again(view, rf, settings, today):
    settings.RESPONSE_CACHE_BYTES = 1_000_000
    answers = ResponseCacheMiddleware(view)
    for day in ("2026-11-29", "2026-11-30", "2026-11-30"):
        today(day)
        ask(answers, rf, 1)
    assert view.times == 2


def test_the_cache_is_bounded_in_bytes_and_evicts_the_least_recently_used(view, rf, settings):
    settings.RESPONSE_CACHE_BYTES = (
        40_000  # room for three of these pages with their overhead, not four
    )
    answers = ResponseCacheMiddleware(view)
    for number in range(100):
        ask(answers, rf, number)

    for number in (99, 98, 97):
        ask(answers, rf, number)
    assert view.times == 100
    ask(answers, rf, 96)
    assert view.times == 101


def test_a_response_larger_than_the_cache_is_returned_uncached(view, rf, settings):
    settings.RESPONSE_CACHE_BYTES = 5_000
    answers = ResponseCacheMiddleware(view)

    assert [ask(answers, rf, 1) for _ in range(2)] == [PAGE] * 2


def test_a_cache_of_zero_bytes_stores_nothing(view, rf, settings):
    settings.RESPONSE_CACHE_BYTES = 0
    answers = ResponseCacheMiddleware(view)
    for _ in range(2):
        ask(answers, rf, 1)

    assert view.times == 2


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_a_cached_response_equals_the_computed_one(
    client, loiret, encoding, django_assert_num_queries
):
    options = {"headers": {"accept-encoding": encoding}} if encoding else {}
    computed = client.get("/communes/45232/", **options)
    with django_assert_num_queries(1):  # the data versions: nothing was computed again
        cached = client.get("/communes/45232/", **options)

    assert computed.get("Content-Encoding", "") == encoding
    assert cached.content == computed.content
    per_response = ("X-Request-ID",)
    assert {k: v for k, v in cached.items() if k not in per_response} == {
        k: v for k, v in computed.items() if k not in per_response
    }


def test_an_unchanged_response_is_a_304(client, loiret):
    tag = client.get("/communes/45232/")["ETag"]
    again = client.get("/communes/45232/", headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == tag


def test_the_response_behind_a_304_is_cached_for_others(client, loiret, django_assert_num_queries):
    tag = client.get("/communes/45232/")["ETag"]
    elsewhere = type(client)()  # another process, whose cache is empty
    assert elsewhere.get("/communes/45232/", headers={"if-none-match": tag}).status_code == 304

    with django_assert_num_queries(1):
        assert elsewhere.get("/communes/45232/", headers={"if-none-match": tag}).status_code == 304
    with django_assert_num_queries(1):
        assert b"Olivet" in elsewhere.get("/communes/45232/").content


def test_an_old_etag_gets_the_new_page(client, loiret):
    client.get("/communes/45232/")
    for _ in range(2):
        page = client.get("/communes/45232/", headers={"if-none-match": '"before"'})
        assert (page.status_code, b"Olivet" in page.content) == (200, True)
