"""What somebody types may say what they need: it is worked out for them, and kept nowhere."""

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


def is_kept(client, address: str, name: str, text: str) -> bool:
    """Whether a second reader is answered without anything being worked out."""
    client.get(address, {name: text})
    with mock.patch.object(Gazetteer, "parse", autospec=True, side_effect=Gazetteer.parse) as read:
        client.get(address, {name: text})
    return not read.called


@pytest.mark.parametrize("address", ["/trouver/", "/api/v1/lookup/"])
class TestAnAnswer:
    @pytest.mark.parametrize("text", NEEDS)
    def test_to_a_need_is_not_kept(self, client, loiret, address, text):
        assert not is_kept(client, address, "q", text)

    @pytest.mark.parametrize("text", PLACES)
    def test_to_a_place_is(self, client, loiret, address, text):
        assert is_kept(client, address, "q", text)


def test_a_street_typed_by_itself_is_not_kept(client, loiret):
    assert not is_kept(client, "/communes/45232/", "rue", "rue Danton")


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
def test_a_completion_is_kept_where_a_place_begins_so(loiret, text, expected):
    found = gazetteer(data_versions.current_versions()).suggest(text)
    assert begins_only(text, found) == expected


def test_nothing_found_is_nothing_named():
    assert not names_only("Olivet", [])
    assert not begins_only("ol", [])


def test_nothing_typed_is_written(client, loiret, caplog):
    with caplog.at_level(logging.DEBUG, logger="portal"), caplog.at_level(logging.DEBUG, "django"):
        client.get("/trouver/", {"q": "mon mari me frappe"})
        client.get("/api/v1/lookup/", {"q": "mon mari me frappe", "on": "hier"})
    assert "frappe" not in caplog.text
