"""The plural of messages that no catalogue has: those of the code, written in French."""

import pytest
from django.test import override_settings
from django.utils import translation
from django.utils.translation import ngettext, npgettext, trans_real

from tests.i18n import pseudo

TEAMS = "%(n)d équipe d'essai", "%(n)d équipes d'essai"
IN_FRENCH = [
    (0, "0 équipe d'essai"),
    (1, "1 équipe d'essai"),
    (2, "2 équipes d'essai"),
    (1000, "1000 équipes d'essai"),
]


@pytest.mark.parametrize(("number", "text"), IN_FRENCH)
def test_zero_and_one_are_singular_in_french(number, text):
    assert ngettext(*TEAMS, number) % {"n": number} == text
    assert npgettext("contexte", *TEAMS, number) % {"n": number} == text


@pytest.mark.parametrize(("number", "text"), IN_FRENCH)
def test_a_message_without_translation_is_shown_in_french(number, text):
    with translation.override("de"):
        assert ngettext(*TEAMS, number) % {"n": number} == text


def test_plurals_of_french_remain_when_django_drops_its_translations():
    with override_settings(LOCALE_PATHS=[]):
        assert ngettext(*TEAMS, 0) == TEAMS[0]
    assert ngettext(*TEAMS, 0) == TEAMS[0]


def test_french_remains_french_where_another_language_is_the_default():
    with pseudo.alone():
        trans_real._translations.pop("fr")  # made again, after that of the default language
        with translation.override("fr"):
            assert translation.gettext("Essai d'ici") == "Essai d'ici"


def test_libraries_keep_their_own_messages():
    with translation.override("de"):
        assert "Stunden" in ngettext("%(num)d hour", "%(num)d hours", 0)
    assert ngettext("%(num)d hour", "%(num)d hours", 0).endswith("heure")


def test_the_pseudo_language_wraps_every_kind_of_message():
    with pseudo.alone():
        assert ngettext(*TEAMS, 0) == "%(n)d⟦ équipe d'essai⟧"
        assert npgettext("contexte", *TEAMS, 2) == "%(n)d⟦ équipes d'essai⟧"
        assert translation.gettext("Essai d'ici") == "⟦Essai d'ici⟧"
        assert translation.pgettext("contexte", "Essai d'ici") == "⟦Essai d'ici⟧"
        assert str(translation.gettext_lazy("Essai d'ici")) == "⟦Essai d'ici⟧"
    assert translation.gettext("Essai d'ici") == "Essai d'ici"
