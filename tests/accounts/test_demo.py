"""The accounts of a demonstration: created once, in a demonstration only."""

from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command

from portal.accounts.models import User
from portal.registries import demo
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

CONTRACT = {
    "agent@example.org": ["agent, ADS Orléans Métropole"],
    "collegue@example.org": ["agent, ADS Nord Loiret"],
    "pilote@example.org": ["pilote du Loiret"],
    "relecteur@example.org": ["relecteur du Loiret"],
    "gestionnaire@example.org": ["gestionnaire du Loiret"],
    "gestionnaire41@example.org": ["gestionnaire, Loir-et-Cher (41)"],
    "admin@example.org": ["administrateur du portail"],
}


def set_up() -> None:
    with mock.patch("portal.registries.loaders.available_departments", return_value=[]):
        call_command("setup_demo", "--departments", "45", stdout=StringIO())


def test_they_are_those_of_the_contract(loiret, settings):
    settings.PORTAL_DEMO = True
    set_up()
    assert {user.email: user.role_labels for user in User.objects.all()} == CONTRACT


@pytest.mark.parametrize("email", CONTRACT)
def test_each_signs_in_without_a_code(client, loiret, settings, email):
    settings.PORTAL_DEMO = True
    demo.make_all()
    answer = client.post("/connexion/", {"login": email, "password": "portail-demo"}, follow=True)
    assert answer.redirect_chain == [("/espace/", 302)]
    assert answer.status_code == 200


def test_there_are_none_outside_a_demonstration(loiret):
    set_up()
    assert not User.objects.exists()


def test_they_are_made_once_and_left_as_they_are(loiret, settings):
    settings.PORTAL_DEMO = True
    set_up()
    User.objects.filter(email="agent@example.org").update(name="Camille")
    with mock.patch("teams.demo.make_password") as hashed:
        set_up()
    assert not hashed.called
    assert User.objects.get(email="agent@example.org").name == "Camille"
    assert User.objects.count() == len(CONTRACT)


def test_a_missing_account_is_created_again(loiret, settings):
    settings.PORTAL_DEMO = True
    UserFactory(email="admin@example.org")
    demo.make_all()
    assert {user.email for user in User.objects.all()} == set(CONTRACT)
    assert not User.objects.get(email="admin@example.org").is_superuser
