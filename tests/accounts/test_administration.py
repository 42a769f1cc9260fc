"""`/admin/` uses the portal's own sign-in and lists only what each person may change."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.territory.models import DepartmentProfile
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.django_db


def test_nobody_is_led_to_the_portal_s_sign_in(client):
    answer = client.get("/admin/accueil/report/", follow=True)
    assert answer.redirect_chain[-1] == ("/connexion/?next=/admin/accueil/report/", 302)
    assert answer.templates[0].name == "account/login.html"


def test_its_own_form_signs_nobody_in(client):
    UserFactory(email="x@loiret.test", is_superuser=True)
    form = {"username": "x@loiret.test", "password": "trois mots sans rapport"}
    answer = client.post("/admin/login/", form)
    assert answer["Location"].startswith("/connexion/")
    assert "_auth_user_id" not in client.session


def test_a_foreign_address_is_not_followed(client, sign_in):
    agent("ads-nord-loiret", email="x@loiret.test")
    there = client.get("/admin/login/?next=https://ailleurs.example/")["Location"]
    assert sign_in("x@loiret.test", address=there)["Location"] == "/admin/"


@pytest.mark.parametrize("make", [pilot, UserFactory])
def test_it_is_closed_to_those_who_keep_nothing_there(client, loiret, make):
    client.force_login(make())
    assert client.get("/admin/", follow=True).status_code == 403


def test_leaving_it_leaves_the_portal(client, loiret):
    client.force_login(agent("ads-nord-loiret"))
    assert client.post("/admin/logout/")["Location"] == "/"
    assert client.get("/espace/").status_code == 302


def test_passwords_are_not_changed_in_the_administration(client, loiret):
    client.force_login(agent("ads-nord-loiret"))
    assert client.get("/admin/password_change/")["Location"] == "/compte/mot-de-passe/"


def test_people_and_rights_are_not_edited_there():
    """Rights are given on the page of people alone, so that each change is recorded."""
    rooms = {model._meta.app_label for model in admin.site._registry}
    assert rooms.isdisjoint({"accounts", "account", "auth", "mfa"})


def test_each_sees_there_what_they_may_change(client, loiret):
    shown = {}
    for make in (lambda: agent("ads-nord-loiret"), manager, administrator):
        client.force_login(make())
        page = client.get("/admin/")
        rooms = page.context["app_list"]
        shown[make] = {row["object_name"] for room in rooms for row in room["models"]}
    of_agent, of_manager, of_administrator = shown.values()
    assert {"ReceptionPoint", "PhoneLine", "Report"} <= of_agent
    assert of_manager - of_agent == {
        *("DepartmentProfile", "ActionSheet", "Figure", "Principle", "Activity", "Referrals")
    }
    assert of_manager <= of_administrator


def test_a_manager_edits_the_profile_of_their_departement_alone(client, loiret):
    profile = DepartmentProfile.objects.get(department="45")
    address = reverse("admin:territory_departmentprofile_change", args=[profile.pk])
    for make, status in (
        (manager, 200),
        (lambda: manager("41"), 403),
        (lambda: agent("ads-nord-loiret"), 403),
        (administrator, 200),
    ):
        client.force_login(make())
        assert client.get(address).status_code == status
    assert client.get(reverse("admin:territory_departmentprofile_add")).status_code == 200
    client.force_login(manager())
    assert client.get(reverse("admin:territory_departmentprofile_add")).status_code == 403
