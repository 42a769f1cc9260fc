"""The schedule page: printed dates, their meaning today, and refused filters."""

import html
import re
from datetime import date

import pytest

from relocations.models import Relocation
from teams.models import Team
from tests.factories import RelocationFactory, agent, manager
from tests.keyboard import typed

pytestmark = pytest.mark.django_db

# The nine rows, as printed in the version dated 24 November 2023.
PRINTED = [
    ("Olivétaine", "8 rue René Bethelot, Orléans", "28 et 29 novembre"),
    (
        "Bannier Murlins",
        "Amiral Coligny - Boulevard de Chateaudun, Orléans",
        "1 et 2 décembre 2023",
    ),
    ("Carmes Madeleine", "Ex AG2R rue des Chats ferrés", "8 et 9 décembre 2023"),
    ("La Source Saint-Marceau", "18 Av. de la Bolière, Orléans", "15 et 16 décembre 2023"),
    ("Bourgogne Argonne", "14 avenue des droits de l’Homme", "16 et 17 janvier 2024"),
    (
        "Service Mineurs non accompagnés",
        "Amiral Coligny - Boulevard de Chateaudun, Orléans",
        "2024",
    ),
    ("Fleuryssois", "43, rue Danton Fleury les Aubrais", "2024"),
    ("Steoruellans", None, "2024"),
    ("Abraysiens", None, "2024"),
]


