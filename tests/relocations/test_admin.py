"""Moves in the administration: their status is changed by transitions only, as everywhere."""

import pytest
from django.urls import reverse

from relocations.models import Relocation
from teams.models import Site, Team
from tests.factories import RelocationFactory, SiteFactory, UserFactory, agent, manager, pilot

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"
LIST = reverse("admin:relocations_relocation_changelist")
ADD = reverse("admin:relocations_relocation_add")


@pytest.fixture(autouse=True)
def day(today):
    today("2024-01-20")


@pytest.fixture
def move():
    return Relocation.objects.get(key="45-2023-fleuryssois")


@pytest.fixture
def agent_client(client):
    client.force_login(agent(ORLEANS, name="Anne"))
    return client


def page(move):
    return reverse("admin:relocations_relocation_change", args=[move.pk])


def send(client, move, to, **typed):
    return client.post(page(move), {"to": to, "version": move.version, **typed})


def field_errors(answer):
    return dict(answer.context["adminform"].form.errors)


class TestChanging:
    def test_a_new_date_with_its_reason_and_its_hand(self, agent_client, move):
        typed = {"period": "mi-mars 2024", "reason": "bail signé", "evidence": "un appel"}
        assert send(agent_client, move, "planned", **typed).status_code == 302
        move.refresh_from_db()
        assert (move.period_text, move.version, move.reason) == ("mi-mars 2024", 2, "bail signé")
        assert str(move.history.latest().history_user) == "Anne"

    def test_done_moves_the_team(self, agent_client, move):
        assert send(agent_client, move, "done", actual_date="2024-01-20").status_code == 302
        assert Team.objects.get(slug="fleuryssois").site == move.destination

    @pytest.mark.parametrize(
        ("to", "typed", "wrong"),
        [
            ("planned", {"period": "mi-mars 2024"}, "reason"),
            ("planned", {"period": "31 février 2024", "reason": "r"}, "period"),
            ("planned", {"period": "avril 2024", "reason": "r" * 10_000}, "reason"),
            ("done", {"actual_date": "2024-02-20"}, "actual_date"),
            ("done", {}, "actual_date"),
            ("confirmed", {}, "period"),
            ("flying", {}, "to"),
            ("cancelled", {}, "reason"),
        ],
    )
    def test_a_refusal_is_shown_beside_its_field(self, agent_client, move, to, typed, wrong):
        answer = send(agent_client, move, to, **typed, evidence="un appel")
        assert answer.status_code == 400
        assert wrong in field_errors(answer)
        assert "un appel" in answer.content.decode()
        move.refresh_from_db()
        assert move.version == 1

    def test_a_status_that_cannot_follow(self, agent_client, move):
        send(agent_client, move, "done", actual_date="2024-01-20")
        move.refresh_from_db()
        answer = send(agent_client, move, "under_study", reason="erreur")
        assert "ne peut pas devenir" in answer.content.decode()

    def test_the_statuses_offered_are_those_that_may_follow(self, agent_client, move):
        send(agent_client, move, "done", actual_date="2024-01-20")
        offered = agent_client.get(page(move)).context["adminform"].form.fields["to"].widget.choices
        assert {to for to, _label in offered} == {"in_progress", "confirmed", "planned"}

    def test_a_place_of_another_departement_is_not_offered(self, agent_client, move):
        far = SiteFactory(department__code="98")
        assert "destination" in field_errors(
            send(agent_client, move, "planned", destination=far.pk)
        )

    def test_facts_are_read_not_written(self, agent_client, move):
        other_team = Team.objects.get(slug="olivetaine")
        send(
            agent_client,
            move,
            "planned",
            team=other_team.pk,
            origin="",
            kind="closing",
            status="done",
        )
        before = (move.team_id, move.origin_id, move.kind, move.status)
        move.refresh_from_db()
        assert (move.team_id, move.origin_id, move.kind, move.status) == before

    def test_a_stale_version_is_a_409_and_loses_nothing(self, agent_client, move):
        send(agent_client, move, "planned", period="juin 2024", reason="travaux")
        stale = send(agent_client, move, "planned", period="mai 2024", reason="des travaux à finir")
        html = stale.content.decode()
        assert stale.status_code == 409
        assert "Nouvelle date : juin 2024" in html
        assert "des travaux à finir" in html
        assert 'value="mai 2024"' in html
        move.refresh_from_db()
        assert (move.period_text, move.version) == ("juin 2024", 2)
        again = stale.context["adminform"].form["version"].value()
        typed = {"version": again, "period": "mai 2024", "reason": "des travaux à finir"}
        assert agent_client.post(page(move), {"to": "planned", **typed}).status_code == 302

    @pytest.mark.parametrize("version", ["", "zéro", "0"])
    def test_without_the_version_that_was_read_nothing_changes(self, agent_client, move, version):
        answer = agent_client.post(page(move), {"to": "planned", "version": version})
        assert answer.status_code == 400
        assert "version" in field_errors(answer)

    def test_the_history_button_leads_to_its_history(self, agent_client, move):
        response = agent_client.get(reverse("admin:relocations_relocation_history", args=[move.pk]))
        assert response["Location"] == f"/espace/demenagements/{move.pk}/"


