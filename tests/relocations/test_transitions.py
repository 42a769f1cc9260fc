"""Transitions of a move: required fields, allowed next statuses, rights, and stale versions."""

from datetime import date

import pytest

from portal.core.periods.period import Period
from portal.core.workflow import Refused, Stale
from portal.notices.models import Notice
from relocations.editing.services import (
    ChangeRequest,
    announce,
    change,
)
from relocations.history import history
from relocations.models import Relocation
from relocations.workflow import WORKFLOW
from teams.models import Team
from tests.factories import RelocationFactory, SiteFactory, TeamFactory, UserFactory, agent

pytestmark = pytest.mark.django_db
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"


@pytest.fixture(autouse=True)
def day(today):
    today("2024-01-20")


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def move():
    team = TeamFactory(site__department__code="98")
    return RelocationFactory(team=team, status="under_study", period=Period.unknown("à terme"))


def ask(move, user, to, **fields):
    for name in ("period",):
        if isinstance(fields.get(name), str):
            fields[name] = Period.parse(fields[name], source_date=None)
    version = fields.pop("version", move.version)
    changed = change(move=move, change_request=ChangeRequest(to, version, **fields), by=user)
    move.refresh_from_db()
    return changed


def refusal(move, user, to, **fields):
    with pytest.raises(Refused) as caught:
        ask(move, user, to, **fields)
    move.refresh_from_db()
    return caught.value.errors


class TestTheLifeOfAMove:
    def test_from_study_to_done_rescheduled_once(self, move, user):
        start, arrival = move.team.site, move.destination
        ask(move, user, "planned", period="mars 2024")
        ask(move, user, "confirmed", period="16 et 17 mars 2024", reason="bail signé")
        ask(move, user, "confirmed", period="18 et 19 mars 2024", reason="le déménageur est pris")
        ask(move, user, "in_progress")
        assert Team.objects.get(pk=move.team_id).site == start
        ask(move, user, "done", actual_date=Period.parse("19 janvier 2024").earliest)
        assert (move.status, move.version) == ("done", 6)
        assert Team.objects.get(pk=move.team_id).site == arrival

    def test_its_history_gives_author_change_and_reason(self, move):
        user = UserFactory()
        ask(move, user, "planned", period="mars 2024")
        ask(move, user, "planned", period="avril 2024", reason="travaux")
        last, first, loaded = history(move)
        assert (loaded.author, loaded.is_loaded, loaded.source_date) == (
            None,
            True,
            "24 novembre 2023",
        )
        assert (last.author, last.is_loaded) == (user, False)
        assert last.sentences == ["Nouvelle date : avril 2024 (avant : mars 2024)."]
        assert (last.reason, last.version) == ("travaux", 3)
        assert first.sentences == ["Le déménagement est prévu.", "Date : mars 2024."]

    def test_its_history_writes_an_inferred_year(self, move, user):
        period = Period.parse("les 16 et 17 mars", source_date=date(2024, 1, 20))
        ask(move, user, "planned", period=period)
        assert history(move)[0].sentences[1] == "Date : samedi 16 et dimanche 17 mars 2024."

    def test_done_and_undone_are_made_sure_of_that_day(self, move, user, today):
        ask(move, user, "done", actual_date=date(2024, 1, 19))
        team = Team.objects.get(pk=move.team_id)
        assert "Dernière vérification : 20 janvier 2024." in team.describe_whereabouts(
            team.whereabouts()
        )
        today("2024-02-02")
        ask(move, user, "planned", period="mars 2025", reason="erreur")
        assert Team.objects.get(pk=move.team_id).checked_on == date(2024, 2, 2)

    def test_done_on_a_day_that_is_not_known(self, move, user, today):
        ask(move, user, "planned", period="décembre 2023")
        assert list(refusal(move, user, "done")) == ["actual_date"], "it was only announced"
        ask(move, user, "done", period="au plus tard le 19 janvier 2024")
        assert (move.status, move.actual_date) == ("done", None)
        assert Team.objects.get(pk=move.team_id).site == move.destination
        assert (
            history(move)[0].sentences[0] == "Le déménagement est fait : le jour n’est pas publié."
        )

    def test_the_team_is_where_the_last_move_led_with_or_without_its_day(self, move, user):
        later = RelocationFactory(
            team=move.team, origin=move.destination, period=Period.parse("2023")
        )
        ask(later, user, "done", period="au plus tard le 15 janvier 2024")
        ask(move, user, "done", actual_date=date(2023, 11, 3))
        assert Team.objects.get(pk=move.team_id).site == later.destination

    def test_a_confirmation_without_a_change_is_recorded(self, move, user):
        ask(move, user, "planned", period="mars 2024")
        ask(move, user, "planned")
        assert history(move)[0].sentences == ["Toujours d'actualité : rien n'a changé."]

    def test_what_is_over_is_reopened_with_a_reason(self, move, user):
        start = move.team.site
        ask(move, user, "done", actual_date=Period.parse("19 janvier 2024").earliest)
        assert set(refusal(move, user, "planned", period="mars 2024")) == {"reason"}
        ask(move, user, "planned", period="mars 2024", reason="reporté au dernier moment")
        assert move.actual_date is None
        assert Team.objects.get(pk=move.team_id).site == start

    def test_back_to_study_has_no_date_any_more(self, move, user):
        ask(move, user, "planned", period="mars 2024")
        ask(move, user, "under_study", reason="le bail n'est pas signé")
        assert not move.period.is_bounded


