"""Every address of the site and of the API has its line in the rights table, and keeps to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rules.permissions
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve

from tests.rights.page import page
from tests.rights.rows import MAKERS, address_of
from tests.rights.table import PEOPLE, RULES, Rule, leads_to_the_sign_in
from tests.rights.writing import KINDS, listed_models, written_permissions

ROOT = Path(__file__).resolve().parents[2]
TABLE, WRITING_TABLE = "tests/rights/table.py", "tests/rights/writing.py"
# Its pages exist where it is configured; here at an address that answers nothing.
PROCONNECT = {
    "proconnect": {
        "APPS": [
            {
                "provider_id": "proconnect",
                "client_id": "essai",
                "secret": "essai",
                "settings": {"server_url": "http://127.0.0.1:9"},
            }
        ]
    }
}
WRITING = ("POST", "PUT", "PATCH", "DELETE")
# What the administration of Django has and the portal does not use: they lead nowhere.
UNUSED = {"admin/r/<path:content_type_id>/<path:object_id>/", "admin/(?P<url>.*)$"}
pytestmark = pytest.mark.django_db


def routes(patterns: list, before: str = "") -> Iterator[str]:
    """Every address of the URL configuration, as `ResolverMatch.route` writes it."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


class StandIns(dict):
    """What an address names, without making any row: a number unless listed here."""

    def __missing__(self, name: str) -> str:
        return "1"


STAND_INS = StandIns(reset="1-jeton")


def route_of(rule: Rule) -> str:
    """The address of the URL configuration that a line is about."""
    return resolve(rule.address.format_map(STAND_INS).partition("?")[0]).route


def test_every_address_has_its_line():
    listed_routes = {route_of(rule) for rule in RULES} | UNUSED
    missing = sorted(set(routes(get_resolver().url_patterns)) - listed_routes)
    assert not missing, (
        f"No rule says who may go to {missing}: add a line for each to {TABLE}, "
        "then run: python -m tests.rights.page > docs/rights.md"
    )


def test_no_line_is_repeated():
    lines = [(rule.method, route_of(rule)) for rule in RULES]
    assert sorted(lines) == sorted(set(lines))


def test_every_kind_of_row_has_its_line():
    models = {model._meta.label for model in apps.get_models()}
    listed = listed_models()
    assert listed == models, f"Say in {WRITING_TABLE} who writes {sorted(listed ^ models)}"


def test_every_right_to_write_is_asked_of_a_row():
    listed = {kind.model.lower() for kind in KINDS}
    missing = {name for name, model in written_permissions().items() if model not in listed}
    assert not missing, f"Make in {WRITING_TABLE} a row of which to ask {missing}"
    without = listed - set(written_permissions().values())
    assert not without, f"No rule speaks of {without}: say in {WRITING_TABLE} who writes them"


def test_an_unlisted_permission_is_seen(monkeypatch):
    monkeypatch.setitem(rules.permissions.permissions, "teams.burn_team", rules.always_true)
    monkeypatch.setitem(rules.permissions.permissions, "teams.add_castle", rules.always_true)
    assert written_permissions()["teams.add_castle"] == "teams.castle"
    assert "| `teams.Team`: burn | ● |" in page()


def test_the_page_is_that_of_the_table():
    assert (ROOT / "docs" / "rights.md").read_text() == page(), (
        "Run: python -m tests.rights.page > docs/rights.md"
    )


@pytest.fixture(scope="module")
def sessions(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """Each of these people, signed in once for all the lines: the session of their browser."""
    with django_db_blocker.unblock(), transaction.atomic():
        keys = {}
        for who, make in MAKERS.items():
            browser = Client()
            browser.force_login(make())
            keys[who] = browser.cookies[settings.SESSION_COOKIE_NAME].value
        yield keys
        transaction.set_rollback(True)


def ask(rule: Rule, address: str, who: str, session: str | None) -> HttpResponse:
    """The answer to that person; nothing that it did is left."""
    browser = Client()
    if session:
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        answer = _send(browser, rule, address)
        while asks_again(answer.headers.get("Location", ""), address, who):
            answer = browser.get(answer.headers["Location"])
        for close in answer._resource_closers if answer.streaming else []:
            close()
        transaction.set_rollback(True)
    return answer


def asks_again(led: str, address: str, who: str) -> bool:
    """Whether an answer leads to where the question is put again, which says no more."""
    knows_who = who != "anonymous" and led.startswith("/connexion/?next=")
    return led == address or led.startswith("/admin/login/") or knows_who


def _send(browser: Client, rule: Rule, address: str) -> HttpResponse:
    send = getattr(browser, rule.method.lower())
    if rule.method not in WRITING:
        return send(address)
    json = {"content_type": "application/json"} if address.startswith("/api/") else {}
    return send(address, rule.sent, **json)


def outcome(answer: HttpResponse) -> str:
    if answer.headers.get("Location", "").startswith("/connexion/?next="):
        return "sign in"
    if answer.status_code in (403, 404):
        return "refused"
    if answer.status_code in (405, 500):
        return str(answer.status_code)
    return "may"


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_each_may_what_the_table_says_and_no_more(sessions, loiret, settings, rule):
    settings.SOCIALACCOUNT_PROVIDERS = PROCONNECT
    with transaction.atomic():
        address = address_of(rule.address)
    outcomes = {who: outcome(ask(rule, address, who, sessions.get(who))) for who in PEOPLE}
    expected = {}
    for who in PEOPLE:
        if who in rule.may:
            expected[who] = "may"
        elif who == "anonymous" and leads_to_the_sign_in(address):
            expected[who] = "sign in"
        else:
            expected[who] = "refused"
    assert outcomes == expected, f"{rule}: the line is in {TABLE}"


def test_what_has_no_line_to_write_is_only_read(client, loiret):
    """But the administration of Django, whose pages take a POST for a GET."""
    client.force_login(MAKERS["administrator"]())
    written = {(rule.method, route_of(rule)) for rule in RULES}
    for rule in RULES:
        methods = WRITING if rule.address.startswith("/api/") else ("POST",)
        for method in methods:
            if rule.method != "GET" or (method, route_of(rule)) in written:
                continue
            if rule.address.startswith("/admin/"):
                continue
            answer = getattr(client, method.lower())(address_of(rule.address))
            assert answer.status_code in (403, 405), (
                f"{method} {rule.address} is answered: add its line to {TABLE}"
            )
