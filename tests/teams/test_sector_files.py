"""Files of sectors as départements have them: what is accepted, and what is refused with a remedy."""

import pytest
from django.core.management import CommandError

from teams.models import Sector

FLEURY, MALESHERBOIS = "45147", "45191"


def streets(**values):
    rows = Sector.objects.exclude(street="").filter(**values).order_by("pk")
    return [(row.team.slug, row.street) for row in rows.select_related("team")]


def test_small_words_tell_two_streets_apart(import_sectors):
    import_sectors(
        "équipe;commune;rue\n"
        "Fleuryssois;Fleury-les-Aubrais;Rue du Bois\n"
        "Abraysiens;Fleury-les-Aubrais;Rue des Bois\n"
    )
    assert streets() == [("fleuryssois", "Rue du Bois"), ("abraysiens", "Rue des Bois")]


def test_letters_tell_two_streets_apart(import_sectors):
    import_sectors(
        "équipe;commune;rue\n"
        "Fleuryssois;Fleury-les-Aubrais;Allée A\n"
        "Abraysiens;Fleury-les-Aubrais;Allée D\n"
    )
    assert streets() == [("fleuryssois", "Allée A"), ("abraysiens", "Allée D")]


def test_two_spellings_of_one_street_are_one_place(import_sectors):
    with pytest.raises(CommandError, match="donne déjà « R GAL DE GAULLE » à une autre équipe"):
        import_sectors(
            "équipe;commune;rue\n"
            "Fleuryssois;Fleury-les-Aubrais;R GAL DE GAULLE\n"
            "Abraysiens;Fleury-les-Aubrais;Rue du Général de Gaulle\n"
        )


def test_a_street_spelled_otherwise_in_a_later_file_is_the_same_sector(import_sectors):
    import_sectors("équipe;commune;rue\nFleuryssois;Fleury-les-Aubrais;R GAL DE GAULLE\n")
    (before,) = Sector.objects.exclude(street="")
    import_sectors("équipe;commune;rue\nAbraysiens;Fleury-les-Aubrais;Rue du Général de Gaulle\n")
    (after,) = Sector.objects.exclude(street="").select_related("team")
    assert (after.pk, after.slug) == (before.pk, before.slug)
    assert (after.team.slug, after.street) == ("abraysiens", "Rue du Général de Gaulle")


def test_former_communes_tell_streets_of_one_name_apart(import_sectors):
    file = (
        "équipe;commune;quartier;rue\n"
        "Fleuryssois;Le Malesherbois;Malesherbes;Rue de l'Église\n"
        "Abraysiens;Le Malesherbois;Manchecourt;Rue de l'Église\n"
    )
    import_sectors(file)
    rows = Sector.objects.filter(commune=MALESHERBOIS).order_by("former_commune")
    assert [(row.former_commune, row.name) for row in rows] == [
        ("45191", "Rue de l'Église (Malesherbes)"),
        ("45192", "Rue de l'Église (Manchecourt)"),
    ]
    assert "créés : 0, modifiés : 0" in import_sectors(file)


def test_a_former_commune_is_read_as_that_of_today_and_said(import_sectors):
    output = import_sectors(
        "équipe;commune;rue\n"
        "Fleuryssois;Malesherbes;Rue de l'Église\n"
        "Abraysiens;Manchecourt;Rue de l'Église\n"
    )
    assert "ligne 2 : « Malesherbes » est une ancienne commune : lu « Le Malesherbois »" in output
    assert "ligne 3 : « Manchecourt » est une ancienne commune : lu « Le Malesherbois »" in output
    rows = Sector.objects.filter(commune=MALESHERBOIS).order_by("former_commune")
    assert [row.former_commune for row in rows] == ["45191", "45192"]


def test_a_whole_former_commune_is_a_quarter_of_that_of_today(import_sectors):
    import_sectors("équipe;commune\nAbraysiens;Manchecourt\n")
    row = Sector.objects.get(commune=MALESHERBOIS)
    assert (row.kind, row.name) == ("quarter", "Manchecourt")


@pytest.mark.parametrize(
    "cell",
    [
        "rue Danton, rue Marat, rue Hoche",
        "rue Danton et rue Marat",
        "rue Danton / rue Marat",
        "rue Danton - av. Marat",
        '"rue Danton\nrue Marat"',
        "rues Danton, Marat et Hoche",
    ],
)
def test_several_streets_in_one_cell_are_refused_with_how_to_write_them(import_sectors, cell):
    with pytest.raises(CommandError) as refusal:
        import_sectors(f"équipe;commune;rue\nFleuryssois;Fleury-les-Aubrais;{cell}\n")
    assert "rue : « rue" in str(refusal.value)
    assert "contient plusieurs rues. Écrivez une rue par ligne" in str(refusal.value)
    assert streets() == []


@pytest.mark.parametrize(
    "street", ["rue Pierre et Marie Curie", "Rue Saint-Jean, Le Bourg", "chemin de Gien à Sully"]
)
def test_one_street_whose_name_joins_several_words_is_no_list(import_sectors, street):
    import_sectors(f"équipe;commune;rue\nFleuryssois;Fleury-les-Aubrais;{street}\n")
    assert streets() == [("fleuryssois", street)]


def test_zero_is_a_house_number(import_sectors):
    import_sectors("équipe;commune;rue;du_numero\nFleuryssois;Fleury-les-Aubrais;rue Danton;0\n")
    row = Sector.objects.get(kind="numbers")
    assert (row.number_from, row.name) == (0, "rue Danton, numéros à partir de 0")


def test_a_suffix_is_part_of_a_house_number(import_sectors):
    file = (
        "équipe;commune;rue;du_numero;au_numero\n"
        "Fleuryssois;Fleury-les-Aubrais;rue Danton;1;12 bis\n"
        "Abraysiens;Fleury-les-Aubrais;rue Danton;12ter;40\n"
    )
    import_sectors(file)
    low, high = Sector.objects.filter(kind="numbers").order_by("number_from")
    assert low.name == "rue Danton, numéros 1 à 12 bis"
    assert (low.number_to, low.number_to_suffix) == (12, "bis")
    assert (high.number_from, high.number_from_suffix) == (12, "ter")
    assert "créés : 0, modifiés : 0" in import_sectors(file)
    with pytest.raises(CommandError, match="à une autre équipe"):
        import_sectors(file.replace("12ter", "12 bis"))
