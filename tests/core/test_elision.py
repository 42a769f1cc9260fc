"""The name of a place after "de", as French writes it."""

import pytest

from portal.core.text.elision import at_place, of_place


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Sandillon", "de Sandillon"),
        ("Olivet", "d'Olivet"),
        ("Élancourt", "d'Élancourt"),
        ("Le Malesherbois", "du Malesherbois"),
        ("Les Choux", "des Choux"),
        ("La Ferté-Saint-Aubin", "de La Ferté-Saint-Aubin"),
    ],
)
def test_of_place(name, written):
    assert of_place(name) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Olivet", "à Olivet"),
        ("Le Malesherbois", "au Malesherbois"),
        ("Les Choux", "aux Choux"),
        ("La Ferté-Saint-Aubin", "à La Ferté-Saint-Aubin"),
    ],
)
def test_at_place(name, written):
    assert at_place(name) == written