class TestWhatEachStatusNeeds:
    @pytest.mark.parametrize(
        ("to", "fields", "field"),
        [
            ("planned", {}, "period"),
            ("confirmed", {"period": "mars 2024"}, "period"),
            ("confirmed", {"period": "au plus tard le 4 mars 2024"}, "period"),
            ("done", {}, "actual_date"),
            ("in_progress", {}, "to"),
            ("cancelled", {}, "reason"),
            ("cancelled", {"reason": "   "}, "reason"),
            ("planned", {"period": "mars 2024", "reason": "x" * 1001}, "reason"),
            ("anything", {}, "to"),
        ],
    )
    def test_the_error_names_its_field_and_nothing_changes(self, move, user, to, fields, field):
        assert list(refusal(move, user, to, **fields)) == [field]
        assert (move.status, move.version) == ("under_study", 1)

    @pytest.mark.parametrize(
        "period", ["au plus tard le 21 janvier 2024", "2024", "à partir de 2023", "à terme"]
    )
    def test_a_period_that_is_not_over_attests_nothing(self, move, user, period):
        assert list(refusal(move, user, "done", period=period)) == ["period"]

    def test_a_day_to_come_is_not_done(self, move, user):
        tomorrow = Period.parse("21 janvier 2024").earliest
        assert list(refusal(move, user, "done", actual_date=tomorrow)) == ["actual_date"]

    def test_no_destination_is_not_done(self, user):
        move = RelocationFactory(destination=None)
        day = Period.parse("19 janvier 2024").earliest
        assert list(refusal(move, user, "done", actual_date=day)) == ["destination"]

    def test_a_destination_outside_the_departement(self, move, user):
        far = SiteFactory(department__code="97")
        fields = {"period": "mars 2024", "destination": far}
        assert list(refusal(move, user, "planned", **fields)) == ["destination"]

    def test_another_date_needs_a_reason_but_not_the_first(self, move, user):
        ask(move, user, "planned", period="mars 2024")
        assert list(refusal(move, user, "planned", period="avril 2024")) == ["reason"]

    @pytest.mark.parametrize("status", WORKFLOW)
    def test_nothing_but_what_may_follow(self, user, status):
        days = {"confirmed": "1 et 2 mars 2024", "under_study": ""}.get(status, "mars 2024")
        done = Period.parse("19 janvier 2024").earliest if status == "done" else None
        move = RelocationFactory(status=status, period=Period.parse(days), actual_date=done)
        for to in set(Relocation.Status.values) - set(WORKFLOW[status].next_statuses):
            fields = {"reason": "essai", "period": "4 mars 2024", "actual_date": done}
            assert "to" in refusal(move, user, to, **fields)


class TestChains:
    @pytest.fixture
    def chain(self):
        """From A to B, then from B to C."""
        first = RelocationFactory(period=Period.parse("mars 2024"))
        then = RelocationFactory(
            team=first.team, origin=first.destination, period=Period.parse("juin 2024")
        )
        return first, then

    def test_the_next_move_starts_at_the_new_destination(self, chain, user):
        first, then = chain
        elsewhere = SiteFactory(department=first.team.agency.department)
        ask(first, user, "planned", destination=elsewhere)
        then.refresh_from_db()
        assert (then.origin, then.version) == (elsewhere, 2)
        assert history(then)[0].reason == "Suit le déménagement précédent de l'équipe."

    def test_a_cancelled_move_leaves_the_next_where_it_started(self, chain, user):
        first, then = chain
        ask(first, user, "cancelled", reason="abandonné")
        then.refresh_from_db()
        assert then.origin == first.origin
        ask(first, user, "planned", reason="repris")
        then.refresh_from_db()
        assert then.origin == first.destination

    def test_not_to_where_the_next_leads(self, chain, user):
        first, then = chain
        assert list(refusal(first, user, "planned", destination=then.destination)) == [
            "destination"
        ]

    def test_an_earlier_move_done_late_does_not_take_the_team_back(self, chain, user):
        first, then = chain
        ask(then, user, "done", actual_date=Period.parse("19 janvier 2024").earliest)
        ask(first, user, "done", actual_date=Period.parse("15 janvier 2024").earliest)
        assert Team.objects.get(pk=first.team_id).site == then.destination


