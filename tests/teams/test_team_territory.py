"""The territory on the page of a team: all of it, or its largest sectors and a way to find the rest."""

import re
from html import unescape

import pytest

from teams.directory.views import MAX_SECTORS
from teams.models import Team


@pytest.fixture
def territory(client, loiret):
    """The lines of the territory on the page of the team Olivétaine."""

    def lines() -> list[str]:
        page = client.get("/equipes/olivetaine/").content.decode()
        match = re.search(r"Territoire</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
        assert match
        cells = re.split(r"<br>", match[1])
        return [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]

    return lines


@pytest.fixture
def streets(import_sectors):
    def give(count: int) -> None:
        lines = [f"olivetaine;Orléans;rue {at:03d}" for at in range(count)]
        import_sectors("\n".join(["team;commune;rue", *lines]))

    return give


def test_a_commune_comes_before_a_quarter_a_street_and_numbers(territory, import_sectors):
    import_sectors(
        "team;commune;quartier;rue;du_numero;au_numero\n"
        "olivetaine;Artenay;;rue A;2;4\n"
        "olivetaine;Artenay;;rue B;;\n"
        "olivetaine;Orléans;Dunois;;;\n"
    )
    assert territory() == [
        *("Olivet déduit du nom de l'équipe", "Dunois (Orléans)", "rue B (Artenay)"),
        "rue A, numéros 2 à 4 (Artenay)",
    ]


def test_all_of_it_is_shown_while_it_can_be_read(territory, streets):
    streets(MAX_SECTORS - 1)
    assert len(territory()) == MAX_SECTORS
    assert territory()[-1] == f"rue {MAX_SECTORS - 2:03d} (Orléans)"


@pytest.mark.parametrize(
    ("more", "html"),
    [(1, "et 1 autre : cherchez votre adresse"), (60, "et 60 autres : cherchez votre adresse")],
)
def test_beyond_it_says_how_many_others_and_where_to_ask(territory, streets, more, html):
    streets(MAX_SECTORS - 1 + more)
    assert len(territory()) == MAX_SECTORS + 1
    assert territory()[0] == "Olivet déduit du nom de l'équipe"
    assert territory()[-1] == html


def test_many_streets_cost_no_more_queries(client, streets, queries):
    counts = []
    for count in (2 * MAX_SECTORS, 6 * MAX_SECTORS):
        streets(count)
        with queries() as captured:
            client.get("/equipes/olivetaine/")
        counts.append(len(captured))
    assert Team.objects.get(slug="olivetaine").sectors.count() == 6 * MAX_SECTORS + 1
    assert counts[0] == counts[1]
