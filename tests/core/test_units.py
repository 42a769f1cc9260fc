"""The unit after a number: singular for 0 and 1, as French counts."""

import pytest

from portal.core.text.units import unit_after


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1, "conventions", "convention"),
        (0, "jeunes", "jeune"),
        (1.5, "mois", "mois"),
        (1, "rendez-vous", "rendez-vous"),
        (1, "milliers d'euros", "millier d'euros"),
        (1, "équivalents temps plein", "équivalent temps plein"),
        (1, "lieux", "lieu"),
        (1, "bureaux", "bureau"),
        (1, "journaux", "journal"),
        (1, "SAAD", "SAAD"),
        (1, "%", "%"),
        (1, "demandeur sur 2", "demandeur sur 2"),
        (1, "", ""),
        (2, "conventions", "conventions"),
        (-1, "places", "place"),
        (1, "France services", "France services"),
        (1, "maisons France services", "maison France services"),
        (1, "Assistants familiaux", "Assistant familial"),
        (1, "parcours", "parcours"),
        (1, "accès ouverts", "accès ouvert"),
        (1, "travaux", "travail"),
        (1, "taux", "taux"),
        (1, "baux", "bail"),
        (1, "vœux", "vœu"),
        (1, "dossiers transmis", "dossier transmis"),
        (0, "accueils divers", "accueil divers"),
        (1, "avis français", "avis français"),
        (1, "enjeux", "enjeu"),
        (1, "personnes sans papiers", "personne sans papiers"),
    ],
)
def test_unit_after(value, unit, written):
    assert unit_after(value, unit) == written
