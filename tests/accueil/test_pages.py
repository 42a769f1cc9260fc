"""`/`, `/trouver/` and `/communes/<insee>/`: the answer as a person reads it."""

import html
import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from accueil.models import PhoneLine, ReceptionPoint
from portal.core.caching import data_versions
from portal.core.opening_hours.hours import PARIS
from portal.territory.models import Commune
from teams.models import Sector, Team
from tests.accueil.test_lookup_api import ANYTHING, MUST_SHOW
from tests.factories import (
    ReceptionPointFactory,
    RelocationFactory,
    SiteFactory,
    StopFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

OLIVET, FLEURY, PITHIVIERS = "/communes/45232/", "/communes/45147/", "/communes/45252/"
BEFORE = "Agence départementale des solidarités Orléans Métropole"
AFTER = "8 rue René Bethelot, Orléans"
CALL = "Appeler le 02 38 25 45 45"
RECEPTION = "Personne ne vous suit encore ?"


def main(page):
    """The HTML between the menu and the foot."""
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def words(page):
    """The main part as it is read: no tags, single spaces."""
    text = re.sub(r"<[^>]+>", " ", "<main" + main(page))
    return " ".join(html.unescape(text).split())


def links(page):
    """The addresses of the main part by their words."""
    found = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', main(page), re.DOTALL)
    return {
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", label)).split()): html.unescape(address)
        for address, label in found
    }


def said_in_order(page, *parts):
    """Whether these are all said, one after another."""
    places = [words(page).find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def ask(client, address, **parameters):
    page = client.get(address, parameters)
    assert page.status_code == 200, words(page)
    return page


class Inputs(HTMLParser):
    """The values of the fields of a page, by name."""

    def __init__(self, page):
        super().__init__()
        self.values = {}
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input":
            self.values[given.get("name")] = given.get("value")


class TestWhatPeopleType:
    @pytest.mark.parametrize(("q", "_outcome", "code", "slugs", "said"), MUST_SHOW)
    def test_the_page_says_it(self, client, elsewhere, today, q, _outcome, code, slugs, said):
        today("2023-11-24")
        page = ask(client, "/trouver/", q=q)
        assert said in words(page)
        for team in Team.objects.filter(slug__in=slugs):
            assert links(page)[team.title] == f"/equipes/{team.slug}/"
        if code:
            assert words(page).startswith(f"{Commune.objects.get(code=code).name} ")

    @pytest.mark.parametrize("q", ANYTHING)
    def test_anything_may_be_typed_and_stays_in_the_box(self, client, loiret, q):
        page = ask(client, "/trouver/", q=q)
        kept = Inputs(page).values["q"]
        assert kept.replace("\ufffd", "\0") == q.replace("\u202e", "")  # invisible

    @pytest.mark.parametrize("escaped", ["%ff", "%ed%a0%80", "%00", "%c3", "%", "+", "&q"])
    def test_anything_may_be_sent(self, client, loiret, escaped):
        assert client.get(f"/trouver/?q={escaped}").status_code == 200

    def test_what_was_typed_is_never_markup(self, client, loiret):
        typed = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        body = ask(client, "/trouver/", q=typed).content.decode()
        assert "<script>alert" not in body
        assert "<img" not in body

    def test_without_a_question_the_box_is_there(self, client, loiret):
        page = ask(client, "/trouver/")
        assert "Écrivez votre commune" in words(page)
        assert Inputs(page).values["q"] == ""

    @pytest.mark.parametrize("q", ["Marseille", "Olivet 53", "13470"])
    def test_a_place_elsewhere_never_has_the_line_of_loiret(self, client, elsewhere, q):
        page = ask(client, "/trouver/", q=q)
        assert "02 38 25 45 45" not in words(page).replace("\xa0", " ")
        assert RECEPTION not in words(page)

    @pytest.mark.parametrize("q", ["45160", "Orléans", "Fleury", "Xyzzy", "Olivet", "Loiret"])
    def test_every_choice_leads_to_an_answer(self, client, elsewhere, today, q):
        today("2023-11-24")
        page = ask(client, "/trouver/", q=q, le="2023-12-09")
        chosen = {k: v for k, v in links(page).items() if v.startswith("/communes/")}
        assert chosen
        for address in chosen.values():
            there = client.get(address)
            assert there.status_code == 200
            assert "le=2023-12-09" in address, "the day asked is not lost"
            assert "q=" not in address

    def test_quarters_to_choose_already_name_their_teams(self, client, loiret):
        page = ask(client, "/trouver/", q="Orléans")
        assert "La Source Équipe La Source Saint-Marceau" in words(page)
        there = ask(client, links(page)["La Source"])
        assert "votre équipe est : Équipe La Source Saint-Marceau" in words(there)


class TestTheAnswerComesFirst:
    @pytest.fixture(autouse=True)
    def on_a_day_of_the_moves(self, loiret, today):
        today("2023-11-24")

    def test_the_message_the_team_its_place_then_the_rest(self, client):
        page = ask(client, OLIVET)
        assert said_in_order(
            page,
            "Olivet 45160 · Loiret",
            "Pour Olivet, votre équipe est : Équipe Olivétaine.",
            f"L'équipe est ici : {BEFORE}.",
            "J'ai rendez-vous le…",
            RECEPTION,
            "Chercher un autre endroit",
        )

    def test_where_nothing_is_published_the_line_and_the_nearest_points(self, client):
        page = ask(client, PITHIVIERS)
        assert said_in_order(
            page,
            "Nous ne savons pas encore quelle équipe suit Pithiviers",
            RECEPTION,
            CALL,
            "Les lieux d'accueil les plus proches",
            "France services de Pithiviers",
        )

    def test_a_bus_that_has_a_place_is_told_once_by_its_stops(self, client):
        near = {"department_id": "45", "site__latitude": 47.8655, "site__longitude": 1.8977}
        bus = ReceptionPointFactory(name="Bus d'Olivet", kind="itinerant", **near)
        assert "Bus d'Olivet" in links(ask(client, OLIVET))
        StopFactory(point=bus, site=bus.site)
        page = ask(client, OLIVET)
        assert "Bus d'Olivet" not in links(page), "no more as a door"
        assert said_in_order(page, "Le bus le plus proche", bus.site.label)
        told = client.get("/api/v1/lookup/", {"q": "Olivet"}).json()["reception"]["points"]
        assert [point["slug"] for point in told].count(bus.slug) == 1, "the API tells no stop here"

    def test_a_bus_is_told_where_there_is_neither_line_nor_door(self, client):
        PhoneLine.objects.all().delete()
        ReceptionPoint.objects.filter(kind="itinerant", stops=None).delete()
        ReceptionPoint.objects.exclude(kind="itinerant").delete()
        assert "Le bus le plus proche" in words(ask(client, "/communes/45300/"))

    def test_the_announced_move_is_told_before_its_day(self, client):
        page = ask(client, OLIVET)
        assert "28 et 29 novembre" in words(page)
        assert AFTER in words(page)

    def test_the_phone_is_one_tap_away(self, client):
        assert links(ask(client, OLIVET))[CALL] == "tel:+33238254545"

    def test_the_source_is_said(self, client):
        assert "Source : Communiqué" in words(ask(client, OLIVET))

    @pytest.mark.parametrize(
        ("day", "badge", "places"),
        [
            ("2023-11-27", "lieu connu", [BEFORE]),
            ("2023-11-28", "en plein déménagement", [BEFORE, AFTER]),
            ("2023-11-29", "en plein déménagement", [BEFORE, AFTER]),
            ("2023-11-30", "prévu", [AFTER]),
        ],
    )
    def test_on_the_day_asked(self, client, day, badge, places):
        page = ask(client, OLIVET, le=day)
        said = f"le {day[8:]} novembre 2023"
        assert said_in_order(page, "Équipe Olivétaine", badge, said, *places)
        assert Inputs(page).values["le"] == day
        assert links(page)["Équipe Olivétaine"] == f"/equipes/olivetaine/?le={day}"

    def test_without_a_day_it_is_today(self, client, today):
        today("2023-11-28")
        page = ask(client, OLIVET)
        assert "en plein déménagement" in words(page)
        assert Inputs(page).values["le"] == "2023-11-28"
        assert "le 28 novembre 2023" not in words(page)

    def test_the_day_is_asked_without_losing_the_rest(self, client):
        page = ask(client, "/trouver/", q="la source", suivi="oui", le="2023-12-15")
        values = Inputs(page).values
        assert (values["q"], values["suivi"], values["le"]) == ("la source", "oui", "2023-12-15")


class TestFollowedOrNot:
    TEAM = "L'équipe est ici"

    @pytest.fixture(autouse=True)
    def on_a_day_of_the_moves(self, loiret, today):
        today("2023-11-24")

    @pytest.mark.parametrize(
        ("followed", "first", "then"),
        [("", TEAM, RECEPTION), ("oui", TEAM, RECEPTION), ("non", RECEPTION, TEAM)],
    )
    def test_it_says_what_comes_first_and_hides_nothing(self, client, followed, first, then):
        page = ask(client, OLIVET, suivi=followed)
        assert said_in_order(page, "Pour Olivet, votre équipe est", first, then)
        assert words(page).count(RECEPTION) == 1

    def test_it_is_one_tap_that_loses_nothing(self, client):
        page = ask(client, OLIVET, le="2023-11-28", rue="rue Danton")
        for label, value in (("Je suis déjà suivi", "oui"), ("Personne ne me suit encore", "non")):
            address = links(page)[label]
            assert {"le=2023-11-28", "rue=rue+Danton", f"suivi={value}"} == set(
                address.removeprefix("?").split("&")
            )

    def test_the_choice_made_is_marked(self, client):
        body = main(ask(client, OLIVET, suivi="non"))
        assert re.findall(r'suivi=(\w+)" aria-current="true"', body) == ["non"]
        assert "aria-current" not in main(ask(client, OLIVET))

    def test_before_a_choice_of_quarters_too(self, client):
        page = ask(client, "/communes/45234/", suivi="non")
        assert said_in_order(page, RECEPTION, "Quel est votre quartier ?")


def test_a_door_whose_team_may_have_left_is_said_to_be_doubtful(client, loiret, today):
    today("2026-11-25")
    page = ask(client, "/communes/45173/", suivi="non")
    assert said_in_order(page, "Permanence d'accueil inconditionnel", "date dépassée, à confirmer")


class TestAStreetInACommune:
    @pytest.fixture
    def danton(self, covers):
        """Rue Danton, shared between two teams by the side of the street."""
        for parity, first, name in (("even", 2, "Pairs"), ("odd", 1, "Impairs")):
            covers(
                *("45147", "numbers", f"rue Danton, côté {parity}"),
                street="rue Danton",
                number_from=first,
                number_to=first + 38,
                parity=parity,
                team=TeamFactory(name=name, agency__department__code="45"),
            )

    @pytest.mark.parametrize(
        ("asked", "team"),
        [
            ({"rue": "rue Danton", "numero": "12"}, "Pairs"),
            ({"rue": "r Danton", "numero": "12 bis"}, "Pairs"),
            ({"rue": "rue Danton", "numero": "13"}, "Impairs"),
            ({"rue": "rue Danton", "numero": "43"}, "Fleuryssois"),
            ({"rue": "rue Hoche", "numero": "12"}, "Fleuryssois"),
            ({"rue": "rue Hoche"}, "Fleuryssois"),
            ({"numero": "12"}, "Fleuryssois"),
            ({"rue": "", "numero": "", "secteur": "", "le": "", "suivi": ""}, "Fleuryssois"),
        ],
    )
    def test_the_number_decides(self, client, danton, asked, team):
        assert f"votre équipe est : Équipe {team}." in words(ask(client, FLEURY, **asked))

    def test_without_a_number_every_choice_leads_to_its_team(self, client, danton):
        page = ask(client, FLEURY, rue="rue Danton", le="2024-01-20")
        expected = {
            "rue Danton, côté even": "Pairs",
            "rue Danton, côté odd": "Impairs",
            "Fleury-les-Aubrais": "Fleuryssois",
        }
        for label, team in expected.items():
            there = client.get(links(page)[label])
            assert there.status_code == 200
            assert f"votre équipe est : Équipe {team}." in words(there)

    def test_a_street_is_not_called_a_quarter(self, client, danton):
        assert "quartier" not in words(ask(client, FLEURY, rue="rue Danton"))

    def test_a_sector_chosen(self, client, loiret):
        slug = Sector.objects.get(commune="45234", name="Carmes").slug
        page = ask(client, "/communes/45234/", secteur=slug)
        assert "votre équipe est : Équipe Carmes Madeleine" in words(page)


class TestWhatIsRefused:
    @pytest.mark.parametrize("address", ["/trouver/", OLIVET])
    @pytest.mark.parametrize(
        "query",
        [
            *("le=hier", "le=2023-13-01", "le=28/11/2023", "le=%00", "le=20231128"),
            *("suivi=peut-etre", "suivi=OUI", "suivi=%3Cb%3E"),
        ],
    )
    def test_a_malformed_parameter_is_a_400_that_names_it(self, client, loiret, address, query):
        page = client.get(f"{address}?{query}")
        assert page.status_code == 400
        assert f"« {query.partition('=')[0]}=" in words(page)
        assert "<b>" not in main(page)

    @pytest.mark.parametrize("number", ["-1", "0", "douze", "1.5", "12 chevaux", "١٢", "9" * 30])
    def test_a_malformed_number_is_a_400_that_names_it(self, client, loiret, number):
        page = client.get(OLIVET, {"numero": number})
        assert page.status_code == 400
        assert f"« numero={number} »" in words(page)

    @pytest.mark.parametrize(
        "address",
        [
            *("/communes/99999/", "/communes/4523/", "/communes/olivet/", "/communes/45232é/"),
            *("/communes/45232/?secteur=nulle-part", "/communes/45232/?secteur=45234-carmes"),
            "/communes/45232/?secteur=%00",
        ],
    )
    def test_an_unknown_place_is_a_404_with_a_way_out(self, client, loiret, address):
        page = client.get(address)
        assert page.status_code == 404
        assert links(page)["Trouver mon équipe"] == "/"

    @pytest.mark.parametrize("address", ["/", "/trouver/", OLIVET])
    def test_nothing_is_sent_to_these_pages(self, client, loiret, address):
        assert client.post(address).status_code == 405


class TestHome:
    def test_one_box_then_the_line_then_the_moves(self, client, loiret, today):
        today("2023-11-24")
        page = ask(client, "/")
        assert said_in_order(
            page, "Où est mon équipe sociale ?", RECEPTION, CALL, "Les équipes déménagent"
        )
        assert 'action="/trouver/"' in main(page)
        assert Inputs(page).values["q"] == ""

    def test_its_examples_find_a_team(self, client, loiret):
        examples = [one for one in links(ask(client, "/")).values() if one.startswith("/trouver/")]
        assert len(examples) == 3
        for address in examples:
            assert "votre équipe est" in words(client.get(address))

    def test_a_change_is_in_the_next_page(self, client, loiret):
        ask(client, "/")
        PhoneLine.objects.update(number="02 38 99 99 99")
        assert "02 38 99 99 99" in words(ask(client, "/")).replace("\xa0", " ")


class TestFresh:
    @pytest.mark.parametrize("address", ["/", "/trouver/?q=Olivet", OLIVET])
    def test_an_unchanged_page_is_not_sent_twice(self, client, loiret, address):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]

    def test_a_changed_page_is_sent(self, client, loiret):
        etag = client.get(OLIVET)["ETag"]
        Team.objects.filter(slug="olivetaine").update(phone="02 38 11 11 11")
        page = client.get(OLIVET, headers={"if-none-match": etag})
        assert page.status_code == 200
        assert "02 38 11 11 11" in words(page).replace("\xa0", " ")
        assert page["ETag"] != etag

    def test_another_day_is_another_page(self, client, loiret, today):
        for doors in (PhoneLine, ReceptionPoint):
            doors.objects.update(hours="")  # so that only the day makes the page end
        today("2023-11-27")
        etag = client.get(OLIVET)["ETag"]
        today("2023-11-28")
        page = client.get(OLIVET, headers={"if-none-match": etag})
        assert page.status_code == 200
        assert "en plein déménagement" in words(page)

    def test_a_kept_page_ends_when_the_line_closes(self, client, loiret, monkeypatch):
        def is_open_at(hour, minute):
            now = datetime(2026, 11, 20, hour, minute, tzinfo=PARIS)
            monkeypatch.setattr("portal.core.clock.now", lambda: now)
            said = words(ask(client, PITHIVIERS))
            return re.search(r"ouvert, ferme [\w ]+ Accueil social du Loiret", said) is not None

        moments = [(8, 29), (8, 30), (11, 59), (12, 0), (13, 30)]
        assert [is_open_at(*at) for at in moments] == [False, True, True, False, True]

    @pytest.mark.parametrize("address", ["/", "/trouver/?q=Olivet", OLIVET])
    def test_the_head_of_a_page(self, client, loiret, address):
        for _asked_again in range(2):
            head = client.head(address)
            assert (head.status_code, head.content) == (200, b"")
        assert head["ETag"] == client.get(address)["ETag"]
        assert client.get(address).content

    @pytest.mark.parametrize(
        "address", ["/", "/trouver/", "/trouver/?q=Olivet", f"{OLIVET}?suivi=non&le=2023-11-28"]
    )
    def test_no_cookie(self, client, loiret, address):
        for _asked_again in range(2):
            page = client.get(address)
            assert not page.cookies
            assert "Set-Cookie" not in page


class TestWeightAndQueries:
    @pytest.mark.parametrize(
        "address", [OLIVET, FLEURY, PITHIVIERS, "/communes/45234/", "/communes/45234/?suivi=non"]
    )
    @pytest.mark.parametrize("day", ["2023-11-28", "2026-11-22"])
    def test_a_commune_weighs_20_kb_or_less(self, client, elsewhere, today, address, day):
        today(day)
        assert len(client.get(address).content) <= 20_000

    @pytest.mark.parametrize("whole", [False, True])
    def test_a_town_of_very_many_quarters_too(self, client, covers, whole):
        team = TeamFactory(agency__department__code="45")
        for at in range(130):
            covers("45252", "quarter", f"Quartier {at:03}", team=team)
        if whole:
            covers("45252", "commune", "Pithiviers", team=team)
        assert len(client.get(PITHIVIERS).content) <= 20_000

    def count(self, client, queries, address):
        data_versions.build_all()
        with queries() as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def test_as_many_queries_whatever_the_teams_and_points(self, client, covers, queries):
        counts = []
        for size in (2, 20):
            for at in range(size):
                team = covers("45252", "commune", f"Pithiviers {size}-{at}").team
                RelocationFactory(team=team)
                ReceptionPoint.objects.create(
                    department_id="45",
                    name="Accueil",
                    slug=f"accueil-{size}-{at}",
                    kind="ccas",
                    site=SiteFactory(latitude=48.17, longitude=2.25),
                )
            counts.append(self.count(client, queries, PITHIVIERS))
        assert main(client.get(PITHIVIERS)).count('<h2 id="team-') == 22
        assert counts[0] == counts[1]

    @pytest.mark.parametrize(
        "address",
        [
            *(OLIVET, PITHIVIERS, "/communes/45234/", "/communes/13055/"),
            *("/trouver/?q=45160", "/trouver/?q=Xyzzy", "/trouver/?q=équipe+olivétaine"),
            "/trouver/?q=Maison+du+Département+de+Pithiviers",
        ],
    )
    def test_five_queries_at_most(self, client, elsewhere, queries, address):
        assert self.count(client, queries, address) <= 5

    @pytest.mark.parametrize("address", ["/", OLIVET, "/trouver/?q=Olivet"])
    def test_one_query_for_a_page_that_is_kept(self, client, loiret, queries, address):
        client.get(address)
        assert self.count(client, queries, address) == 1


def test_the_street_typed_is_kept_while_a_commune_is_chosen(client, loiret, elsewhere):
    page = client.get("/trouver/", {"q": "12 bis rue Danton, Fleury"}).content.decode()
    assert 'href="/communes/45147/?rue=rue+danton&amp;numero=12"' in page
    assert 'href="/communes/45147/?"' in client.get("/trouver/?q=Fleury").content.decode()