class TestAnnouncing:
    def announce(self, client, **typed):
        team = Team.objects.get(slug="olivetaine")
        return client.post(ADD, {"team": team.pk, "kind": "move", **typed})

    def test_a_move_with_a_date_is_planned(self, agent_client):
        assert self.announce(agent_client, period="2e semestre 2025").status_code == 302
        made = Relocation.objects.latest("pk")
        assert (made.status, made.origin) == ("planned", made.team.site)
        assert str(made.history.get().history_user) == "Anne"

    def test_the_teams_offered_are_those_that_the_user_may_edit(self, agent_client):
        offered = agent_client.get(ADD).context["adminform"].form.fields["team"].queryset
        assert {team.agency.slug for team in offered} == {ORLEANS}

    def test_a_refusal_saves_nothing(self, agent_client):
        places, moves = Site.objects.count(), Relocation.objects.count()
        answer = self.announce(agent_client, period="bientôt", new_address="12 rue Neuve")
        assert answer.status_code == 400
        assert "period" in field_errors(answer)
        assert (Site.objects.count(), Relocation.objects.count()) == (places, moves)

    def test_not_for_a_team_of_another_agency(self, client):
        client.force_login(agent(NORTH))
        assert "team" in field_errors(self.announce(client))


class TestWho:
    @pytest.mark.parametrize("make", [lambda: agent(NORTH), lambda: manager("41")])
    def test_another_agency_is_refused(self, client, move, make):
        client.force_login(make())
        assert client.get(page(move)).status_code == 403
        assert send(client, move, "done", actual_date="2024-01-20").status_code == 403
        assert move not in client.get(LIST).context["cl"].queryset
        move.refresh_from_db()
        assert move.version == 1

    def test_a_manager_of_the_departement_changes_it(self, client, move):
        client.force_login(manager())
        assert send(client, move, "planned").status_code == 302

    @pytest.mark.parametrize("make", [pilot, UserFactory])
    def test_it_opens_to_nobody_else(self, client, move, make):
        client.force_login(make())
        assert client.get(page(move), follow=True).status_code == 403

    def test_nobody_signs_in_first(self, client, move):
        shown = client.get(page(move), follow=True)
        assert shown.redirect_chain[-1][0].startswith("/connexion/")

    def test_a_move_cannot_be_deleted(self, agent_client, move):
        address = reverse("admin:relocations_relocation_delete", args=[move.pk])
        assert agent_client.post(address, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [move.pk], "post": "yes"}
        agent_client.post(LIST, chosen)
        assert Relocation.objects.filter(pk=move.pk).exists()


def test_a_list_takes_as_many_queries_whatever_its_size(agent_client, queries):
    counts = []
    for size in (1, 15):
        for _n in range(size):
            RelocationFactory(team=Team.objects.get(slug="olivetaine"))
        agent_client.get(LIST)
        with queries() as captured:
            agent_client.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1]
