"""Who may change agencies, teams, sites and sectors: the rule of a row and the filter of a list agree."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.territory.models import Department
from teams import rules
from teams.models import Agency, Sector, Site, Team
from tests.factories import (
    RelocationFactory,
    SiteFactory,
    UserFactory,
    administrator,
    agent,
    manager,
    pilot,
)

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
MODELS = [
    (Agency, rules.editable_agencies),
    (Team, rules.editable_teams),
    (Site, rules.editable_sites),
    (Sector, rules.editable_sectors),
]


def may(user, row) -> bool:
    return user.has_perm(f"teams.change_{row._meta.model_name}", row)


@pytest.fixture
def team(loiret):
    return Team.objects.get(slug="olivetaine")


def people():
    return {
        "agent": agent(ORLEANS),
        "colleague": agent(NORTH),
        "both": agent(ORLEANS, NORTH),
        "manager": manager(),
        "manager of 41": manager("41"),
        "pilot": pilot(),
        "administrator": administrator(),
        "nobody": UserFactory(),
        "closed": agent(ORLEANS, is_active=False),
        "reader": AnonymousUser(),
    }


def test_a_team_is_editable_by_its_agency_and_its_departement(team):
    allowed = {name for name, user in people().items() if may(user, team)}
    assert allowed == {"agent", "both", "manager", "administrator"}
    sector = team.sectors.first()
    assert {name for name, user in people().items() if may(user, sector)} == allowed
    assert {name for name, user in people().items() if may(user, team.agency)} == allowed


def test_a_site_is_editable_by_the_agencies_whose_teams_use_it(team):
    before, after = SiteFactory(department_id="45"), SiteFactory(department_id="45")
    RelocationFactory(team=team, origin=before, destination=after)
    for place in (team.site, before, after):
        if place:
            assert may(agent(ORLEANS), place)
            assert not may(agent(NORTH), place)
            assert may(manager(), place)
            assert not may(manager("41"), place)


def test_an_unused_site_is_editable_by_any_agent_of_the_departement(loiret):
    place = SiteFactory(department_id="45")
    assert may(agent(NORTH), place)
    assert not may(pilot(), place)
    elsewhere = SiteFactory(department=Department.objects.get(code="41"))
    assert not may(agent(NORTH), elsewhere)
    assert may(manager("41"), elsewhere)


@pytest.mark.parametrize(("model", "editable"), MODELS)
def test_a_list_says_what_the_rule_says_of_each_row(loiret, model, editable):
    SiteFactory(department_id="45")
    rows = list(model.objects.all())
    assert rows
    for name, user in people().items():
        if name in ("administrator", "reader", "closed"):
            continue
        listed = set(model.objects.filter(editable(user)))
        assert listed == {row for row in rows if may(user, row)}, name


@pytest.mark.parametrize("action", ["add_team", "change_team", "change_site", "change_sector"])
def test_without_a_row_it_says_whether_there_may_be_any(loiret, action):
    able = {name for name, user in people().items() if user.has_perm(f"teams.{action}")}
    expected = {"agent", "colleague", "both", "manager", "manager of 41", "administrator"}
    assert able == expected


def test_rights_are_read_once_for_a_request(team, queries):
    user = agent(ORLEANS)
    with queries() as captured:
        for _ in range(5):
            assert may(user, team)
    assert len(captured) <= 3
