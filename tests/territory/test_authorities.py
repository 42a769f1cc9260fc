"""Who is in charge of social action: not always the Département of the code."""

import pytest

from portal.territory.authorities import Authority, authority_of
from portal.territory.reference import FOLDER, read_reference

COMMUNES = {
    "69123": "Métropole de Lyon",
    "69264": "Département du Rhône (Nouveau-Rhône)",  # Villefranche-sur-Saône
    "75056": "Ville de Paris",
    "2A004": "Collectivité de Corse",
    "2B033": "Collectivité de Corse",
    "67482": "Collectivité européenne d'Alsace",
    "68066": "Collectivité européenne d'Alsace",
    "97302": "Collectivité territoriale de Guyane",
    "97209": "Collectivité territoriale de Martinique",
    "28085": "Département d'Eure-et-Loir",
    "45232": "Département du Loiret",
    "98818": "",  # Nouméa: its provinces, which the reference does not name
}
DISTRICTS = ("975", "977", "978", "984", "986", "987", "988", "989")


@pytest.fixture(scope="module")
def reference():
    return read_reference(FOLDER)


@pytest.mark.parametrize(("commune", "name"), COMMUNES.items())
def test_each_commune_has_its_authority(reference, commune, name):
    row = reference.communes[commune]
    department = reference.departments[row.department_id]
    authority = Authority(department.authority_name, department.authority_website)
    assert authority_of(row.epci_siren, authority).name == name


def test_every_departement_has_an_authority(reference):
    unnamed = {row.code for row in reference.departments.values() if not row.authority_name}
    assert unnamed == {"984", "986", "987", "988", "989"}


def test_communes_and_districts_of_overseas_collectivities_are_counted_apart(reference):
    districts = [row for row in reference.communes.values() if row.department_id in DISTRICTS]
    assert (len(reference.communes) - len(districts), len(districts)) == (34_875, 94)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Département du Rhône", "Adressez-vous à votre mairie ou au Département du Rhône."),
        ("Métropole de Lyon", "Adressez-vous à votre mairie ou à la Métropole de Lyon."),
        ("Ville de Paris", "Adressez-vous à votre mairie ou à la Ville de Paris."),
        ("", "Adressez-vous à votre mairie."),
    ],
)
def test_the_sentence_agrees_with_the_name(name, sentence):
    assert Authority(name).sentence == sentence