def visible_text(answer):
    """Return the visible text: no tags, single spaces."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def rows(answer):
    """Return the visible text of the rows, whatever their stage."""
    lists = answer.content.decode().split('<ul class="lines">')[1:]
    lines = [line for text in lists for line in text.partition("</ul>")[0].split("</li>")]
    texts = (" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines)
    return [text for text in texts if text]


@pytest.mark.parametrize(("team", "address", "when"), PRINTED)
def test_a_row_is_as_printed(client, loiret, team, address, when):
    row = next(row for row in rows(client.get("/demenagements/")) if row.startswith(team))
    assert typed(address or "lieu à l'étude") in row
    assert when in row
    assert "Département du Loiret, 24 novembre 2023" in row


@pytest.mark.parametrize(("team", "address", "when"), PRINTED)
def test_the_api_gives_the_same(client, loiret, team, address, when):
    data = client.get("/api/v1/relocations/", {"department": "45", "page_size": 100}).json()
    move = next(move for move in data["results"] if move["team"]["name"] == team)
    assert move["period"]["text"] == when
    assert (move["destination"] and move["destination"]["address"]) == address
    temporary = "Temporairement installées dans les Agences des solidarités"
    is_service = team.startswith("Service")  # no origin is printed for it
    assert (move["origin"] and move["origin"]["address"]) == (None if is_service else temporary)
    assert (move["kind"], move["status"], move["version"]) == ("move", "planned", 1)
    assert move["source_date"] == "2023-11-24"
    assert client.get(f"/api/v1/relocations/{move['id']}/").json() == move


def test_a_missing_year_is_that_of_the_source_and_says_so(client, loiret):
    answer = client.get("/api/v1/relocations/", {"team": "olivetaine"}).json()
    assert answer["results"][0]["period"] == {
        "text": "28 et 29 novembre",
        "edtf": "2023-11-28/2023-11-29",
        "earliest": "2023-11-28",
        "latest": "2023-11-29",
        "precision": "day",
        "inferred": True,
    }
    row = rows(client.get("/demenagements/?team=olivetaine"))[0]
    assert "mardi 28 et mercredi 29 novembre 2023 annoncé « 28 et 29 novembre »" in row


@pytest.mark.parametrize(
    ("day", "team", "label"),
    [
        ("2023-11-24", "olivetaine", "dans 4 jours"),
        ("2023-11-27", "olivetaine", "demain"),
        ("2023-11-28", "olivetaine", "en ce moment"),
        ("2023-11-24", "fleuryssois", "prévu, jour à préciser"),
        ("2024-02-29", "fleuryssois", "jour à préciser"),
        ("2024-02-29", "olivetaine", "date dépassée, à confirmer"),
        ("2026-11-22", "steoruellans", "date dépassée, à confirmer"),
    ],
)
def test_what_a_move_means_today(client, loiret, today, day, team, label):
    today(day)
    assert label in rows(client.get("/demenagements/", {"team": team}))[0]


def test_what_is_ahead_comes_before_what_is_past(client, loiret, today):
    today("2023-12-05")
    done = Relocation.objects.get(team__slug="bannier-murlins")
    Relocation.objects.filter(pk=done.pk).update(
        status=Relocation.Status.DONE, actual_date=date(2023, 12, 2)
    )
    page = client.get("/demenagements/").content.decode()
    text = page.partition('<details class="group"')[2]
    order = ["À venir", "Carmes Madeleine", "Date passée", "Olivétaine", "Déjà faits", "Bannier"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_only_the_first_stage_is_unfolded_unless_a_filter_is_set(client, loiret, today):
    today("2023-12-05")
    unfolded = '<details class="group" open>'
    page = client.get("/demenagements/").content.decode()
    assert (page.count('<details class="group"'), page.count(unfolded)) == (4, 1)
    filtered = client.get("/demenagements/?agency=ads-orleans-metropole").content.decode()
    assert filtered.count(unfolded) == 3  # the picture stays folded


def test_an_overdue_schedule_is_flagged_with_the_line_to_call(client, loiret, today):
    today("2026-11-22")
    text = visible_text(client.get("/demenagements/"))
    # The reception of Orléans has moved again since its tenth.
    assert "Pour 9 déménagements, la date annoncée est passée." in text
    assert "Appeler le 02 38 25 45 45" in text
    today("2023-11-24")
    assert "la date annoncée est passée" not in visible_text(client.get("/demenagements/"))


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2024-10-23", "date dépassée, à confirmer"),
        ("2024-10-24", "un déménagement plus récent est fait"),
    ],
)
def test_a_move_that_a_later_one_has_overtaken(client, loiret, today, day, label):
    """Nobody said that the reception of Orléans was in building E before it went to the Pavillon."""
    today(day)
    overtaken, done = Relocation.objects.filter(team__name__startswith="Équipe d'accueil").filter(
        team__agency__slug="ads-orleans-metropole"
    )
    assert label in visible_text(client.get(overtaken.get_absolute_url()))
    text = visible_text(client.get(done.get_absolute_url()))
    assert "Ancien lieu annoncé (personne ne dit que l'équipe y a été)" in text


def test_the_page_weighs_20_kb_or_less(client, loiret):
    assert len(client.get("/demenagements/").content) <= 20_000


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 11),
            ("status=under_study", 0),
            ("status=done", 1),
            ("agency=ads-orleans-metropole", 11),
            ("agency=ads-nord-loiret", 0),
            ("team=equipe-daccueil-inconditionnel-orleans-metropole", 2),
            ("period=novembre 2023", 1),
            ("period=janvier 2024", 6),
            ("period=2024", 7),
            ("period=au plus tard le 9 décembre 2023", 3),
            ("period=à partir de février 2024", 5),
            ("status=planned&period=2023", 4),
            ("period=à terme", 0),
            ("status=", 11),
        ],
    )
    def test_they_are_in_the_address(self, client, loiret, query, count):
        assert len(rows(client.get(f"/demenagements/?{query}"))) == count
        data = client.get(f"/api/v1/relocations/?department=45&{query}").json()
        assert data["count"] == count

    @pytest.mark.parametrize(
        "query",
        [
            "department=99",
            "status=zz",
            "agency=zz",
            "team=zz",
            "period=hier",
            "period=31 février 2024",
        ],
    )
    def test_a_malformed_filter_is_a_400_that_names_it(self, client, loiret, query):
        name, _, value = query.partition("=")
        page = client.get(f"/demenagements/?{query}")
        assert page.status_code == 400
        assert f'id="id_{name}_error"' in page.content.decode()
        if name == "period":
            assert f'value="{value}"' in page.content.decode(), "what was typed is kept"
        answer = client.get(f"/api/v1/relocations/?{query}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == [name]

    def test_nothing_found_offers_a_way_out(self, client, loiret):
        page = client.get("/demenagements/?agency=ads-nord-loiret")
        assert page.status_code == 200
        assert "Aucun déménagement ne correspond." in visible_text(page)
        assert 'href="/demenagements/"' in page.content.decode()

    @pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "½"])
    def test_a_malformed_page_is_a_400(self, client, loiret, page):
        assert client.get("/demenagements/", {"page": page}).status_code == 400
        answer = client.get("/api/v1/relocations/", {"page": page})
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["page"]

    @pytest.mark.parametrize("size", ["0", "101", "x", "-5", "9" * 30, "0001999999"])
    def test_a_malformed_page_size_is_a_400(self, client, loiret, size):
        answer = client.get("/api/v1/relocations/", {"page_size": size})
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["page_size"]

    def test_past_the_last_page_is_a_404(self, client, loiret):
        assert client.get("/demenagements/?page=99").status_code == 404
        assert client.get("/equipes/?page=99").status_code == 404
        assert client.get("/api/v1/relocations/?page=99").status_code == 404


class TestOneMove:
    def test_its_page(self, client, loiret):
        move = client.get("/api/v1/relocations/?team=olivetaine").json()["results"][0]
        text = visible_text(client.get(f"/demenagements/{move['id']}/"))
        assert "8 rue René Bethelot, Orléans" in text
        assert "Temporairement installées dans les Agences des solidarités" in text
        assert "« Olivétaine — 8 rue René Bethelot, Orléans — 28 et 29 novembre »" in text
        assert "l'année n'est pas imprimée" in text

    def test_staff_of_the_departement_see_the_link_to_edit(self, client, loiret):
        move = Relocation.objects.get(key="45-2023-fleuryssois")
        link = f'href="/espace/demenagements/{move.pk}/"'
        assert link not in client.get(move.get_absolute_url()).content.decode()
        for user, is_led in ((agent("ads-nord-loiret"), True), (manager("41"), False)):
            client.force_login(user)
            assert (link in client.get(move.get_absolute_url()).content.decode()) is is_led

    def test_an_unknown_move_is_a_404_with_a_way_out(self, client, db):
        page = client.get("/demenagements/999999/")
        assert page.status_code == 404
        assert 'href="/"' in page.content.decode()
        assert client.get("/api/v1/relocations/999999/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/demenagements/",
        "/equipes/",
        "/api/v1/relocations/?page_size=100",
        "/api/v1/teams/?page_size=100",
        "/api/v1/agencies/?page_size=100",
        "/api/v1/sites/?page_size=100",
        "/api/v1/sectors/?page_size=100",
    ],
)
def test_a_list_costs_the_same_queries_whatever_its_length(client, loiret, queries, address):
    RelocationFactory()
    client.get(address)  # Fill the caches of the process first.
    RelocationFactory()  # Answers are cached until the data changes.
    with queries() as few:
        client.get(address)
    for _ in range(12):
        RelocationFactory()
    with queries() as many:
        assert client.get(address).status_code == 200
    assert 1 < len(many) == len(few) <= 18


@pytest.mark.parametrize(
    "address",
    [
        *("/demenagements/", "/equipes/", "/equipes/olivetaine/"),
        *("/api/v1/relocations/", "/api/v1/teams/", "/api/v1/teams/olivetaine/"),
    ],
)
def test_an_answer_is_worked_out_once_until_a_team_changes(client, loiret, queries, address):
    before = client.get(address).content
    with queries() as captured:
        assert client.get(address).content == before
    assert len(captured) == 1  # the counters of changes
    Team.objects.filter(slug="olivetaine").update(name="Val du Loiret")
    assert "Val du Loiret" not in before.decode()
    assert "Val du Loiret" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "address", ["/api/v1/relocations/", "/api/v1/teams/", "/api/v1/teams/olivetaine/"]
)
def test_an_unchanged_answer_is_not_sent_twice(client, loiret, address):
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/equipes/?department=45", "Les équipes – Loiret (45) –"),
        ("/equipes/?kind=proximity", "Les équipes – équipe de proximité –"),
        ("/demenagements/?status=planned&period=2024", "Les déménagements – prévu – 2024 –"),
        ("/chiffres/?topic=requests", "Les chiffres publiés – Demandes reçues –"),
        ("/equipes/olivetaine/?le=2023-11-28", "Équipe Olivétaine – mardi 28 novembre 2023 –"),
    ],
)
def test_a_filtered_page_says_so_in_its_title(client, loiret, address, title):
    assert f"<title>{title}" in client.get(address).content.decode()
