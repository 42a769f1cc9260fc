"""A street typed without its commune: "rue Danton"."""

import re

import pytest
from django.db import connection

from accueil.lookup.lone_streets import MAX_ROWS
from portal.core.caching import data_versions
from portal.territory.models import Commune
from teams.models import Sector
from tests.accueil.questions import ask, teams
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
FLEURY, OLIVET, PITHIVIERS = "45147", "45232", "45252"


@pytest.mark.parametrize(
    "text", ["rue Danton", "12 r. danton", "j'habite rue Danton", "RUE DANTON"]
)
def test_the_only_commune_that_has_it_answers(client, covers, text):
    team = covers(PITHIVIERS, "street", "rue Danton").team
    answer = ask(client, text)
    assert (answer["outcome"], answer["commune"]["code"]) == ("team", PITHIVIERS)
    assert teams(answer) == [team.slug]
    assert "Pithiviers" in answer["message"]
    assert answer["street"]["known"] is True


def test_a_number_chooses_between_the_teams_of_the_street(client, covers):
    even = covers(PITHIVIERS, "numbers", "rue Danton", number_from=2, number_to=98, parity="even")
    covers(PITHIVIERS, "numbers", "rue Danton", number_from=1, number_to=99, parity="odd")
    assert teams(ask(client, "12 rue Danton")) == [even.team.slug]


def test_several_communes_that_have_it_are_proposed(client, covers):
    covers(PITHIVIERS, "street", "rue Danton")
    covers(OLIVET, "street", "Rue Danton")
    answer = ask(client, "rue Danton")
    assert (answer["outcome"], answer["commune"]) == ("choose_commune", None)
    assert [choice["commune"] for choice in answer["choices"]] == [OLIVET, PITHIVIERS]
    assert answer["message"] == "Plusieurs communes ont cette rue. Laquelle est la vôtre ?"
    page = client.get("/trouver/", {"q": "12 rue Danton"}).content.decode()
    assert f'href="/communes/{PITHIVIERS}/?rue=rue+Danton&amp;numero=12"' in page


def test_a_street_that_no_sector_knows_is_not_found(client, covers):
    covers(PITHIVIERS, "street", "rue Marat")
    assert ask(client, "rue Danton")["outcome"] == "not_found"


def test_a_sector_that_is_over_says_nothing_of_its_street(client, covers):
    covers(PITHIVIERS, "street", "rue Danton", valid_to="2020-01-01")
    assert ask(client, "rue Danton")["outcome"] == "not_found"


def test_another_kind_of_street_of_the_same_name_is_another_street(client, covers):
    covers(PITHIVIERS, "street", "impasse Danton")
    assert ask(client, "rue Danton")["outcome"] == "not_found"


def test_a_commune_or_a_code_beside_the_street_decides(client, covers):
    covers(PITHIVIERS, "street", "rue Danton")
    assert ask(client, "rue Danton, Olivet")["commune"]["code"] == OLIVET
    assert ask(client, "rue Danton 45400")["commune"] is None
    assert ask(client, "rue Danton", commune=OLIVET)["commune"]["code"] == OLIVET


def test_a_street_named_after_a_commune_is_where_it_is_known(client, covers):
    covers(PITHIVIERS, "street", "rue d'Olivet")
    assert ask(client, "rue d'Olivet")["commune"]["code"] == PITHIVIERS


def test_somebody_in_danger_is_answered_too(client, covers):
    covers(PITHIVIERS, "street", "rue Danton")
    answer = ask(client, "mon mari me frappe, 12 rue Danton")
    assert (answer["need"]["slug"], answer["commune"]["code"]) == ("violences", PITHIVIERS)


