"""Fixtures of the tests of accounts: empty attempt counters, and a sign-in through the form."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone

from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def nobody_counted(db) -> None:
    cache.clear()


@pytest.fixture
def sign_in(client) -> Callable[..., HttpResponse]:
    """Post the sign-in form: `sign_in("camille@loiret.test", password=…, REMOTE_ADDR=…)`."""

    def post(login: str, password: str = PASSWORD, browser=client, address="/connexion/", **meta):
        return browser.post(address, {"login": login, "password": password}, **meta)

    return post


@pytest.fixture
def later(monkeypatch) -> Callable[[int], None]:
    """Move the clock forward: `later(301)` is 301 seconds after the previous time."""
    passed = [0]
    clock, now = time.time, timezone.now

    def pass_(seconds: int) -> None:
        passed[0] += seconds

    monkeypatch.setattr("time.time", lambda: clock() + passed[0])
    monkeypatch.setattr("django.utils.timezone.now", lambda: now() + timedelta(seconds=passed[0]))
    return pass_
