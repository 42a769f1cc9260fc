"""The pages where agents edit moves."""

import pytest

from relocations.models import Relocation
from teams.models import Agency, Site, Team
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
def agent_client(client):
    client.force_login(agent(ORLEANS))
    return client


def page(move):
    return f"/espace/demenagements/{move.pk}/"


def send(client, move, geste, **typed):
    return client.post(page(move), {"geste": geste, "version": move.version, **typed})


class TestANewDate:
    def test_its_days_are_shown_before_it_is_saved(self, agent_client, move):
        shown = send(agent_client, move, "changer", period="mi-mars 2024", reason="bail signé")
        assert shown.status_code == 200
        assert "du 11 mars 2024 au 20 mars 2024" in shown.content.decode()
        move.refresh_from_db()
        assert move.version == 1
        typed = {"period": "mi-mars 2024", "seen": "mi-mars 2024", "reason": "bail signé"}
        assert send(agent_client, move, "changer", **typed).status_code == 302
        move.refresh_from_db()
        assert (move.period_text, move.version) == ("mi-mars 2024", 2)

    def test_another_date_than_the_one_shown_is_shown_again(self, agent_client, move):
        typed = {"period": "avril 2024", "seen": "mi-mars 2024", "reason": "bail signé"}
        assert send(agent_client, move, "changer", **typed).status_code == 200
        move.refresh_from_db()
        assert move.version == 1

    @pytest.mark.parametrize(
        ("period", "message"),
        [("31 février 2024", "février"), ("du 12 au 4 mars 2024", "12"), ("bientôt", "bientôt")],
    )
    def test_an_impossible_date_is_refused_beside_its_field_and_nothing_typed_is_lost(
        self, agent_client, move, period, message
    ):
        answer = send(agent_client, move, "changer", period=period, reason="bail signé")
        html = answer.content.decode()
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in html
        assert message in html
        assert f'value="{period}"' in html
        assert "bail signé" in html

    def test_why_is_asked_beside_its_field(self, agent_client, move):
        typed = {"period": "mi-mars 2024", "seen": "mi-mars 2024"}
        answer = send(agent_client, move, "changer", **typed)
        assert answer.status_code == 400
        assert "Dites pourquoi" in answer.content.decode()

    def test_a_new_place_that_was_not_in_the_list(self, agent_client, move):
        typed = {"new_address": "12 rue Neuve", "new_city": "Fleury-les-Aubrais"}
        assert send(agent_client, move, "changer", **typed).status_code == 302
        move.refresh_from_db()
        assert (move.destination.address, move.destination.commune_id) == ("12 rue Neuve", "45147")

    def test_a_refused_site_is_not_saved(self, agent_client, move):
        count = Site.objects.count()
        typed = {"new_address": "12 rue Neuve", "period": "mars 2024", "seen": "mars 2024"}
        assert send(agent_client, move, "changer", **typed).status_code == 400  # Without a reason.
        assert Site.objects.count() == count

    def test_all_errors_are_shown_together_with_the_days(self, agent_client, move):
        count = Site.objects.count()
        typed = {"period": "mi-mars 2024", "new_address": "12 rue Neuve"}
        shown = send(agent_client, move, "changer", **typed)
        html = shown.content.decode()
        assert shown.status_code == 400
        assert "du 11 mars 2024 au 20 mars 2024" in html
        assert "Dites pourquoi" in html
        assert Site.objects.count() == count
        again = send(
            agent_client, move, "changer", **typed, seen="mi-mars 2024", reason="bail signé"
        )
        assert again.status_code == 302

    @pytest.mark.parametrize("city", ["Blois", "Orléans-Nord", "…"])
    def test_a_commune_outside_the_departement_is_refused_beside_its_field(
        self, agent_client, move, city
    ):
        count = Site.objects.count()
        typed = {"new_address": "12 rue Neuve", "new_city": city}
        answer = send(agent_client, move, "changer", **typed)
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"new_city"}
        assert f'value="{city}"' in answer.content.decode()
        assert Site.objects.count() == count

    @pytest.mark.parametrize(
        ("typed", "city", "code"),
        [
            ("st jean de braye", "Saint-Jean-de-Braye", "45284"),
            ("Malesherbes", "Malesherbes", "45191"),  # In Le Malesherbois since 2016.
        ],
    )
    def test_a_commune_is_found_however_it_is_typed(self, agent_client, move, typed, city, code):
        send(agent_client, move, "changer", new_address="12 rue Neuve", new_city=typed)
        move.refresh_from_db()
        assert (move.destination.city, move.destination.commune_id) == (city, code)

    def test_the_place_that_it_leaves_is_no_destination(self, agent_client, move):
        answer = send(agent_client, move, "changer", destination=move.origin_id)
        assert answer.status_code == 400
        assert answer.context["form"].errors["destination"] == [
            "C'est le lieu que l'équipe quitte."
        ]

    def test_a_place_of_another_departement_is_not_offered(self, agent_client, move):
        far = SiteFactory(department__code="97")
        assert send(agent_client, move, "changer", destination=far.pk).status_code == 400


