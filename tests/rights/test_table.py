"""Every address of the site and of the API has its rules in the rights table, and obeys them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rules.permissions
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template import Template
from django.test import Client
from django.urls import get_resolver, resolve

from tests.rights.page import page
from tests.rights.row_permissions import KINDS, listed_models, write_permissions
from tests.rights.rows import USER_FACTORIES, address_of
from tests.rights.table import EVERYBODY, PEOPLE, RULES, Rule, redirects_to_sign_in

ROOT = Path(__file__).resolve().parents[2]
TABLE, ROW_TABLE = "tests/rights/table.py", "tests/rights/row_permissions.py"
# Its pages exist only when it is configured; this address never answers.
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
# Addresses of Django's administration that the portal does not use: always 404.
UNUSED = {"admin/r/<path:content_type_id>/<path:object_id>/", "admin/(?P<url>.*)$"}
pytestmark = pytest.mark.django_db


def routes(patterns: list, before: str = "") -> Iterator[str]:
    """Yield every route of the URL configuration, as `ResolverMatch.route` writes it."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


class StandIns(dict):
    """Values for the names of an address, without creating rows: "1" unless listed."""

    def __missing__(self, name: str) -> str:
        return "1"


STAND_INS = StandIns(reset="1-jeton")


def route_of(rule: Rule) -> str:
    """Return the route of a rule's address."""
    return resolve(rule.address.format_map(STAND_INS).partition("?")[0]).route


def test_every_address_has_a_rule():
    listed_routes = {route_of(rule) for rule in RULES} | UNUSED
    missing = sorted(set(routes(get_resolver().url_patterns)) - listed_routes)
    assert not missing, (
        f"No rule says who may go to {missing}: add a line for each to {TABLE}, "
        "then run: python -m tests.rights.page > docs/rights.md"
    )


def test_no_rule_is_repeated():
    lines = [(rule.method, route_of(rule)) for rule in RULES]
    assert sorted(lines) == sorted(set(lines))


def test_every_model_is_listed():
    models = {model._meta.label for model in apps.get_models()}
    listed = listed_models()
    assert listed == models, f"Say in {ROW_TABLE} who writes {sorted(listed ^ models)}"


def test_every_write_permission_is_checked_on_a_row():
    listed = {kind.model.lower() for kind in KINDS}
    missing = {name for name, model in write_permissions().items() if model not in listed}
    assert not missing, f"Make in {ROW_TABLE} a row of which to ask {missing}"
    without = listed - set(write_permissions().values())
    assert not without, f"No rule speaks of {without}: say in {ROW_TABLE} who writes them"


def test_an_unlisted_permission_is_detected(monkeypatch):
    monkeypatch.setitem(rules.permissions.permissions, "teams.burn_team", rules.always_true)
    monkeypatch.setitem(rules.permissions.permissions, "teams.add_castle", rules.always_true)
    assert write_permissions()["teams.add_castle"] == "teams.castle"
    assert "| `teams.Team`: burn | ● |" in page()


def test_the_page_is_up_to_date():
    assert (ROOT / "docs" / "rights.md").read_text() == page(), (
        "Run: python -m tests.rights.page > docs/rights.md"
    )


@pytest.fixture(scope="module")
def sessions(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """Sign each person in once for all the rules; return their session keys."""
    with django_db_blocker.unblock(), transaction.atomic():
        keys = {}
        for person, make in USER_FACTORIES.items():
            browser = Client()
            browser.force_login(make())
            keys[person] = browser.cookies[settings.SESSION_COOKIE_NAME].value
        yield keys
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browser() -> Client:
    """The client of all the requests: each new one would make its own middleware."""
    return Client()


def ask(
    browser: Client, rule: Rule, address: str, person: str, session: str | None
) -> HttpResponse:
    """Return the response for that person, rolling back what the request wrote."""
    browser.cookies.clear()
    if session:
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = _send(browser, rule, address)
        while is_asked_again(response.headers.get("Location", ""), address, person):
            response = browser.get(response.headers["Location"])
        for close in response._resource_closers if response.streaming else []:
            close()
        transaction.set_rollback(True)
    return response


def is_asked_again(location: str, address: str, person: str) -> bool:
    """Whether a redirect only leads to the same page, or to a sign-in for a signed-in user."""
    is_signed_in = person != "anonymous" and location.startswith("/connexion/?next=")
    return location == address or location.startswith("/admin/login/") or is_signed_in


def _send(browser: Client, rule: Rule, address: str) -> HttpResponse:
    send = getattr(browser, rule.method.lower())
    if rule.method not in WRITING:
        return send(address)
    json = {"content_type": "application/json"} if address.startswith("/api/") else {}
    return send(address, rule.data, **json)


def outcome(response: HttpResponse) -> str:
    if response.headers.get("Location", "").startswith("/connexion/?next="):
        return "sign in"
    if response.status_code in (403, 404):
        return "refused"
    if response.status_code in (405, 500):
        return str(response.status_code)
    return "may"


@pytest.fixture
def without_rendering(monkeypatch) -> None:
    """Leave templates empty: only the status says who may, and rendering is most of the cost."""
    monkeypatch.setattr(Template, "render", lambda *args: "")


def asked_people(rule: Rule) -> list[str]:
    """Return who is asked: two people are enough where everybody may read."""
    is_public = rule.method == "GET" and rule.allowed == EVERYBODY
    return ["anonymous", "pilot"] if is_public else list(PEOPLE)


@pytest.mark.usefixtures("loiret", "without_rendering")
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_each_person_may_do_what_the_table_lists_and_no_more(browser, sessions, settings, rule):
    settings.SOCIALACCOUNT_PROVIDERS = PROCONNECT
    people = asked_people(rule)
    with transaction.atomic():
        address = address_of(rule.address)
    outcomes = {
        person: outcome(ask(browser, rule, address, person, sessions.get(person)))
        for person in people
    }
    expected = {}
    for person in people:
        if person in rule.allowed:
            expected[person] = "may"
        elif person == "anonymous" and redirects_to_sign_in(address):
            expected[person] = "sign in"
        else:
            expected[person] = "refused"
    assert outcomes == expected, f"{rule}: the line is in {TABLE}"


def test_addresses_without_a_write_rule_refuse_writes(client, loiret):
    """Except Django's administration, whose pages accept POST like GET."""
    client.force_login(USER_FACTORIES["administrator"]())
    written = {(rule.method, route_of(rule)) for rule in RULES}
    for rule in RULES:
        methods = WRITING if rule.address.startswith("/api/") else ("POST",)
        for method in methods:
            if rule.method != "GET" or (method, route_of(rule)) in written:
                continue
            if rule.address.startswith("/admin/"):
                continue
            response = getattr(client, method.lower())(address_of(rule.address))
            assert response.status_code in (403, 405), (
                f"{method} {rule.address} is answered: add its line to {TABLE}"
            )
