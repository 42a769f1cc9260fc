"""With several languages, an address answers in each of them, from the caches too."""

import gc
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from portal.core.caching import data_versions
from portal.core.caching.data_versions import VersionedCache
from portal.core.opening_hours import descriptions
from portal.core.periods.period import Period, format_day
from portal.core.text.language_cache import cache_by_language
from tests.i18n import pseudo
from tests.i18n.test_pages import data, untranslated  # noqa: F401, a fixture
from tests.rights.test_table import sessions  # noqa: F401, a fixture

PAGES = (
    "/",
    "/communes/45232/",
    "/accueil/",
    "/accueil/france-services-de-montargis/",
    "/equipes/",
    "/demenagements/",
    "/demenagements/flux.atom",
    "/demenagements/calendrier.ics",
    "/chiffres/",
    "/schemas/",
    "/schemas/loiret-2022-2026/fiches/",
    "/schemas/loiret-2022-2026/fiches/1.1.1/",
    "/api/v1/lookup/?q=Olivet",
    "/api/v1/teams/olivetaine/",
    "/api/docs/",
    "/nulle-part/",
)


@pytest.fixture
def two_languages() -> Iterator[None]:
    with pseudo.beside_french():
        yield


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("first", ["fr", pseudo.CODE])
def test_an_address_answers_in_each_language_from_the_caches(
    loiret,
    two_languages,
    data,  # noqa: F811
    address,
    first,
):
    browser = Client()
    second = ({"fr", pseudo.CODE} - {first}).pop()
    for language in (first, second, first, second):  # made twice, then read twice
        response = browser.get(address, headers={"accept-language": language})
        assert response.headers["Content-Language"] == language
        if language == "fr":
            assert pseudo.OPENS not in response.content.decode()
        else:
            assert pseudo.OPENS in response.content.decode()
            escaped = [part for text in untranslated(response) for part in data.left_out_of(text)]
            assert not escaped


def test_a_page_names_its_language_and_what_chose_it(loiret, two_languages, client):
    response = client.get("/", headers={"accept-language": f"{pseudo.CODE},fr;q=0.5"})
    assert f'<html lang="{pseudo.CODE}">' in response.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    client.cookies["django_language"] = "fr"
    response = client.get("/", headers={"accept-language": pseudo.CODE})
    assert '<html lang="fr">' in response.content.decode()


def test_a_portal_in_french_alone_does_not_vary(loiret, client):
    response = client.get("/", headers={"accept-language": "de"})
    assert '<html lang="fr">' in response.content.decode()
    assert "Content-Language" not in response.headers
    assert "Accept-Language" not in response.headers.get("Vary", "")


def texts_in(value: object) -> Iterator[str]:
    """Yield every text that a value holds, directly or not."""
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif id(item) not in seen and not isinstance(item, (type, ModuleType, FunctionType)):
            seen.add(id(item))
            waiting += gc.get_referents(item)


def test_what_languages_share_holds_no_text(loiret, two_languages):
    _ = get_resolver().url_patterns  # imports every module that has a cache
    versions = data_versions.current_versions()
    shared = [cache for cache in VersionedCache.instances if not cache.has_text]
    assert shared
    with translation.override(pseudo.CODE):
        for cache in shared:
            cache.clear()
            messages = [text for text in texts_in(cache.get(versions)) if pseudo.OPENS in text]
            assert not messages


def test_a_value_built_from_the_database_is_built_in_each_language(loiret, two_languages):
    greeting = VersionedCache(lambda: translation.gettext("Bonjour"), "teams")
    try:
        versions = data_versions.current_versions()
        for _time in range(2):
            assert greeting.get(versions) == "Bonjour"
            with translation.override(pseudo.CODE):
                assert greeting.get(versions) == "⟦Bonjour⟧"
    finally:
        VersionedCache.instances.remove(greeting)


def test_a_function_remembers_a_text_of_each_language(two_languages):
    calls = []

    @cache_by_language()
    def greet(name: str) -> str:
        calls.append(name)
        return translation.gettext("Bonjour %s") % name

    for _time in range(2):
        assert greet("Ana") == "Bonjour Ana"
        with translation.override(pseudo.CODE):
            assert greet("Ana") == "⟦Bonjour ⟧Ana"
    assert calls == ["Ana", "Ana"]


def test_days_periods_and_hours_are_said_in_each_language(two_languages):
    october = Period.parse("octobre 2022")
    for _time in range(2):
        assert str(october) == "octobre 2022"
        assert format_day(october.earliest) == "1er octobre 2022"
        assert descriptions.describe("Mo 08:30-12:00") == "le lundi de 8 h 30 à 12 h"
        with translation.override(pseudo.CODE):
            assert str(october) == "⟦octobre⟧ 2022"
            assert format_day(october.earliest).startswith("⟦1er⟧")
            assert "⟦" in descriptions.describe("Mo 08:30-12:00")
