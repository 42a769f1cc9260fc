"""The pages that are audited."""

from collections.abc import Container, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.pages.test_public_pages import PAGES
from tests.rights.rows import ROW_FACTORIES, USER_FACTORIES
from tests.rights.table import PEOPLE, RULES

# Where most readers go: opened one by one in a browser.
MAIN_PAGES = [
    "/",
    "/trouver/?q=Olivet",
    "/communes/45232/",
    "/equipes/",
    "/equipes/olivetaine/",
    "/demenagements/",
    "/demenagements/1/",
    "/accueil/",
    "/accueil/france-services-de-bonny-sur-loire/",
    "/signaler/?page=/equipes/olivetaine/",
    "/schemas/loiret-2022-2026/",
    "/schemas/loiret-2022-2026/fiches/",
    "/schemas/loiret-2022-2026/fiches/3.1.1/",
    "/chiffres/",
    "/accessibilite/",
    "/connexion/",
]
NOT_OURS = ("/admin/", "/api/v1/")  # Django's administration, and JSON


class Rows(dict[str, object]):
    """The rows named by the addresses of the rights table, each made once."""

    def __missing__(self, name: str) -> object:
        with transaction.atomic():
            self[name] = ROW_FACTORIES[name]()
        return self[name]


def visited_pages(endings: Container[str] = ("",)) -> Iterator[tuple[str, str, HttpResponse]]:
    """Yield (person, address, response) of each page that a person may read.

    Every address of the rights table for each of its people, and the public pages of the browser tests;
    only those whose path has one of these endings (`.csv`; a page has none).
    """
    browsers = {person: _browser(person) for person in PEOPLE}
    rows = Rows()
    for rule in RULES:
        path = rule.address.partition("?")[0]
        if rule.method != "GET" or path.startswith(NOT_OURS) or Path(path).suffix not in endings:
            continue
        address = rule.address.format_map(rows)
        for person in sorted(rule.allowed):
            yield person, address, _get(browsers[person], address)
    for address in PAGES if "" in endings else ():
        yield "anonymous", address, _get(browsers["anonymous"], address)


def _browser(person: str) -> Client:
    browser = Client()
    if person in USER_FACTORIES:
        browser.force_login(USER_FACTORIES[person]())
        session = browser.session
        session.save()
        browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser


def _get(browser: Client, address: str) -> HttpResponse:
    with transaction.atomic():
        response = browser.get(address, follow=True)
        transaction.set_rollback(True)
    return response
