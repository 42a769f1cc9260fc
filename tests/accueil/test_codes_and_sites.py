"""Codes that people type, places that they know by a name, and names written with dashes."""

import pytest

from tests.accueil.questions import SUGGEST, ask, teams
from tests.factories import CommuneFactory, DepartmentFactory

MALESHERBOIS = "45191"


@pytest.fixture
def ajaccio(loiret):
    corsica = DepartmentFactory(code="2A", name="Corse-du-Sud")
    return CommuneFactory(code="2A004", name="Ajaccio", department=corsica, population=70_000)


class TestAddressesOfCommunes:
    @pytest.mark.parametrize(
        ("typed", "current"),
        [("45192", MALESHERBOIS), ("2a004", "2A004")],
    )
    def test_a_page_redirects_to_the_commune_of_today(self, client, ajaccio, typed, current):
        page = client.get(f"/communes/{typed}/?rue=rue+A&suivi=non")
        assert page.status_code == 301
        assert page["Location"] == f"/communes/{current}/?rue=rue+A&suivi=non"
        assert client.get(page["Location"]).status_code == 200
        assert client.get(f"/communes/{typed}/")["Location"] == f"/communes/{current}/"

    @pytest.mark.parametrize(
        ("typed", "current"),
        [("45192", MALESHERBOIS), ("45191", MALESHERBOIS), ("2a004", "2A004"), ("2A004", "2A004")],
    )
    def test_the_api_answers_the_commune_of_today(self, client, ajaccio, typed, current):
        assert client.get(f"/api/v1/communes/{typed}/").json()["code"] == current
        assert ask(client, commune=typed)["commune"]["code"] == current

    def test_an_arrondissement_is_its_city(self, client, loiret):
        paris = DepartmentFactory(code="75", name="Paris")
        city = CommuneFactory(code="75056", name="Paris", department=paris)
        city.former_communes.create(
            code="75101",
            name="Paris 1er Arrondissement",
            search_name="paris 1er arrondissement",
            kind="arrondissement-municipal",
        )
        assert client.get("/communes/75101/")["Location"] == "/communes/75056/"
        assert client.get("/api/v1/communes/75101/").json()["code"] == "75056"

    @pytest.mark.parametrize("code", ["45999", "99999", "2B999"])
    def test_an_unknown_code_is_a_404(self, client, loiret, code):
        assert client.get(f"/communes/{code}/").status_code == 404
        assert client.get(f"/api/v1/communes/{code}/").status_code == 404
        assert client.get(f"/api/v1/lookup/?commune={code}").status_code == 404

    def test_a_former_commune_tells_its_streets_from_others(self, client, covers):
        here = covers(MALESHERBOIS, "street", "Rue de l'Église", former_commune="45192").team
        there = covers(MALESHERBOIS, "street", "Rue de l'Eglise", former_commune="45191").team
        answer = ask(client, commune="45192", street="rue de l'église", number="3")
        assert teams(answer) == [here.slug]
        assert teams(ask(client, "3 rue de l'église, Manchecourt")) == [here.slug]
        assert teams(ask(client, "3 rue de l'église, Malesherbes")) == [there.slug]
        both = ask(client, "3 rue de l'église, Le Malesherbois")
        assert both["outcome"] == "choose_sector"
        assert {choice["team"] for choice in both["choices"]} == {here.slug, there.slug}

    def test_lists_are_filtered_by_any_code_of_a_commune(self, client, covers):
        covers(MALESHERBOIS, "commune", "Le Malesherbois")
        assert client.get("/api/v1/sectors/?commune=45192").json()["count"] == 1
        assert client.get("/api/v1/sectors/?commune=45999").status_code == 400


class TestFiveDigits:
    @pytest.mark.parametrize(
        ("typed", "code"), [("45234", "45234"), ("45147", "45147"), ("45192", MALESHERBOIS)]
    )
    def test_an_insee_code_is_among_the_choices(self, client, loiret, typed, code):
        for q in (typed, f"j'habite {typed}"):
            answer = ask(client, q)
            assert (answer["outcome"], answer["commune"]) == ("choose_commune", None)
            assert answer["choices"][0]["commune"] == code
            assert f"{typed} n'est pas un code postal" in answer["message"]

    def test_a_cedex_leaves_the_communes_of_its_departement(self, client, loiret):
        answer = ask(client, "45999")
        assert (answer["outcome"], answer["commune"]) == ("choose_commune", None)
        assert {choice["commune"][:2] for choice in answer["choices"]} == {"45"}

    def test_a_name_beside_it_decides(self, client, loiret):
        assert ask(client, "45032 Orléans cedex 1")["commune"]["code"] == "45234"
        assert ask(client, "45147 Olivet")["commune"]["code"] == "45232"

    def test_a_postal_code_is_one_first(self, client, loiret):
        answer = ask(client, "45160")
        assert "Plusieurs communes ont ce code postal" in answer["message"]

    def test_the_code_of_a_corsican_commune_is_no_postal_code(self, client, ajaccio):
        for q in ("2a004", "2A004"):
            assert ask(client, q)["commune"]["code"] == "2A004"

    def test_a_code_of_nowhere_is_not_found(self, client, loiret):
        assert ask(client, "99999")["outcome"] == "not_found"


class TestLieuxDits:
    @pytest.mark.parametrize("words", ["lieu-dit La Borde", "Lieudit la Borde,", "lieu dit Gien"])
    def test_its_postal_code_gives_the_communes(self, client, elsewhere, words):
        answer = ask(client, f"{words} 45160")
        assert answer["outcome"] == "choose_commune"
        assert {choice["commune"][:2] for choice in answer["choices"]} == {"45"}
        assert "45155" not in {choice["commune"] for choice in answer["choices"]}

    def test_a_postal_code_of_one_commune_is_enough(self, client, loiret):
        assert ask(client, "lieu-dit La Borde 45590")["commune"]["code"] == "45272"


