"""The fonts that every page loads: light, whole for French, with figures that are told apart."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = sorted((Path(__file__).resolve().parents[2] / "static/fonts").glob("*.woff2"))
FRENCH = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ«»’…–—°€\u00a0"


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_font_is_light_and_has_the_letters_of_french(path):
    assert path.stat().st_size <= 11_000, "a page weighs 45 kB at most, all included"
    assert [letter for letter in FRENCH if ord(letter) not in TTFont(path).getBestCmap()] == []


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_zero_has_no_slash_that_makes_it_an_eight(path):
    assert TTFont(path)["glyf"]["zero"].numberOfContours == 2
