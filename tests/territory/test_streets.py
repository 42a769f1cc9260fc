"""Which spellings are those of one street."""

import re

import pytest

from portal.territory.house_numbers import HouseNumber
from portal.territory.streets import (
    closest_streets,
    is_same_street,
    match_street,
    street_key,
    typed_name,
)

SAME = """
Cours de la Marne = CRS DE LA MARNE
Rue du Général de Gaulle = R GAL DE GAULLE
Rue du Général de Gaulle = R DU GEN DE GAULLE
Rue du Général de Gaulle = RUE GAL DEGAULLE
Sente des Grecs = SEN DES GRECS
Sentier des Grecs = SEN DES GRECS
Rond-Point de l'Europe = RPT DE L EUROPE
Esplanade de la Gare = ESP DE LA GARE
Quartier des Blossières = QUA DES BLOSSIERES
Rue du Professeur Calmette = R PROF CALMETTE
Rue du Professeur Calmette = R PR CALMETTE
Rue du Capitaine Jean = R CAP JEAN
Rue Notre-Dame de Recouvrance = R ND DE RECOUVRANCE
Rue du 11 novembre = RUE DU ONZE NOVEMBRE
Rue du 11 novembre 1918 = rue du 11 nov.
Rue du 8 mai 1945 = R DU HUIT MAI 45
Rue du 8 mai 1945 = rue du 8 mai mille neuf cent quarante-cinq
Rue du 1er mai = rue du premier mai
Avenue de la 1ère Armée = av. de la première armée
Avenue de la 2e DB = AV DEUXIEME DB
Rue du XIXe siècle = rue du 19ème siècle
Rue des Quatre Vents = rue des 4 vents
Rue vingt-et-un = rue 21
Rue Henri IV = rue Henri quatre
Rue Jean XXIII = rue Jean 23
Rue François Ier = rue François premier
Avenue George V = AV GEORGE 5
Rue Le Nain = RUE LENAIN
Rue Jeanne d'Arc = rue jeanne darc
Rue de l'Orme = rue de lorme
Rue Beau Lieu = rue beaulieu
Rue du Faubourg Bannier = Faubourg Bannier
Rue du Faubourg Saint-Jean = FG ST JEAN
Grande Rue = Grand'Rue
Grande Rue de la Croix = GR DE LA CROIX
Route nationale 20 = RN 20
Route nationale 20 = R.N. 20
Route nationale 20 = N20
Route départementale 2020 = D 2020
Route départementale 2020 = RD n° 2020
Chemin rural n° 12 = CR 12
Voie communale 3 = VC 3
Zone Artisanale des Aulnaies = ZA DES AULNAIES
Zone d'activités des Aulnaies = ZA DES AULNAIES
Rue du Maréchal Foch = r mar foch
Avenue du Président Wilson = AV PDT WILSON
Rue du Commandant Charcot = R CDT CHARCOT
Place de la République = PL DE LA REP
Chemin des Grands Champs = CHE DES GDS CHAMPS
Impasse du Moulin = IMP MLN
Rue du Petit Pont = R PT PONT
Lieu-dit Le Bourg = Le Bourg
Allée A = ALL A
""".strip().splitlines()
DIFFERENT = """
Rue du Bois = Rue des Bois
Rue de l'Église = Rue d'Église
Rue du Colombier = Rue de la Colombier
Allée A = Allée D
Allée I = Allée 1
Allée V = Allée 5
Rue Danton = Impasse Danton
Rue Danton = rue danton prolongée
Rue de Gien = Rue de Giens
Rue du Pont = Rue des Ponts
Rue Saint-Jean = Rue Sainte-Jeanne
Rue du 8 mai 1945 = Rue du 11 novembre 1918
Rue du 11 novembre 1918 = Rue du 11 novembre 1942
Sente des Grecs = Sentier des Grecs
Rue de la Marne = Cours de la Marne
Rue du Cap = Rue du Capitaine
Rue du Col = Rue du Colonel
Rue Charles de Gaulle = Rue du Général de Gaulle
Rue Di = Rue 501
""".strip().splitlines()


@pytest.mark.parametrize("names", SAME)
def test_the_same_street(names):
    name, other = names.split(" = ")
    assert is_same_street(name, other)
    assert is_same_street(other, name)
    assert match_street(other, ["Rue Pasteur", name]).names == [name]


@pytest.mark.parametrize("names", DIFFERENT)
def test_two_streets(names):
    name, other = names.split(" = ")
    assert not is_same_street(name, other)
    assert not is_same_street(other, name)
    assert match_street(other, [name]).names == ()


def test_the_exact_name_wins_over_one_that_leaves_words_out():
    streets = ["Rue du Bois", "Rue des Bois", "Rue Bois"]
    assert match_street("R BOIS", streets).names == ["Rue Bois"]
    assert match_street("RUE DU BOIS", streets).names == ["Rue du Bois"]
    assert match_street("rue bois", streets[:2]).names == streets[:2]


def test_the_closest_names_come_most_alike_first_and_once():
    streets = ["Avenue Danton", "R DANTON", "Rue Danton", "Rue Marat", "Rue Dantan", "Impasse Z"]
    assert closest_streets("rue Denton", streets) == ["R DANTON", "Avenue Danton", "Rue Dantan"]
    assert closest_streets("rue xyzt", streets) == []
    assert closest_streets("", streets) == []


@pytest.mark.parametrize(
    "text", ["", " ", "de la", "-", "\0", "😀", "n" * 5000, "i" * 5000, "4 " * 500]
)
def test_any_text_may_be_typed(text):
    assert len(street_key(text)) <= 120
    match_street(text, ["Rue Danton"])


def test_a_street_is_said_as_it_was_typed():
    text = "13 rue Denton,  45400 Fleury"
    assert typed_name(text, "rue denton") == "rue Denton"
    assert typed_name("R. de l'Église à Gien", "r de l eglise") == "R. de l'Église"
    assert typed_name("autre chose", "rue denton") == "rue denton"


def test_house_numbers_in_the_order_of_the_street():
    texts = ["0", "1", "2", "12", "12a", "12 bis", "12 ter", "12 quater", "13"]
    ranks = [HouseNumber.parse(text).rank for text in texts]
    assert ranks == sorted(ranks)
    assert HouseNumber.parse("12B").rank == HouseNumber.parse("12 bis").rank
    for text in ("", "-1", "douze", "1.5", "12 chevaux", "١٢", "9" * 30):
        with pytest.raises(ValueError, match="^" + re.escape(text)):
            HouseNumber.parse(text)
