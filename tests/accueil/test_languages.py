"""What is memoised in one language is never shown in another."""

from datetime import date, datetime

import pytest
from django.utils import translation

from accueil.contacts.cached_contacts import contacts_cache
from accueil.contacts.row_labels import ReceptionPointPresenter
from accueil.lookup.services import gazetteer
from portal.core.caching import data_versions
from portal.core.opening_hours.calendars import PARIS
from portal.core.opening_hours.descriptions import describe
from portal.core.periods.period import Period, Precision, format_day
from tests.i18n import pseudo

NOON = datetime(2026, 11, 24, 12, tzinfo=PARIS)


@pytest.fixture
def two_languages():
    with pseudo.beside_french():
        yield


def in_each_language(compose):
    """Return the text in French, in the other language, then in French again."""
    texts = []
    for language in ("fr", pseudo.CODE, "fr"):
        with translation.override(language):
            texts.append(str(compose()))
    return texts


def assert_in_each_language(compose, words: str) -> None:
    french, other, again = in_each_language(compose)
    assert words in french
    assert pseudo.OPENS not in french
    assert pseudo.OPENS in other
    assert again == french


@pytest.mark.usefixtures("two_languages")
class TestMemos:
    def test_opening_hours(self):
        assert_in_each_language(lambda: describe("Mo-Fr 08:30-12:00"), "du lundi au vendredi")

    def test_days_and_periods(self):
        spring = Period("", date(2026, 4, 1), date(2026, 9, 30), Precision.MONTH)
        assert_in_each_language(lambda: spring, "d'avril à septembre 2026")
        assert_in_each_language(lambda: format_day(NOON.date(), weekday=True), "mardi 24 novembre")

    def test_the_year_that_two_units_share_is_written_once_in_any_language(self):
        spring = Period("", date(2026, 4, 1), date(2026, 9, 30), Precision.MONTH)
        assert all(text.count("2026") == 1 for text in in_each_language(lambda: spring))

    def test_the_rows_of_a_list(self, make_point, place):
        point = make_point("Ici", kind="ccas", by_appointment=True)

        def row() -> str:
            contacts = contacts_cache.get(data_versions.current_versions())
            labels = ReceptionPointPresenter(NOON, contacts).rows([point])[0].labels
            return f"{labels['kind']}, {labels['hours']}"

        assert_in_each_language(row, "centre communal d'action sociale")
        assert_in_each_language(row, "sur rendez-vous")

    def test_the_description_of_a_team(self, loiret):
        def description() -> str:
            contacts = contacts_cache.get(data_versions.current_versions())
            team = next(team for team in contacts.teams.values() if team.slug == "olivetaine")
            return contacts.describe_team(describe_title, team, NOON.date())

        assert_in_each_language(description, "Équipe")

    def test_names_are_searched_in_french(self, loiret):
        def team() -> str:
            place = gazetteer(data_versions.current_versions()).parse("Équipe Olivétaine").place
            return place.name if place else ""

        with translation.override(pseudo.CODE):
            assert team() == "Équipe Olivétaine"


def describe_title(team, on: date) -> str:
    return team.title


@pytest.mark.usefixtures("two_languages")
def test_the_calendar_and_the_hours_of_another_language_are_made_of_its_messages():
    with translation.override(pseudo.CODE):
        for expression in ("Mo-Fr 08:30-12:00", "Sa 10:00-24:00; PH off", "24/7"):
            for letters in pseudo_outside(describe(expression)):
                assert not letters.isalpha()


def pseudo_outside(text: str) -> str:
    from tests.i18n.visible_text import outside_brackets

    return outside_brackets(text)
