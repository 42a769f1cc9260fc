"""Agencies, teams, sites and sectors in the administration: by whom, how far, without losing."""

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
def desk(client):
    client.force_login(agent(ORLEANS, name="Anne"))
    return client


def address(row, page="change"):
    return reverse(f"admin:teams_{row._meta.model_name}_{page}", args=[row.pk])


def listing(model, page="changelist"):
    return reverse(f"admin:teams_{model._meta.model_name}_{page}")


def filled(client, where):
    """What the form holds before anybody types."""
    form = client.get(where).context["adminform"].form
    known = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: getattr(value, "pk", value) for name, value in known.items() if value is not None}


def send(client, row, **typed):
    return client.post(address(row), {**filled(client, address(row)), **typed})


def add(client, model, **typed):
    where = listing(model, "add")
    return client.post(where, {**filled(client, where), **typed})


def said(answer):
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
    def test_a_list_holds_what_one_may_change(self, client, model):
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

    def test_what_is_unknown_leads_back(self, desk):
        assert desk.get(reverse("admin:teams_team_change", args=["x"])).status_code == 302

    def test_a_sector_alone_may_be_deleted(self, desk, team):
        sector = team.sectors.first()
        assert desk.post(address(team, "delete"), {"post": "yes"}).status_code == 403
        assert desk.post(address(sector, "delete"), {"post": "yes"}).status_code == 302
        assert Sector.history.filter(id=sector.pk).latest().history_type == "-"


class TestChanging:
    def test_a_change_is_remembered_and_told_with_its_hand(self, desk, team):
        assert send(desk, team, phone="02 38 00 00 01").status_code == 302
        team.refresh_from_db()
        assert team.edited_at is not None
        last = team.history.latest()
        assert (last.phone, str(last.history_user)) == ("02 38 00 00 01", "Anne")

    def test_a_load_leaves_it_and_makes_no_history(self, desk, team):
        send(desk, team, phone="02 38 00 00 01")
        before = team.history.count()
        call_command("load_department", "45", verbosity=0, stdout=StringIO())
        team.refresh_from_db()
        assert (team.phone, team.history.count()) == ("02 38 00 00 01", before)

    def test_nothing_changed_leaves_it_to_the_loads(self, desk, team):
        before = team.history.count()
        assert send(desk, team).status_code == 302
        team.refresh_from_db()
        assert (team.edited_at, team.history.count()) == (None, before)

    def test_two_people_the_second_is_told_and_loses_nothing(self, desk, team):
        typed = {**filled(desk, address(team)), "email": "olivet@loiret.test"}
        send(desk, team, phone="02 38 00 00 01")
        told = desk.post(address(team), typed)
        assert told.status_code == 409
        assert "a changé cette fiche" in told.content.decode()
        assert "olivet@loiret.test" in told.content.decode()
        team.refresh_from_db()
        assert (team.phone, team.email) == ("02 38 00 00 01", "")
        again = {**typed, "seen": told.context["adminform"].form["seen"].value()}
        assert desk.post(address(team), again).status_code == 302
        team.refresh_from_db()
        assert team.email == "olivet@loiret.test"

    def test_the_button_of_the_history_leads_to_the_story(self, desk, team):
        page = desk.get(address(team)).content.decode()
        assert address(team, "history") in page
        story = desk.get(address(team, "history"))
        assert story["Location"] == f"/espace/histoires/equipe/{team.pk}/"

    def test_the_name_in_addresses_is_said_once(self, desk, team):
        assert send(desk, team, slug="autre").status_code == 302
        team.refresh_from_db()
        assert team.slug == "olivetaine"


class TestThePlaceOfATeam:
    def test_it_changes_with_a_move_alone(self, desk, team):
        before, other = team.site, Site.objects.exclude(pk=team.site_id).first()
        send(desk, team, site=other.pk, phone="02 38 00 00 01")
        team.refresh_from_db()
        assert (team.site, team.phone) == (before, "02 38 00 00 01")

    def test_without_a_move_it_is_chosen_in_its_departement(self, desk, team):
        still = TeamFactory(agency=team.agency, site=None)
        place = SiteFactory(department_id="45")
        far = SiteFactory(department__code="98")
        offered = desk.get(address(still)).context["adminform"].form.fields["site"].queryset
        assert place in offered
        assert far not in offered
        assert send(desk, still, site=far.pk).status_code == 400
        assert send(desk, still, site=place.pk).status_code == 302
        still.refresh_from_db()
        assert still.site == place


