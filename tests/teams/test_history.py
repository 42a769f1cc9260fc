"""The history of a team, a site and a sector: the page, and the table for a spreadsheet."""

from io import StringIO

import pytest
from django.core.management import call_command

from teams.history.changes import Difference, row_history
from teams.models import Sector, Site, Team
from tests.factories import UserFactory, administrator, agent, manager, pilot

pytestmark = pytest.mark.usefixtures("loiret")
ORLEANS, NORTH = "ads-orleans-metropole", "ads-nord-loiret"


@pytest.fixture
def team():
    return Team.objects.get(slug="olivetaine")


def changed(row, by=None, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user = by
    row.save()
    return row_history(row)[0]


def page(row):
    nature = {Team: "equipe", Site: "lieu", Sector: "secteur"}[type(row)]
    return f"/espace/histoires/{nature}/{row.pk}/"


class TestWhatIsTold:
    def test_who_when_and_from_what_to_what_in_french(self, team):
        who = UserFactory(name="Anne")
        team.phone = "02 38 00 00 01"
        team.save()
        last = changed(team, who, phone="02 38 00 00 02", kind="service")
        assert last.author == who
        assert last.differences == [
            Difference("nature", "équipe de proximité", "service"),
            Difference("téléphone", "02 38 00 00 01", "02 38 00 00 02"),
        ]

    def test_foreign_keys_by_their_name_and_days_in_full(self, team):
        before, after = Site.objects.exclude(pk=team.site_id)[:2]
        changed(team, site=before)
        last = changed(team, site=after, checked_on="2024-03-01")
        team.refresh_from_db()
        assert Difference("lieu", before.label, after.label) in row_history(team)[0].differences
        assert Difference("vérifié le", "", "1er mars 2024") in last.differences

    def test_the_first_state_says_all_that_is_known(self, team):
        first = row_history(team)[-1]
        assert (first.kind, first.author) == ("+", None)
        assert Difference("nom", "", team.name) in first.differences
        assert Difference("agence", "", team.agency.name) in first.differences
        assert all(difference.after for difference in first.differences)

    def test_no_internal_field(self, team):
        sector = team.sectors.first()
        last = changed(sector, kind="street", street="rue Basse", name="Rue Basse")
        assert {difference.label for difference in last.differences} == {"nature", "nom", "rue"}

    def test_nor_the_key_of_a_row_in_its_file(self, loiret):
        first = row_history(Site.objects.get(key="45-agence-orleans"))[-1]
        assert "45-agence-orleans" not in {difference.after for difference in first.differences}

    def test_what_a_key_led_to_and_is_no_more(self, team):
        gone = Site.objects.create(department_id="45", address="1 rue Neuve")
        changed(team, site=gone)
        changed(team, site=None)
        key = gone.pk
        gone.delete()
        assert row_history(team)[0].differences == [Difference("lieu", f"supprimé ({key})", "")]

    def test_as_many_queries_whatever_the_changes(self, team, queries):
        counts = []
        for size in (2, 20):
            for number in range(size):
                place = Site.objects.create(department_id="45", address=f"{size} {number}")
                changed(team, UserFactory(), site=place)
            with queries() as captured:
                html = row_history(team)
            counts.append(len(captured))
        assert len(html) == 23
        assert counts[0] == counts[1] == 4


class TestPages:
    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (lambda: agent(ORLEANS), 200),
            (lambda: agent(NORTH), 200),
            (manager, 200),
            (administrator, 200),
            (lambda: manager("41"), 403),
            (pilot, 403),
            (UserFactory, 403),
        ],
    )
    def test_staff_of_the_departement_may_read(self, client, team, make, status):
        client.force_login(make())
        for row in (team, team.site or Site.objects.first(), team.sectors.first()):
            assert client.get(page(row)).status_code == status
            assert client.get(page(row)[:-1] + ".csv").status_code == status

    def test_nobody_signs_in_first(self, client, team):
        for address in (page(team), page(team)[:-1] + ".csv"):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"][:11]) == (302, "/connexion/")

    def test_the_page_shows_the_changes(self, client, team):
        team.phone = "02 38 00 00 01"
        team.save()
        changed(team, UserFactory(name="Anne"), phone="02 38 00 00 02")
        client.force_login(agent(NORTH))
        html = client.get(page(team)).content.decode()
        assert "· Anne" in html
        assert "Téléphone : <strong>02 38 00 00 02</strong> (avant : 02 38 00 00 01)" in html
        assert "repris d'une publication" in html

    def test_the_table_runs_no_formula(self, client, team):
        changed(team, UserFactory(name="=Anne"), email="=HYPERLINK(1)")
        client.force_login(manager())
        answer = client.get(page(team)[:-1] + ".csv")
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0] == "date;qui;quoi;champ;avant;après"
        assert lines[-1].split(";")[1:] == [
            *("'=Anne", "modifié", "adresse électronique", "", "'=HYPERLINK(1)")
        ]

    def test_a_deleted_sector_keeps_its_history(self, client, team):
        sector = team.sectors.first()
        address = page(sector)
        sector.delete()
        client.force_login(agent(ORLEANS))
        html = client.get(address).content.decode()
        assert "Supprimé." in html
        assert sector.name in html
        client.force_login(manager("41"))
        assert client.get(address).status_code == 403

    @pytest.mark.parametrize("address", ["equipe/999999/", "agence/1/", "lieu/999999.csv"])
    def test_what_is_unknown_is_a_404(self, client, address):
        client.force_login(manager())
        assert client.get(f"/espace/histoires/{address}").status_code == 404

    def test_from_the_page_of_its_moves(self, client, team):
        client.force_login(agent(NORTH))
        move = team.relocations.first()
        assert page(team) in client.get(f"/espace/demenagements/{move.pk}/").content.decode()


def test_a_reload_that_changes_nothing_makes_no_history():
    models = (Team, Site, Sector)
    before = [model.history.count() for model in models]
    call_command("load_department", "45", verbosity=0, stdout=StringIO())
    assert [model.history.count() for model in models] == before