def test_it_is_done_on_the_go(agent_client, move):
    shown = agent_client.get(f"{page(move)}?geste=fait")
    first, *other_groups = shown.context["form"].groups
    assert [field.name for field in first.fields] == ["actual_date"]
    assert not any(group.is_open for group in other_groups)
    html = shown.content.decode()
    assert 'value="2024-01-20"' in html
    assert f"L'équipe est maintenant ici : <strong>{move.destination.label}" in html
    assert send(agent_client, move, "fait", actual_date="2024-01-20").status_code == 302
    assert Team.objects.get(slug="fleuryssois").site == move.destination


def test_a_closing_has_no_place_to_choose(agent_client, move):
    closing = RelocationFactory(team=move.team, kind="closing", destination=None)
    assert "Lieu d" not in agent_client.get(f"{page(closing)}?geste=fait").content.decode()
    assert send(agent_client, closing, "fait", actual_date="2024-01-20").status_code == 302


def test_an_overdue_move_cannot_be_confirmed_unchanged(agent_client, move, today):
    assert "toujours vrai" in agent_client.get(page(move)).content.decode()
    today("2025-02-01")
    html = agent_client.get(page(move)).content.decode()
    assert "toujours vrai" not in html
    assert "Pas encore fait, ni nouvelle date" in html


class TestWhoIsTold:
    NOTIFIED, NOBODY = "sont prévenues par courriel", "personne n'est prévenu"

    def visible_html(self, client, move):
        send(client, move, "rien")
        return client.get(page(move)).content.decode()

    def test_nobody_in_a_replay(self, agent_client, move, settings):
        settings.EMAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
        assert self.NOBODY in self.visible_html(agent_client, move)

    def test_nobody_without_a_mail_server(self, agent_client, move, settings):
        settings.PORTAL_TODAY, settings.EMAIL_TRANSPORT = None, ""
        assert self.NOBODY in self.visible_html(agent_client, move)

    def test_those_concerned_otherwise(self, agent_client, move, settings):
        settings.PORTAL_TODAY = None
        settings.EMAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
        html = self.visible_html(agent_client, move)
        assert self.NOTIFIED in html
        assert self.NOBODY not in html


