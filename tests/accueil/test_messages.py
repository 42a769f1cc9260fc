"""Messages about a place that is not a current commune."""

import pytest
from django.urls import reverse

from portal.territory.models import Commune, FormerCommune, PostalCode
from tests.factories import CommuneFactory, DepartmentFactory


@pytest.fixture
def lyon(loiret) -> None:
    rhone = DepartmentFactory(code="69", name="Rhône")
    city = CommuneFactory(code="69123", name="Lyon", department=rhone, population=520_774)
    for code, name in (("69383", "Lyon 3e Arrondissement"), ("69999", "Vieux-Bourg")):
        FormerCommune.objects.create(code=code, name=name, commune=city)


def message(client, text: str) -> str:
    return client.get(reverse("api-lookup-list"), {"q": text}).json()["message"]


def test_an_arrondissement_is_not_called_a_former_commune(client, lyon):
    text = message(client, "Lyon 3")
    assert "Lyon (Rhône)" in text
    assert "ancienne commune" not in text


def test_a_former_commune_is_named_with_the_current_one(client, lyon):
    sentence = "Vieux-Bourg est une ancienne commune ; aujourd'hui, c'est Lyon."
    assert message(client, "Vieux-Bourg").startswith(sentence)


def test_the_page_of_an_arrondissement_bears_its_name(client, lyon):
    city = Commune.objects.get(name="Lyon")
    for code in ("69001", "69002", "69003", "69004"):
        city.postal_codes.add(PostalCode.objects.create(code=code))
    page = client.get(reverse("answer-detail"), {"q": "Lyon 3"}).content.decode()
    assert "Lyon 3e arrondissement" in page
    assert "69001" not in page, "no wall of postal codes"