class TestTwoPeople:
    def test_the_second_change_is_stale_and_changes_nothing(self, move, user):
        ask(move, user, "planned", period="mars 2024")
        with pytest.raises(Stale):
            ask(move, user, "planned", period="avril 2024", reason="travaux", version=1)
        move.refresh_from_db()
        assert (move.period_text, move.version) == ("mars 2024", 2)


class TestApi:
    ADDRESS = "/api/v1/relocations/{}/transition/"

    @pytest.fixture
    def move(self, loiret):
        return Relocation.objects.get(key="45-2023-fleuryssois")

    def post(self, client, move, **change_request):
        change_request = {
            "to": "planned",
            "version": move.version,
            "period": "mi-mars 2024",
            **change_request,
        }
        address = self.ADDRESS.format(move.pk)
        return client.post(address, change_request, content_type="application/json")

    def test_an_agent_of_the_agency(self, client, move):
        client.force_login(agent(ORLEANS))
        answer = self.post(client, move, reason="bail signé")
        assert answer.status_code == 200
        assert answer.json()["version"] == move.version + 1
        assert answer.json()["period"]["edtf"] == "2024-03-11/2024-03-20"

    def test_done_without_a_day_in_a_period_that_is_over(self, client, move):
        client.force_login(agent(ORLEANS))
        neither = self.post(client, move, to="done", period=None)
        assert neither.status_code == 400
        assert list(neither.json()["errors"]) == ["actual_date"]
        done = self.post(client, move, to="done", period="au plus tard le 19 janvier 2024").json()
        assert (done["status"], done["actual_date"]) == ("done", None)
        assert done["period"]["edtf"] == "../2024-01-19"

    def test_another_agency_is_refused(self, client, move):
        client.force_login(agent(NORTH))
        assert self.post(client, move, reason="bail signé").status_code == 403
        move.refresh_from_db()
        assert move.version == 1

    def test_nobody_is_refused(self, client, move):
        assert self.post(client, move, reason="bail signé").status_code in (401, 403)

    @pytest.mark.parametrize(
        ("change_request", "field"),
        [
            ({"to": "moved"}, "to"),
            ({"period": "31 février 2024"}, "period"),
            ({"period": "du 12 au 4 mars 2024"}, "period"),
            ({"destination": 999_999}, "destination"),
            ({"reason": "x" * 10_000}, "reason"),
            ({"version": "x"}, "version"),
            ({"to": "done", "actual_date": "2024-02-31"}, "actual_date"),
        ],
    )
    def test_bad_input_is_named_and_changes_nothing(self, client, move, change_request, field):
        client.force_login(agent(ORLEANS))
        answer = self.post(client, move, **{"reason": "bail signé", **change_request})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert field in answer.json()["errors"]
        move.refresh_from_db()
        assert (move.version, move.period_text) == (1, "2024")

    def test_a_stale_version(self, client, move):
        client.force_login(agent(ORLEANS))
        assert self.post(client, move, reason="bail signé").status_code == 200
        assert self.post(client, move, reason="un autre").status_code == 409

    def test_an_unknown_move(self, client, loiret):
        client.force_login(agent(ORLEANS))
        assert client.post(self.ADDRESS.format(0), {}).status_code == 404

    def test_colleagues_are_notified_and_the_lookup_follows(self, client, move):
        colleague = agent(ORLEANS)
        client.force_login(agent(ORLEANS))
        self.post(client, move, reason="bail signé")
        notice = Notice.objects.get(recipient=colleague.email)
        assert "le déménagement a changé" in notice.body
        assert "mi-mars 2024" in notice.body
        client.logout()
        team = client.get("/api/v1/lookup/?q=Fleury-les-Aubrais").json()["teams"][0]
        assert team["relocations"][0]["period"]["text"] == "mi-mars 2024"


def test_colleagues_are_notified_of_an_announced_move(loiret):
    colleague, user = agent(ORLEANS), agent(ORLEANS)
    team = Team.objects.get(slug="olivetaine")
    announce(move=Relocation(team=team, status="under_study", origin=team.site), by=user)
    notice = Notice.objects.get(recipient=colleague.email)
    assert "Équipe Olivétaine : un déménagement est annoncé." in notice.body


def test_a_move_older_than_its_history_has_an_empty_history(move):
    move.history.all().delete()
    assert history(move) == []