class TestCost:
    def ask_and_read(self, client, queries):
        data_versions.build_all()
        with queries() as captured:
            ask(client, "rue Danton")
        return [query["sql"] for query in captured]

    def test_it_does_not_grow_with_the_streets(self, client, covers, queries):
        sector = covers(PITHIVIERS, "street", "rue Danton")
        few = self.ask_and_read(client, queries)
        others = [
            Sector(
                **{"team": sector.team, "commune_id": PITHIVIERS, "kind": "street"},
                **{"slug": f"s-{at}", "name": f"rue {at}", "street": f"rue {at}"},
                **{"search_street": str(at), "basis": "published"},
            )
            for at in range(300)
        ]
        Sector.objects.bulk_create(others)
        many = self.ask_and_read(client, queries)
        assert len(few) == len(many) <= 6
        [street_query] = [sql for sql in many if re.search(r"search_street.? IN", sql)]
        how = "explain" if connection.vendor == "postgresql" else "explain query plan"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("set local enable_seqscan = off")
            cursor.execute(f"{how} {street_query}")
            assert "teams_sector_by_street" in str(cursor.fetchall())

    def test_a_street_of_too_many_communes_is_not_looked_for_everywhere(self, client, covers):
        team = TeamFactory(agency__department__code="45")
        rows = [
            Sector(
                **{"team": team, "commune_id": PITHIVIERS, "kind": "numbers", "name": "Danton"},
                **{"slug": f"d-{at}", "street": "rue Danton", "search_street": "danton"},
                **{"number_from": at, "number_to": at, "basis": "published"},
            )
            for at in range(1, MAX_ROWS + 1)
        ]
        Sector.objects.bulk_create(rows)
        assert ask(client, "rue Danton")["outcome"] == "not_found"


class TestAStreetIsNoCommune:
    """Words after a kind of street are its name, even where a commune bears one of them."""

    @pytest.mark.parametrize(
        "text",
        [
            "14 avenue des droits de l'homme",
            "rue des Droits de l'Homme",
            "rue des Chats ferrés",
            "12 cours de la Marne",
            "3 cours Victor Hugo",
            "131 rue du Faubourg Bannier",
            "rue du faubourg Saint-Marceau",
        ],
    )
    def test_it_asks_in_which_commune(self, client, loiret, text):
        answer = ask(client, text)
        assert answer["commune"] is None
        assert answer["teams"] == []
        assert answer["street"]["known"] is False
        assert answer["message"] == "Dans quelle commune est cette rue ?"
        page = client.get("/trouver/", {"q": text}).content.decode()
        assert "Si c'est une urgence" not in page.replace("’", "'")

    def test_a_sector_that_bears_it_answers(self, client, covers):
        team = covers(FLEURY, "street", "Cours de la Marne").team
        assert teams(ask(client, "12 cours de la Marne")) == [team.slug]

    def test_a_street_named_after_a_faubourg_is_not_the_quarter(self, client, covers):
        team = covers(FLEURY, "street", "Rue du Faubourg Bannier").team
        assert teams(ask(client, "131 rue du Faubourg Bannier")) == [team.slug]

    @pytest.mark.parametrize("text", ["12 rue Danton 45400", "45400 rue Danton"])
    def test_the_postal_code_limits_its_communes(self, client, covers, text):
        team = covers(FLEURY, "street", "rue Danton").team
        covers(PITHIVIERS, "street", "rue Danton")
        assert teams(ask(client, text)) == [team.slug]

    @pytest.mark.parametrize("letter", ["A", "B", "D"])
    def test_a_letter_before_a_commune_is_the_name_of_the_street(self, client, covers, letter):
        team = covers(FLEURY, "street", f"rue {letter}").team
        answer = ask(client, f"3 rue {letter} Fleury-les-Aubrais")
        assert teams(answer) == [team.slug]

    @pytest.mark.parametrize("text", ["Le Moulin 45160", "La Chapelle 45160"])
    def test_a_hamlet_with_a_postal_code_is_in_its_communes(self, client, loiret, text):
        answer = ask(client, text)
        assert (answer["outcome"], answer["commune"]) == ("choose_commune", None)
        assert OLIVET in {choice["commune"] for choice in answer["choices"]}
        for choice in answer["choices"]:
            assert Commune.objects.filter(pk=choice["commune"], postal_codes__code="45160").exists()
