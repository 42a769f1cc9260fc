"""Names that are said alike have the same key."""

import pytest

from accueil.place_search.sounds import sound, sounds


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("huisseau sur mauves", "huisseo sur mauve"),
        ("beaugency", "bojansi"),
        ("saint jean de braye", "sin jan de bray"),
        ("meung sur loire", "main sur loir"),
        ("pithiviers", "pitivier"),
        ("vieilles maisons", "vieyes maison"),
        ("cravant", "kravan"),
        ("st ay", "saint ai"),
    ],
)
def test_the_same_sound(name, heard):
    assert sound(name) == sound(heard)


@pytest.mark.parametrize(
    ("name", "other"), [("olivet", "olive"), ("ardon", "ardin"), ("bou", "bu")]
)
def test_most_names_stay_apart(name, other):

    assert sound(name) != sound(other)


def test_many_names_sound_as_each_alone():
    names = ["huisseau sur mauves", "st ay", "le thoult trosnay", "y", "l", "chaux"]
    assert sounds(names) == [sound(name) for name in names]
