"""The administration of sheets: summary and pilot, by managers of the département."""

import pytest

from schema_actions.models import ActionSheet
from tests.factories import agent, manager, pilot

pytestmark = pytest.mark.django_db

LIST = "/admin/schema_actions/actionsheet/"


def sheet():
    return ActionSheet.objects.get(plan__department="45", key="1.1.1")


def test_a_manager_gives_a_sheet_its_pilot(client, loiret):
    client.force_login(manager("45"))
    page = f"{LIST}{sheet().pk}/change/"
    assert client.get(page).status_code == 200
    answer = client.post(page, {"summary": "Une ligne.", "pilot": "Direction de l'enfance"})
    assert answer.status_code == 302
    action_sheet = sheet()
    assert (action_sheet.pilot, action_sheet.summary) == ("Direction de l'enfance", "Une ligne.")
    assert action_sheet.edited_at
    assert action_sheet.title.startswith("Positionner"), "what is printed stays"


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(lambda: manager("41"), id="a colleague of another département"),
        pytest.param(lambda: agent("ads-orleans-metropole"), id="an agent"),
        pytest.param(pilot, id="a pilot"),
    ],
)
def test_nobody_else(client, loiret, user):
    client.force_login(user())
    client.post(f"{LIST}{sheet().pk}/change/", {"summary": "x", "pilot": "x"})
    assert sheet().pilot == ""


def test_nor_a_stranger(client, loiret):
    assert client.get(LIST).status_code == 302