def test_a_stale_version_is_a_409_and_loses_nothing(agent_client, move, client):
    send(agent_client, move, "rien")
    typed = {"period": "juin 2024", "seen": "juin 2024", "reason": "des travaux à finir"}
    answer = send(agent_client, move, "changer", **typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    landmarks = ('id="gesture"', "Quelqu'un a changé ce déménagement", 'name="period"')
    order = [html.index(landmark) for landmark in landmarks]
    assert order == sorted(order)  # The anchor where the page opens, before the typed text.
    assert "des travaux à finir" in html
    assert 'value="juin 2024"' in html
    assert 'name="version" value="2"' in html


class TestWho:
    def test_another_agency_reads_the_history_and_changes_nothing(self, client, move):
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

    def test_an_unknown_action_is_a_404(self, agent_client, move):
        assert send(agent_client, move, "voler").status_code == 404


class TestAnnouncing:
    ADDRESS = "/espace/demenagements/nouveau/"

    def announce(self, client, **typed):
        team = Team.objects.get(slug="olivetaine")
        return client.post(self.ADDRESS, {"team": team.pk, "kind": "move", **typed})

    def test_a_move_with_a_date_is_planned(self, agent_client):
        typed = {"period": "2e semestre 2025", "seen": "2e semestre 2025"}
        assert self.announce(agent_client, **typed).status_code == 302
        made = Relocation.objects.latest("pk")
        assert (made.status, made.origin) == ("planned", made.team.site)

    def test_without_a_date_it_is_under_study(self, agent_client):
        assert self.announce(agent_client).status_code == 302
        assert Relocation.objects.latest("pk").status == "under_study"

    def test_not_for_a_team_of_another_agency(self, client):
        client.force_login(agent(NORTH))
        assert self.announce(client).status_code == 400

    def test_forbidden_to_users_without_a_team(self, client):
        client.force_login(pilot())
        assert client.get(self.ADDRESS).status_code == 403


def test_done_on_a_day_that_is_not_known(agent_client, move):
    typed = {"period": "au plus tard le 19 janvier 2024", "seen": "", "actual_date": "2024-01-20"}
    both = send(agent_client, move, "fait", **typed)
    assert both.status_code == 400
    assert "Donnez le jour, ou bien la période" in both.content.decode()
    typed["actual_date"] = ""
    shown = send(agent_client, move, "fait", **typed)
    assert "jusqu'au 19 janvier 2024" in shown.content.decode()
    typed["seen"] = typed["period"]
    assert send(agent_client, move, "fait", **typed).status_code == 302
    move.refresh_from_db()
    assert (move.status, move.actual_date, move.period.edtf) == ("done", None, "../2024-01-19")
    public = agent_client.get(move.get_absolute_url()).content.decode()
    assert "fait, jour non publié" in public


class TestWorkspace:
    def test_overdue_first_and_what_colleagues_changed(self, agent_client, move, client):
        html = agent_client.get("/espace/").content.decode()
        titles = ["Date dépassée : est-ce fait ?", "Sans nouvelles depuis trente jours"]
        overdue, silent = map(html.index, titles)
        first = html.index("mardi 28 et mercredi 29 novembre 2023")  # The year was not printed.
        assert overdue < first < silent < html.index("jour à préciser")
        client.force_login(manager())
        send(client, move, "changer", period="juin 2024", seen="juin 2024", reason="travaux")
        client.force_login(agent(ORLEANS))
        assert (
            "Nouvelle date : juin 2024 (avant : 2024)." in client.get("/espace/").content.decode()
        )

    def test_a_manager_reads_how_many_are_late_and_of_which_agency(self, client, move):
        RelocationFactory(team__agency=Agency.objects.get(slug=NORTH))
        client.force_login(manager())
        html = client.get("/espace/").content.decode()
        assert "Date dépassée : est-ce fait ? <span" in html
        assert "6 déménagements</span>" in html
        assert "ADS Orléans Métropole · dernières nouvelles le 24 novembre 2023" in html
        assert "ADS Nord Loiret" in html

    def test_as_many_queries_whatever_the_moves(self, agent_client, queries):
        counts = []
        for size in (1, 15):
            for _n in range(size):
                RelocationFactory(team=Team.objects.get(slug="olivetaine"))
            agent_client.get("/espace/")  # Fill the caches that all pages use.
            with queries() as captured:
                agent_client.get("/espace/")
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_the_history_as_csv(agent_client, move):
    send(
        agent_client, move, "changer", period="juin 2024", seen="juin 2024", reason="=HYPERLINK(1)"
    )
    table = agent_client.get(f"{page(move)}histoire.csv").content.decode("utf-8-sig")
    assert "Nouvelle date : juin 2024" in table
    assert "'=HYPERLINK(1)" in table
