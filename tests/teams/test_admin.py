"""Agencies, teams, sites and sectors in the administration: rights, scope, and stale forms."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from teams.models import Agency, Sector, Site, Team
from tests.factories import (
    CommuneFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    administrator,
    agent,
    manager,
    pilot,
)

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
MODELS = [Agency, Team, Site, Sector]


@pytest.fixture
def team():
    return Team.objects.get(slug="olivetaine")


@pytest.fixture
def agent_client(client):
    client.force_login(agent(ORLEANS, name="Anne"))
    return client


def address(row, page="change"):
    return reverse(f"admin:teams_{row._meta.model_name}_{page}", args=[row.pk])


def listing(model, page="changelist"):
    return reverse(f"admin:teams_{model._meta.model_name}_{page}")


def filled(client, where):
    """Return the initial values of the form."""
    form = client.get(where).context["adminform"].form
    existing = {
        name: form.get_initial_for_field(field, name) for name, field in form.fields.items()
    }
    return {
        name: getattr(value, "pk", value) for name, value in existing.items() if value is not None
    }


def send(client, row, **typed):
    return client.post(address(row), {**filled(client, address(row)), **typed})


def add(client, model, **typed):
    where = listing(model, "add")
    return client.post(where, {**filled(client, where), **typed})


def field_errors(answer):
    return dict(answer.context["adminform"].form.errors)


class TestWho:
    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (lambda: agent(ORLEANS), 200),
            (manager, 200),
            (administrator, 200),
            (lambda: agent(NORTH), 403),
            (lambda: manager("41"), 403),
        ],
    )
    def test_a_row_opens_to_those_who_keep_it(self, client, team, make, status):
        client.force_login(make())
        for row in (team, team.agency, team.sectors.first()):
            assert client.get(address(row)).status_code == status
            assert client.post(address(row), {"name": "Autre"}).status_code in (status, 400)
            row.refresh_from_db()
            assert row.name != "Autre"

    @pytest.mark.parametrize("model", MODELS)
    def test_a_list_has_the_rows_that_the_user_may_change(self, client, model):
        for make in (lambda: agent(NORTH), manager, lambda: manager("41")):
            user = make()
            client.force_login(user)
            shown = set(client.get(listing(model)).context["cl"].queryset)
            permission = f"teams.change_{model._meta.model_name}"
            assert shown == {row for row in model.objects.all() if user.has_perm(permission, row)}

    @pytest.mark.parametrize("make", [pilot, UserFactory])
    def test_it_opens_to_nobody_else(self, client, make):
        client.force_login(make())
        assert client.get(listing(Team), follow=True).status_code == 403

    def test_nobody_signs_in_first(self, client, team):
        shown = client.get(address(team), follow=True)
        assert shown.redirect_chain[-1][0].startswith("/connexion/")

    def test_what_is_unknown_leads_back(self, agent_client):
        assert agent_client.get(reverse("admin:teams_team_change", args=["x"])).status_code == 302

    def test_a_sector_alone_may_be_deleted(self, agent_client, team):
        sector = team.sectors.first()
        assert agent_client.post(address(team, "delete"), {"post": "yes"}).status_code == 403
        assert agent_client.post(address(sector, "delete"), {"post": "yes"}).status_code == 302
        assert Sector.history.filter(id=sector.pk).latest().history_type == "-"


class TestChanging:
    def test_a_change_is_in_the_history_with_its_author(self, agent_client, team):
        assert send(agent_client, team, phone="02 38 00 00 01").status_code == 302
        team.refresh_from_db()
        assert team.edited_at is not None
        last = team.history.latest()
        assert (last.phone, str(last.history_user)) == ("02 38 00 00 01", "Anne")

    def test_a_load_leaves_it_and_makes_no_history(self, agent_client, team):
        send(agent_client, team, phone="02 38 00 00 01")
        before = team.history.count()
        call_command("load_department", "45", verbosity=0, stdout=StringIO())
        team.refresh_from_db()
        assert (team.phone, team.history.count()) == ("02 38 00 00 01", before)

    def test_nothing_changed_leaves_it_to_the_loads(self, agent_client, team):
        before = team.history.count()
        assert send(agent_client, team).status_code == 302
        team.refresh_from_db()
        assert (team.edited_at, team.history.count()) == (None, before)

    def test_a_stale_version_is_a_409_and_loses_nothing(self, agent_client, team):
        typed = {**filled(agent_client, address(team)), "email": "olivet@loiret.test"}
        send(agent_client, team, phone="02 38 00 00 01")
        html = agent_client.post(address(team), typed)
        assert html.status_code == 409
        assert "a changé cette fiche" in html.content.decode()
        assert "olivet@loiret.test" in html.content.decode()
        team.refresh_from_db()
        assert (team.phone, team.email) == ("02 38 00 00 01", "")
        again = {**typed, "seen": html.context["adminform"].form["seen"].value()}
        assert agent_client.post(address(team), again).status_code == 302
        team.refresh_from_db()
        assert team.email == "olivet@loiret.test"

    def test_the_history_button_leads_to_its_history(self, agent_client, team):
        page = agent_client.get(address(team)).content.decode()
        assert address(team, "history") in page
        response = agent_client.get(address(team, "history"))
        assert response["Location"] == f"/espace/histoires/equipe/{team.pk}/"

    def test_the_slug_is_set_once(self, agent_client, team):
        assert send(agent_client, team, slug="autre").status_code == 302
        team.refresh_from_db()
        assert team.slug == "olivetaine"


class TestThePlaceOfATeam:
    def test_it_changes_with_a_move_alone(self, agent_client, team):
        before, other_row = team.site, Site.objects.exclude(pk=team.site_id).first()
        send(agent_client, team, site=other_row.pk, phone="02 38 00 00 01")
        team.refresh_from_db()
        assert (team.site, team.phone) == (before, "02 38 00 00 01")

    def test_without_a_move_it_is_chosen_in_its_departement(self, agent_client, team):
        still = TeamFactory(agency=team.agency, site=None)
        place = SiteFactory(department_id="45")
        far = SiteFactory(department__code="98")
        offered = agent_client.get(address(still)).context["adminform"].form.fields["site"].queryset
        assert place in offered
        assert far not in offered
        assert send(agent_client, still, site=far.pk).status_code == 400
        assert send(agent_client, still, site=place.pk).status_code == 302
        still.refresh_from_db()
        assert still.site == place


class TestAdding:
    def test_a_team_named_after_its_name(self, agent_client, team):
        typed = {"agency": team.agency_id, "name": "Val d'Essai", "kind": "proximity"}
        assert add(agent_client, Team, **typed).status_code == 302
        assert Team.objects.get(name="Val d'Essai").slug == "val-dessai"

    def test_a_name_already_taken_is_refused(self, agent_client, team):
        typed = {"agency": team.agency_id, "name": team.name, "kind": "proximity"}
        answer = add(agent_client, Team, **typed)
        assert answer.status_code == 400
        assert list(field_errors(answer)) == ["slug"]

    def test_not_in_another_agency(self, agent_client):
        theirs = Agency.objects.get(slug=NORTH)
        answer = add(agent_client, Team, agency=theirs.pk, name="Essai", kind="proximity")
        assert "agency" in field_errors(answer)

    def test_a_manager_adds_an_agency_and_an_agent_none(self, client, agent_client):
        assert agent_client.get(listing(Agency, "add")).status_code == 403
        client.force_login(manager())
        typed = {"department": "45", "name": "ADS Essai", "long_name": "Agence Essai"}
        assert add(client, Agency, **typed).status_code == 302
        typed = {"department": "41", "name": "MDS Essai", "long_name": "Maison Essai"}
        assert "department" in field_errors(add(client, Agency, **typed))

    @pytest.mark.parametrize(
        ("typed", "wrong"),
        [
            ({"address": ""}, {"address"}),
            ({"latitude": "47.9"}, {"longitude"}),
            ({"latitude": "147.9", "longitude": "1.9"}, {"latitude"}),
            ({"latitude": "0", "longitude": "0", "commune": "45234"}, {"latitude"}),
            ({"latitude": "1.9", "longitude": "47.9"}, {"latitude"}),
            ({"commune": "98001"}, {"commune"}),
            ({"department": "41"}, {"department"}),
        ],
    )
    def test_errors_of_a_site_are_beside_their_fields(self, agent_client, typed, wrong):
        CommuneFactory(code="98001")
        answer = add(agent_client, Site, **{"department": "45", "address": "1 rue Neuve", **typed})
        assert answer.status_code == 400
        assert set(field_errors(answer)) == wrong

    @pytest.mark.parametrize(
        ("typed", "wrong"),
        [
            ({"kind": "street"}, {"street"}),
            ({"street": "rue Basse"}, {"street"}),
            ({"kind": "numbers", "street": "rue Basse"}, {"number_from", "number_to"}),
            (
                {"kind": "numbers", "street": "r", "number_from": "9", "number_to": "3"},
                {"number_to"},
            ),
            ({"number_from": "3"}, {"number_from"}),
            ({"parity": "odd"}, {"parity"}),
            ({"valid_from": "01/02/2024", "valid_to": "01/01/2024"}, {"valid_to"}),
            ({"commune": "98001"}, {"commune"}),
            ({"commune": "rien"}, {"commune"}),
        ],
    )
    def test_errors_of_a_sector_are_beside_their_fields(self, agent_client, team, typed, wrong):
        CommuneFactory(code="98001")
        whole = {"team": team.pk, "commune": "45232", "kind": "quarter", "name": "Essai"}
        answer = add(agent_client, Sector, **{**whole, "basis": "published", **typed})
        assert answer.status_code == 400
        assert set(field_errors(answer)) == wrong

    def test_a_sector_named_after_its_commune_and_name(self, agent_client, team):
        typed = {"team": team.pk, "commune": "45232", "kind": "quarter", "name": "Le Larry"}
        assert add(agent_client, Sector, **typed, basis="published").status_code == 302
        assert Sector.objects.get(name="Le Larry").slug == "45232-le-larry"


class TestTwoTeamsForOnePlace:
    """Refused as an import refuses two lines, naming the other team; see `teams.sectors.overlaps`."""

    @pytest.fixture
    def agent_client(self, client):
        client.force_login(manager())
        return client

    @pytest.fixture
    def fields(self):
        """Return the fields of a sector of the Abraysiens."""
        other_row = Team.objects.get(slug="abraysiens")
        return {"team": other_row.pk, "commune": "45252", "kind": "commune", "name": "B"} | {
            "basis": "published"
        }

    @pytest.mark.parametrize(
        ("stored", "typed"),
        [
            ({}, {}),
            ({"valid_to": "2026-06-30"}, {"valid_from": "30/06/2026"}),
            ({"valid_from": "2026-01-01"}, {"valid_to": "01/01/2026"}),
            ({"kind": "quarter", "name": "Les Carmes"}, {"kind": "quarter", "name": "les carmes"}),
            (
                {"kind": "street", "street": "Avenue du Général Leclerc"},
                {"kind": "street", "street": "av. du Gal Leclerc"},
            ),
            (
                {"kind": "numbers", "street": "rue A", "number_from": 1, "number_to": 9},
                {"kind": "numbers", "street": "Rue A", "number_from": "9", "number_to": "20"},
            ),
            (
                {
                    "kind": "numbers",
                    "street": "rue A",
                    "number_from": 1,
                    "number_to": 9,
                    "parity": "odd",
                },
                {"kind": "numbers", "street": "rue A", "number_from": "4", "number_to": "5"},
            ),
        ],
    )
    def test_is_refused_beside_the_team(self, agent_client, team, fields, stored, typed):
        stored = {"kind": "commune", "name": "Pithiviers", "basis": "published", **stored}
        row = Sector.objects.create(team=team, commune_id="45252", slug="45252-a", **stored)
        answer = add(agent_client, Sector, **{**fields, **typed})
        assert answer.status_code == 400
        assert list(field_errors(answer)) == ["team"]
        assert f"« {row.name} » est déjà à l'équipe « Olivétaine » ces jours-là" in str(
            field_errors(answer)["team"].as_data()[0].message
        )
        assert Sector.objects.filter(commune="45252").count() == 1

    @pytest.mark.parametrize(
        ("stored", "typed"),
        [
            ({"valid_to": "2026-06-30"}, {"valid_from": "01/07/2026"}),
            ({"kind": "quarter", "name": "Les Carmes"}, {"kind": "quarter", "name": "Le Larry"}),
            ({}, {"kind": "street", "street": "rue A"}),  # The finer sector wins.
            (
                {
                    "kind": "numbers",
                    "street": "rue A",
                    "number_from": 1,
                    "number_to": 9,
                    "parity": "odd",
                },
                {
                    "kind": "numbers",
                    "street": "rue A",
                    "number_from": "2",
                    "number_to": "8",
                    "parity": "even",
                },
            ),
            ({"commune_id": "45232"}, {}),
        ],
    )
    def test_is_not_what_stands_beside(self, agent_client, team, fields, stored, typed):
        Sector.objects.filter(commune="45232").delete()
        stored = {"kind": "commune", "name": "Pithiviers", "basis": "published", **stored}
        Sector.objects.create(**{"commune_id": "45252", **stored}, team=team, slug="a")
        answer = add(agent_client, Sector, **{**fields, **typed})
        assert answer.status_code == 302, field_errors(answer)

    def test_is_refused_to_a_sector_that_changes_too_and_keeps_its_own(
        self, agent_client, team, fields
    ):
        stored = {"kind": "commune", "commune_id": "45252", "basis": "published"}
        row = Sector.objects.create(team=team, slug="a", name="A", **stored)
        past = {"valid_to": "2025-12-31", "team": Team.objects.get(slug="abraysiens")}
        other_row = Sector.objects.create(slug="b", name="B", **stored, **past)
        assert send(agent_client, row, name="C").status_code == 400
        assert send(agent_client, row, name="C", valid_from="01/01/2026").status_code == 302
        assert send(agent_client, row, name="D").status_code == 302, "it is no rival of itself"
        answer = send(agent_client, other_row, valid_to="")
        assert (answer.status_code, list(field_errors(answer))) == (400, ["team"])


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_as_many_queries_whatever_its_size(client, queries, model):
    client.force_login(manager())
    counts = []
    for size in (1, 15):
        for number in range(size):
            team = TeamFactory(
                agency=Agency.objects.create(
                    department_id="45", name=f"A{size}{number}", slug=f"a-{size}-{number}"
                ),
                site=SiteFactory(department_id="45"),
            )
            slug = f"s-{size}-{number}"
            whole = {"kind": "commune", "name": "E", "basis": "name", "commune_id": "45232"}
            Sector.objects.create(team=team, slug=slug, **whole)
        client.get(listing(model))
        with queries() as captured:
            client.get(listing(model))
        counts.append(len(captured))
    assert counts[0] == counts[1]