class TestAdding:
    def test_a_team_named_after_its_name(self, desk, team):
        typed = {"agency": team.agency_id, "name": "Val d'Essai", "kind": "proximity"}
        assert add(desk, Team, **typed).status_code == 302
        assert Team.objects.get(name="Val d'Essai").slug == "val-dessai"

    def test_a_name_already_taken_is_said(self, desk, team):
        typed = {"agency": team.agency_id, "name": team.name, "kind": "proximity"}
        answer = add(desk, Team, **typed)
        assert answer.status_code == 400
        assert list(said(answer)) == ["slug"]

    def test_not_in_another_agency(self, desk):
        theirs = Agency.objects.get(slug=NORTH)
        answer = add(desk, Team, agency=theirs.pk, name="Essai", kind="proximity")
        assert "agency" in said(answer)

    def test_a_manager_adds_an_agency_and_an_agent_none(self, client, desk):
        assert desk.get(listing(Agency, "add")).status_code == 403
        client.force_login(manager())
        typed = {"department": "45", "name": "ADS Essai", "long_name": "Agence Essai"}
        assert add(client, Agency, **typed).status_code == 302
        typed = {"department": "41", "name": "MDS Essai", "long_name": "Maison Essai"}
        assert "department" in said(add(client, Agency, **typed))

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
    def test_what_is_wrong_with_a_place_is_said_beside_it(self, desk, typed, wrong):
        CommuneFactory(code="98001")
        answer = add(desk, Site, **{"department": "45", "address": "1 rue Neuve", **typed})
        assert answer.status_code == 400
        assert set(said(answer)) == wrong

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
    def test_what_is_wrong_with_a_sector_is_said_beside_it(self, desk, team, typed, wrong):
        CommuneFactory(code="98001")
        whole = {"team": team.pk, "commune": "45232", "kind": "quarter", "name": "Essai"}
        answer = add(desk, Sector, **{**whole, "basis": "published", **typed})
        assert answer.status_code == 400
        assert set(said(answer)) == wrong

    def test_a_sector_named_after_its_commune_and_name(self, desk, team):
        typed = {"team": team.pk, "commune": "45232", "kind": "quarter", "name": "Le Larry"}
        assert add(desk, Sector, **typed, basis="published").status_code == 302
        assert Sector.objects.get(name="Le Larry").slug == "45232-le-larry"


class TestTwoTeamsForOnePlace:
    """Refused as an import refuses two lines, naming the other team; see `teams.sectors.overlaps`."""

    @pytest.fixture
    def desk(self, client):
        client.force_login(manager())
        return client

    @pytest.fixture
    def given(self):
        """What one types to give to the Abraysiens what the test names."""
        other = Team.objects.get(slug="abraysiens")
        return {"team": other.pk, "commune": "45252", "kind": "commune", "name": "B"} | {
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
    def test_is_refused_beside_the_team(self, desk, team, given, stored, typed):
        kept = {"kind": "commune", "name": "Pithiviers", "basis": "published", **stored}
        row = Sector.objects.create(team=team, commune_id="45252", slug="45252-a", **kept)
        answer = add(desk, Sector, **{**given, **typed})
        assert answer.status_code == 400
        assert list(said(answer)) == ["team"]
        assert f"« {row.name} » est déjà à l'équipe « Olivétaine » ces jours-là" in str(
            said(answer)["team"].as_data()[0].message
        )
        assert Sector.objects.filter(commune="45252").count() == 1

    @pytest.mark.parametrize(
        ("stored", "typed"),
        [
            ({"valid_to": "2026-06-30"}, {"valid_from": "01/07/2026"}),
            ({"kind": "quarter", "name": "Les Carmes"}, {"kind": "quarter", "name": "Le Larry"}),
            ({}, {"kind": "street", "street": "rue A"}),  # the finer wins
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
    def test_is_not_what_stands_beside(self, desk, team, given, stored, typed):
        Sector.objects.filter(commune="45232").delete()
        kept = {"kind": "commune", "name": "Pithiviers", "basis": "published", **stored}
        Sector.objects.create(**{"commune_id": "45252", **kept}, team=team, slug="a")
        answer = add(desk, Sector, **{**given, **typed})
        assert answer.status_code == 302, said(answer)

    def test_is_refused_to_one_that_changes_too_which_keeps_its_own(self, desk, team, given):
        kept = {"kind": "commune", "commune_id": "45252", "basis": "published"}
        row = Sector.objects.create(team=team, slug="a", name="A", **kept)
        past = {"valid_to": "2025-12-31", "team": Team.objects.get(slug="abraysiens")}
        other = Sector.objects.create(slug="b", name="B", **kept, **past)
        assert send(desk, row, name="C").status_code == 400
        assert send(desk, row, name="C", valid_from="01/01/2026").status_code == 302
        assert send(desk, row, name="D").status_code == 302, "it is no rival of itself"
        answer = send(desk, other, valid_to="")
        assert (answer.status_code, list(said(answer))) == (400, ["team"])


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
