"""The pages where agents keep moves true."""

import pytest

from relocations.models import Relocation
from teams.models import Site, Team
from tests.factories import RelocationFactory, SiteFactory, agent, manager, pilot

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"


@pytest.fixture(autouse=True)
def day(today):
    today("2024-01-20")


@pytest.fixture
def move():
    return Relocation.objects.get(key="45-2023-fleuryssois")


@pytest.fixture
def desk(client):
    client.force_login(agent(ORLEANS))
    return client


def page(move):
    return f"/espace/demenagements/{move.pk}/"


def send(client, move, geste, **typed):
    return client.post(page(move), {"geste": geste, "version": move.version, **typed})


class TestANewDate:
    def test_its_days_are_shown_before_it_is_saved(self, desk, move):
        shown = send(desk, move, "changer", period="mi-mars 2024", reason="bail signé")
        assert shown.status_code == 200
        assert "du 11 mars 2024 au 20 mars 2024" in shown.content.decode()
        move.refresh_from_db()
        assert move.version == 1
        typed = {"period": "mi-mars 2024", "seen": "mi-mars 2024", "reason": "bail signé"}
        assert send(desk, move, "changer", **typed).status_code == 302
        move.refresh_from_db()
        assert (move.period_text, move.version) == ("mi-mars 2024", 2)

    def test_another_date_than_the_one_shown_is_shown_again(self, desk, move):
        typed = {"period": "avril 2024", "seen": "mi-mars 2024", "reason": "bail signé"}
        assert send(desk, move, "changer", **typed).status_code == 200
        move.refresh_from_db()
        assert move.version == 1

    @pytest.mark.parametrize(
        ("period", "said"),
        [("31 février 2024", "février"), ("du 12 au 4 mars 2024", "12"), ("bientôt", "bientôt")],
    )
    def test_an_impossible_date_is_said_beside_it_and_nothing_typed_is_lost(
        self, desk, move, period, said
    ):
        answer = send(desk, move, "changer", period=period, reason="bail signé")
        html = answer.content.decode()
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in html
        assert said in html
        assert f'value="{period}"' in html
        assert "bail signé" in html

    def test_why_is_asked_beside_its_field(self, desk, move):
        typed = {"period": "mi-mars 2024", "seen": "mi-mars 2024"}
        answer = send(desk, move, "changer", **typed)
        assert answer.status_code == 400
        assert "Dites pourquoi" in answer.content.decode()

    def test_a_new_place_that_was_not_in_the_list(self, desk, move):
        typed = {"new_address": "12 rue Neuve", "new_city": "Fleury-les-Aubrais"}
        assert send(desk, move, "changer", **typed).status_code == 302
        move.refresh_from_db()
        assert (move.destination.address, move.destination.commune_id) == ("12 rue Neuve", "45147")

    def test_a_place_refused_is_not_kept(self, desk, move):
        count = Site.objects.count()
        typed = {"new_address": "12 rue Neuve", "period": "mars 2024", "seen": "mars 2024"}
        assert send(desk, move, "changer", **typed).status_code == 400  # no reason is given
        assert Site.objects.count() == count

    def test_a_place_of_another_departement_is_not_offered(self, desk, move):
        far = SiteFactory(department__code="97")
        assert send(desk, move, "changer", destination=far.pk).status_code == 400


def test_it_is_done_on_the_go(desk, move):
    shown = desk.get(f"{page(move)}?geste=fait")
    assert 'value="2024-01-20"' in shown.content.decode()
    assert send(desk, move, "fait", actual_date="2024-01-20").status_code == 302
    assert Team.objects.get(slug="fleuryssois").site == move.destination


def test_two_people_the_second_is_told_and_loses_nothing(desk, move, client):
    send(desk, move, "rien")
    typed = {"period": "juin 2024", "seen": "juin 2024", "reason": "des travaux à finir"}
    answer = send(desk, move, "changer", **typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Quelqu’un a changé" in html or "Quelqu'un a changé" in html or "Quelqu&#x27;un" in html
    assert "des travaux à finir" in html
    assert 'value="juin 2024"' in html
    assert 'name="version" value="2"' in html


class TestWho:
    def test_another_agency_reads_the_story_and_changes_nothing(self, client, move):
        client.force_login(agent(NORTH))
        shown = client.get(page(move))
        assert shown.status_code == 200
        assert "?geste=" not in shown.content.decode()
        assert send(client, move, "fait", actual_date="2024-01-20").status_code == 403
        move.refresh_from_db()
        assert move.version == 1

    def test_a_manager_of_the_departement_changes_it(self, client, move):
        client.force_login(manager())
        assert send(client, move, "rien").status_code == 302

    @pytest.mark.parametrize("who", [lambda: manager("41"), pilot])
    def test_who_works_elsewhere_is_refused(self, client, move, who):
        client.force_login(who())
        assert client.get(page(move)).status_code == 403

    def test_nobody_signs_in_first(self, client, move):
        answer = client.get(page(move))
        assert (answer.status_code, answer["Location"][:11]) == (302, "/connexion/")

    def test_an_unknown_gesture_is_a_404(self, desk, move):
        assert send(desk, move, "voler").status_code == 404


class TestAnnouncing:
    ADDRESS = "/espace/demenagements/nouveau/"

    def announce(self, client, **typed):
        team = Team.objects.get(slug="olivetaine")
        return client.post(self.ADDRESS, {"team": team.pk, "kind": "move", **typed})

    def test_a_move_with_a_date_is_planned(self, desk):
        typed = {"period": "2e semestre 2025", "seen": "2e semestre 2025"}
        assert self.announce(desk, **typed).status_code == 302
        made = Relocation.objects.latest("pk")
        assert (made.status, made.origin) == ("planned", made.team.site)

    def test_without_a_date_it_is_under_study(self, desk):
        assert self.announce(desk).status_code == 302
        assert Relocation.objects.latest("pk").status == "under_study"

    def test_not_for_a_team_of_another_agency(self, client):
        client.force_login(agent(NORTH))
        assert self.announce(client).status_code == 400

    def test_not_for_who_keeps_no_team(self, client):
        client.force_login(pilot())
        assert client.get(self.ADDRESS).status_code == 403


class TestWorkspace:
    def test_overdue_first_and_what_colleagues_changed(self, desk, move, client):
        html = desk.get("/espace/").content.decode()
        assert "date dépassée, à confirmer" in html
        rows = html.split("<li>")
        tones = ["date dépassée" in row for row in rows if "/espace/demenagements/" in row]
        assert tones == sorted(tones, reverse=True)
        assert any(tones)
        assert not all(tones)
        client.force_login(manager())
        send(client, move, "changer", period="juin 2024", seen="juin 2024", reason="travaux")
        client.force_login(agent(ORLEANS))
        assert (
            "Nouvelle date : juin 2024 (avant : 2024)." in client.get("/espace/").content.decode()
        )

    def test_as_many_queries_whatever_the_moves(self, desk, queries):
        counts = []
        for size in (1, 15):
            for _n in range(size):
                RelocationFactory(team=Team.objects.get(slug="olivetaine"))
            desk.get("/espace/")  # keeps again what every page says of the portal
            with queries() as captured:
                desk.get("/espace/")
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_the_story_as_a_table(desk, move):
    send(desk, move, "changer", period="juin 2024", seen="juin 2024", reason="=HYPERLINK(1)")
    table = desk.get(f"{page(move)}histoire.csv").content.decode("utf-8-sig")
    assert "Nouvelle date : juin 2024" in table
    assert "'=HYPERLINK(1)" in table
