"""Answers after a département's file of sectors is imported."""

import pytest

from accueil.lookup.covering_teams import MAX_SECTORS

FLEURY, ORLEANS, PITHIVIERS = "45147", "45234", "45252"

FILE = """\
équipe;commune;rue;du_numero;au_numero;parite;date_debut
Steoruellans;Fleury-les-Aubrais;rue Danton;2;40;pairs;
Abraysiens;Fleury-les-Aubrais;rue Danton;1;41;impairs;
Olivétaine;Fleury-les-Aubrais;rue Hoche;;;;01/02/2024
Abraysiens;Pithiviers;;;;;01/02/2024
"""


@pytest.fixture
def ask(client, today):
    """The answer of the API: `ask("12 rue Danton, Fleury")`."""
    today("2024-01-20")

    def answer(q: str = "", **parameters) -> dict:
        return client.get("/api/v1/lookup/", {"q": q, **parameters}).json()

    return answer


@pytest.fixture
def teams(ask):
    def slugs(q: str = "", **parameters) -> list[str]:
        return [team["slug"] for team in ask(q, **parameters)["teams"]]

    return slugs


@pytest.mark.parametrize(
    ("q", "team"),
    [
        ("12 rue Danton Fleury-les-Aubrais", "steoruellans"),
        ("40 bis r. danton fleury les aubrais", "steoruellans"),
        ("13 rue Danton Fleury-les-Aubrais", "abraysiens"),
        # Beyond the numbers, or the commune alone: as before.
        ("42 rue Danton Fleury-les-Aubrais", "fleuryssois"),
        ("43 rue Danton Fleury-les-Aubrais", "fleuryssois"),
        ("Fleury-les-Aubrais", "fleuryssois"),
    ],
)
def test_the_team_of_an_address(import_sectors, teams, q, team):
    import_sectors(FILE)
    assert teams(q) == [team]


def test_the_same_by_the_parameters_of_the_api(import_sectors, teams):
    import_sectors(FILE)
    place = {"commune": FLEURY, "street": "rue Danton"}
    assert teams(**place, number="12") == ["steoruellans"]
    assert teams(**place, number="13") == ["abraysiens"]
    assert teams(commune=FLEURY) == ["fleuryssois"]


def test_the_commune_page_shows_the_same_team(import_sectors, client, today):
    today("2024-01-20")
    import_sectors(FILE)
    page = client.get(f"/communes/{FLEURY}/?rue=rue+Danton&numero=13").content.decode()
    assert "Équipe Abraysiens" in page
    assert "Équipe Fleuryssois" not in page


def test_without_its_number_a_shared_street_offers_its_sides(import_sectors, ask):
    import_sectors(FILE)
    answer = ask("rue Danton Fleury-les-Aubrais")
    assert answer["outcome"] == "choose_sector"
    assert [(choice["label"], choice["team"]) for choice in answer["choices"]] == [
        ("rue Danton, numéros impairs 1 à 41", "abraysiens"),
        ("rue Danton, numéros pairs 2 à 40", "steoruellans"),
        ("Fleury-les-Aubrais", "fleuryssois"),
    ]


def test_a_sector_that_starts_next_month_is_not_used_yet(import_sectors, ask, teams, today):
    import_sectors(FILE)
    assert ask("Pithiviers")["outcome"] == "not_covered"
    assert teams("3 rue Hoche Fleury-les-Aubrais") == []
    assert teams("Pithiviers", on="2024-01-31") == []
    assert teams("Pithiviers", on="2024-02-01") == ["abraysiens"]
    assert teams("3 rue Hoche Fleury-les-Aubrais", on="2024-02-01") == ["olivetaine"]
    today("2024-02-01")
    assert teams("Pithiviers") == ["abraysiens"]


def test_the_next_answer_follows_an_import(import_sectors, teams):
    assert teams("12 rue Danton Fleury-les-Aubrais") == ["fleuryssois"]
    import_sectors(FILE)
    assert teams("12 rue Danton Fleury-les-Aubrais") == ["steoruellans"]


def test_an_imported_quarter_is_found_by_its_name(import_sectors, teams):
    import_sectors("team;commune;quartier\nolivetaine;Orléans;Dunois\n")
    assert teams("Orléans Dunois") == ["olivetaine"]


QUESTIONS = ["Fleury-les-Aubrais", "Olivet", "la source", "Orléans Bannier", "45400", "Orléans"]


@pytest.mark.parametrize("q", QUESTIONS)
def test_street_sectors_do_not_change_other_answers(import_sectors, ask, q):
    before = ask(q)
    lines = [
        f"abraysiens;{commune};rue de l'Essai {at};{numbers}"
        for commune in (FLEURY, "45232", ORLEANS)
        for at in range(2 * MAX_SECTORS)
        for numbers in ("1;99;impairs", "2;98;pairs")
    ]
    import_sectors("\n".join(["team;commune;rue;du_numero;au_numero;parite", *lines]))
    after = ask(q)
    for key in ("outcome", "commune", "choices"):
        assert after[key] == before[key]
    assert [team["slug"] for team in after["teams"]] == [team["slug"] for team in before["teams"]]


class TestAStreetWrittenHouseByHouse:
    """A sector per house number, far more than are ever offered."""

    @pytest.fixture
    def houses(self, import_sectors):
        lines = [
            f"{('steoruellans', 'abraysiens')[at % 2]};{FLEURY};rue Danton;{at};{at}"
            for at in range(1, 4 * MAX_SECTORS)
        ]
        import_sectors("\n".join(["team;commune;rue;du_numero;au_numero", *lines]))

    @pytest.mark.parametrize(
        ("number", "team"),
        [
            *((1, "abraysiens"), (2, "steoruellans"), (99, "abraysiens"), (158, "steoruellans")),
            (159, "abraysiens"),
            (160, "fleuryssois"),
        ],
    )
    def test_every_house_has_its_team(self, houses, teams, number, team):
        assert teams(f"{number} rue Danton Fleury-les-Aubrais") == [team]

    def test_the_rest_of_the_commune_is_unchanged(self, houses, teams):
        assert teams("Fleury-les-Aubrais") == ["fleuryssois"]
        assert teams("3 rue Danton Saint-Jean-de-la-Ruelle") == ["steoruellans"]


class TestACommuneOfStreets:
    """A commune without a sector of its own, only sectors of streets."""

    @pytest.fixture
    def streets(self, import_sectors):
        def cut(count: int) -> None:
            lines = [f"olivetaine;Pithiviers;rue de l'Essai {at:03d}" for at in range(count)]
            import_sectors("\n".join(["team;commune;rue", *lines]))

        return cut

    def test_they_are_offered_and_found(self, streets, ask, teams):
        streets(3 * MAX_SECTORS)
        answer = ask("Pithiviers")
        assert answer["outcome"] == "choose_sector"
        assert len(answer["choices"]) == MAX_SECTORS
        assert teams("3 rue de l'Essai 119, Pithiviers") == ["olivetaine"]

    @pytest.mark.parametrize("q", ["Pithiviers", "3 rue de l'Essai 001, Pithiviers"])
    def test_many_cost_no_more_queries_than_few(self, streets, ask, queries, q):
        counts = []
        for count in (MAX_SECTORS, 4 * MAX_SECTORS):
            streets(count)
            ask("Olivet")  # the names of places are built again after the import
            with queries() as captured:
                ask(q)
            counts.append(len(captured))
        assert counts[0] == counts[1] <= 5
