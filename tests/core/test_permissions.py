"""API permissions: everybody may read; the rules decide who may write a row."""

import pytest
from django.core.exceptions import PermissionDenied
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.test import APIRequestFactory, force_authenticate

from portal.core.permissions.checks import RulesPermission, require_permission
from teams.models import Team
from tests.factories import administrator, agent, manager

pytestmark = pytest.mark.django_db


class TeamSerializer(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["phone"]


class Teams(viewsets.ModelViewSet):
    queryset = Team.objects.all()
    serializer_class = TeamSerializer
    lookup_field = "slug"


def ask(method: str, user=None, slug: str = "olivetaine"):
    acts = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
    request = getattr(APIRequestFactory(), method)("/", {"phone": "02 38 00 00 00"}, format="json")
    if user:
        force_authenticate(request, user)
    return Teams.as_view({method: acts[method]})(request, slug=slug)


def test_it_is_the_rule_of_every_view_by_default():
    assert Teams.permission_classes == [IsAuthenticatedOrReadOnly, RulesPermission]


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: agent("ads-orleans-metropole"), 200),
        (lambda: agent("ads-nord-loiret"), 403),
        (manager, 200),
        (lambda: manager("41"), 403),
        (administrator, 200),
        (lambda: None, 403),
    ],
)
def test_a_row_is_written_by_its_editors(loiret, make, status):
    user = make()
    assert ask("get", user).status_code == 200
    assert ask("patch", user).status_code == status
    phone = Team.objects.get(slug="olivetaine").phone
    assert (phone == "02 38 00 00 00") is (status == 200)


def test_actions_without_a_rule_are_refused(loiret):
    assert ask("delete", agent("ads-orleans-metropole")).status_code == 403


def test_creating_a_row_first_checks_the_right_to_create_any(loiret):
    request = APIRequestFactory().post("/", {"phone": "1"}, format="json")
    force_authenticate(request, agent())
    assert Teams.as_view({"post": "create"})(request).status_code == 403


def test_a_page_asks_the_same_rule(loiret):
    team = Team.objects.get(slug="olivetaine")
    require_permission(agent("ads-orleans-metropole"), "teams.change_team", team)
    with pytest.raises(PermissionDenied):
        require_permission(agent("ads-nord-loiret"), "teams.change_team", team)
