"""The administration shows the reference read-only, and edits the profiles."""

import pytest
from django.urls import reverse

from portal.territory.importers import load_reference
from portal.territory.models import Commune, DepartmentProfile
from portal.territory.reference import read_reference
from tests.factories import administrator


@pytest.fixture(autouse=True)
def signed_in(client, nothing_loaded, files) -> None:
    load_reference(read_reference(files()))
    client.force_login(administrator())


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("st hilaire", ["Saint-Hilaire-Saint-Mesmin"]),
        ("45160", ["Olivet", "Saint-Hilaire-Saint-Mesmin"]),
        ("45232", ["Olivet"]),
    ],
)
def test_communes_are_found_as_people_type_them(client, typed, names):
    page = client.get(reverse("admin:territory_commune_changelist"), {"q": typed})
    assert [commune.name for commune in page.context["cl"].result_list] == names


def test_a_commune_is_shown_and_cannot_be_changed(client):
    address = reverse("admin:territory_commune_change", args=["45191"])
    page = client.get(address)
    assert "Manchecourt" in page.content.decode()
    assert "45330" in page.content.decode()
    assert client.post(address, {"name": "Malesherbes"}).status_code == 403
    assert client.get(reverse("admin:territory_commune_add")).status_code == 403
    delete = reverse("admin:territory_commune_delete", args=["45191"])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_a_list_of_communes_takes_as_many_queries_whatever_its_size(client, queries):
    counts = []
    for size in (4, 44):
        for number in range(Commune.objects.count(), size):
            Commune.objects.create(code=f"45{number:03}", name="Lieu", department_id="45")
        with queries() as captured:
            page = client.get(reverse("admin:territory_commune_changelist"))
        counts.append((len(page.context["cl"].result_list), len(captured)))
    assert counts == [(4, counts[0][1]), (44, counts[0][1])]


def test_an_edited_profile_remembers_it(client):
    address = reverse("admin:territory_departmentprofile_add")
    values = {"department": "45", "portal_name": "Portail", "name_with_article": "du Loiret"}
    assert client.post(address, values).status_code == 302
    profile = DepartmentProfile.objects.get(department="45")
    assert profile.portal_name == "Portail"
    assert profile.edited_at is not None
