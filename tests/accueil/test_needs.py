"""Texts that may reveal a need: their answers are never cached nor logged."""

import logging
from unittest import mock

import pytest

from accueil.lookup.services import gazetteer
from accueil.place_search import Gazetteer, begins_only, names_only
from portal.core.caching import data_versions

NEEDS = [
    "mon mari me frappe Olivet",
    "violences",
    "Olivet RSA",
    "0612345678 Olivet",
    "Orléans mdph",
]
PLACES = ["Olivet", "45160 olivet", "j'habite à Olivet", "12 rue Danton, Fleury-les-Aubrais"]


def is_cached(client, address: str, name: str, text: str) -> bool:
    """Whether a second request is answered without parsing the text again."""
    client.get(address, {name: text})
    with mock.patch.object(Gazetteer, "parse", autospec=True, side_effect=Gazetteer.parse) as parse:
        client.get(address, {name: text})
    return not parse.called


@pytest.mark.parametrize("address", ["/trouver/", "/api/v1/lookup/"])
class TestCachedAnswers:
    @pytest.mark.parametrize("text", NEEDS)
    def test_an_answer_to_a_need_is_not_cached(self, client, loiret, address, text):
        assert not is_cached(client, address, "q", text)

    @pytest.mark.parametrize("text", PLACES)
    def test_an_answer_to_a_place_is_cached(self, client, loiret, address, text):
        assert is_cached(client, address, "q", text)


def test_a_street_alone_is_not_cached(client, loiret):
    assert not is_cached(client, "/communes/45232/", "rue", "rue Danton")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ol", True),
        ("saint j", True),
        ("45160", True),
        ("olivet violences", False),
        ("batt", False),
    ],
)
def test_suggestions_are_cached_when_the_text_begins_a_place_name(loiret, text, expected):
    suggestions = gazetteer(data_versions.current_versions()).suggest(text)
    assert begins_only(text, suggestions) == expected


def test_no_match_is_not_a_place_name():
    assert not names_only("Olivet", [])
    assert not begins_only("ol", [])


def test_typed_text_is_not_logged(client, loiret, caplog):
    with caplog.at_level(logging.DEBUG, logger="portal"), caplog.at_level(logging.DEBUG, "django"):
        client.get("/trouver/", {"q": "mon mari me frappe"})
        client.get("/api/v1/lookup/", {"q": "mon mari me frappe", "on": "hier"})
    assert "frappe" not in caplog.text