class TestSites:
    @pytest.mark.parametrize(
        "q", ["cité Coligny", "Cité administrative Coligny", "cite coligny orleans"]
    )
    def test_the_teams_that_are_there_that_day(self, client, loiret, q):
        answer = ask(client, q, on="2023-12-20")
        assert answer["commune"]["code"] == "45234"
        assert teams(answer) == ["equipe-daccueil-inconditionnel-orleans-metropole"]
        assert "Cité Administrative Coligny" in answer["message"]
        assert "Pour Orléans" not in answer["message"]

    @pytest.mark.parametrize(
        ("on", "message"),
        [
            ("2023-12-20", "À cette adresse (Cité Administrative Coligny), une équipe : "),
            # From building C to building E of the same cité.
            ("2024-01-09", "À cette adresse (Cité Administrative Coligny), une équipe : "),
        ],
    )
    def test_a_team_that_is_there(self, client, loiret, today, on, message):
        today("2023-12-01")
        assert ask(client, "cité Coligny", on=on)["message"].startswith(message)

    @pytest.mark.parametrize(
        ("now", "on"),
        [
            ("2023-12-01", "2023-12-01"),  # a day of the move
            ("2023-11-24", "2023-12-05"),  # expected there
            ("2026-11-29", "2026-11-29"),  # nobody said that it went
        ],
    )
    def test_a_team_that_may_be_there(self, client, loiret, today, now, on):
        today(now)
        message = ask(client, "Amiral Coligny", on=on)["message"]
        assert "à cette adresse" in message
        assert "Vérifiez où" in message

    @pytest.mark.parametrize(
        "q", ["Pavillon citoyenneté", "pavillon de la citoyenneté", "Blossières", "les blossieres"]
    )
    def test_a_place_without_a_team_has_its_commune(self, client, elsewhere, q):
        answer = ask(client, q, on="2023-12-20")
        assert answer["commune"]["code"] == "45234"

    def test_a_street_is_not_the_site_of_its_name(self, client, loiret):
        answer = ask(client, "12 rue des Blossières, Olivet")
        assert answer["commune"]["code"] == "45232"
        assert answer["street"]["typed"] == "rue des Blossières"

    def test_they_are_suggested(self, client, loiret):
        labels = [item["label"] for item in client.get(SUGGEST, {"q": "cité col"}).json()]
        assert labels == ["Cité Administrative Coligny (Orléans)"]
        assert ask(client, labels[0])["commune"]["code"] == "45234"


class TestDashesBetweenSpaces:
    @pytest.mark.parametrize(
        ("q", "code"),
        [
            ("Châteauneuf - sur - Loire", "45082"),
            ("Saint - Jean - de - Braye", "45284"),
            ("Fleury – les – Aubrais", "45147"),
            ("Meung - sur - Loire", "45203"),
            # They separate too.
            ("12 rue Danton - Fleury les Aubrais", "45147"),
            ("Loiret - Gien", "45155"),
            ("La Source - Orléans", "45234"),
        ],
    )
    def test_a_name_goes_on_after_a_dash(self, client, elsewhere, q, code):
        assert ask(client, q)["commune"]["code"] == code


class TestStreetSuggestions:
    @pytest.fixture(autouse=True)
    def streets(self, covers):
        for street in ("Rue Danton", "R PROF CALMETTE", "Rue du Général Leclerc", "Allée A"):
            covers("45147", "street", street)
        covers("45232", "street", "Rue Danton")

    @pytest.mark.parametrize(
        ("q", "label"),
        [
            ("rue dan", "Rue Danton, Olivet"),
            ("12 bis rue dant", "Rue Danton, Olivet"),
            ("rue danton fl", "Rue Danton, Fleury-les-Aubrais"),
            ("rue danton 45400 fleury les", "Rue Danton, Fleury-les-Aubrais"),
            ("r du professeur cal", "R PROF CALMETTE, Fleury-les-Aubrais"),
            ("rue gal lecl", "Rue du Général Leclerc, Fleury-les-Aubrais"),
            ("danto", "Rue Danton, Olivet"),
            ("allée a", "Allée A, Fleury-les-Aubrais"),
        ],
    )
    def test_a_street_that_a_sector_bears_completes_the_text(self, client, q, label):
        suggestions = client.get(SUGGEST, {"q": q}).json()
        assert label in [item["label"] for item in suggestions if item["kind"] == "street"]
        first = suggestions[0]
        assert first["kind"] == "street"
        assert ask(client, first["label"])["street"]["known"]

    @pytest.mark.parametrize("q", ["impasse dan", "rue xyz", "rue", "rue de la", "olivet", "45160"])
    def test_others_do_not(self, client, q):
        kinds = [item["kind"] for item in client.get(SUGGEST, {"q": q}).json()]
        assert "street" not in kinds

    @pytest.mark.parametrize("q", ["rue d", "rue danton fleury les aub"])
    def test_many_cost_no_more_queries_than_few(self, client, covers, queries, q):
        counts = []
        for count in (1, 60):
            for at in range(count):
                covers("45284", "street", f"Rue D{count} {at}")
            client.get(SUGGEST, {"q": "x"})  # the names of places are built again
            with queries() as captured:
                client.get(SUGGEST, {"q": f"{q}{'' if count == 1 else ' '}"})
            counts.append(len(captured))
        assert counts[0] == counts[1] <= 5
