"""Pages of the answer: `/`, `/trouver/` and `/communes/<insee>/`."""

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from accueil.models import PhoneLine, ReceptionPoint
from portal.core.caching import data_versions
from portal.core.opening_hours.calendars import PARIS
from portal.territory.models import Commune
from teams.models import Sector, Team
from tests.accueil.pages import appear_in_order, get_page, links, main_html, page_text
from tests.accueil.questions import ANYTHING, MUST_SHOW
from tests.factories import (
    AgencyFactory,
    DepartmentFactory,
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
RECEPTION = "Qui vous reçoit près"
QUESTION = "Êtes-vous déjà suivi par une équipe ?"


class Inputs(HTMLParser):
    """The values of the fields of a page, by name."""

    def __init__(self, page):
        super().__init__()
        self.values = {}
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "input":
            self.values[attributes.get("name")] = attributes.get("value")


class TestWhatPeopleType:
    @pytest.mark.parametrize(("q", "_outcome", "code", "slugs", "text"), MUST_SHOW)
    def test_the_page_shows_the_message(
        self, client, elsewhere, today, q, _outcome, code, slugs, text
    ):
        today("2023-11-24")
        page = get_page(client, "/trouver/", q=q)
        for team in Team.objects.filter(slug__in=slugs):
            assert f"/equipes/{team.slug}/" in links(page).values()
            assert team.name in page_text(page)
        if not slugs:
            assert text.partition(" : cette liste")[0] in page_text(page)
        if code:
            assert page_text(page).startswith(f"{Commune.objects.get(code=code).name} ")

    @pytest.mark.parametrize("q", ANYTHING)
    def test_anything_may_be_typed_and_stays_in_the_box(self, client, loiret, q):
        page = get_page(client, "/trouver/", q=q)
        inputs = Inputs(page).values["q"]
        assert inputs.replace("\ufffd", "\0") == q.replace("\u202e", "")  # invisible

    @pytest.mark.parametrize("escaped", ["%ff", "%ed%a0%80", "%00", "%c3", "%", "+", "&q"])
    def test_anything_may_be_sent(self, client, loiret, escaped):
        assert client.get(f"/trouver/?q={escaped}").status_code == 200

    def test_what_was_typed_is_never_markup(self, client, loiret):
        typed = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        body = get_page(client, "/trouver/", q=typed).content.decode()
        assert "<script>alert" not in body
        assert "<img" not in body

    def test_without_a_question_the_box_is_there(self, client, loiret):
        page = get_page(client, "/trouver/")
        assert "Écrivez votre commune" in page_text(page)
        assert Inputs(page).values["q"] == ""

    @pytest.mark.parametrize("q", ["Marseille", "Olivet 53", "13470"])
    def test_a_place_elsewhere_never_has_the_line_of_loiret(self, client, elsewhere, q):
        page = get_page(client, "/trouver/", q=q)
        assert "02 38 25 45 45" not in page_text(page)
        assert RECEPTION not in page_text(page)

    def test_elsewhere_the_authority_then_3939_and_nothing_that_leads_nowhere(
        self, client, elsewhere
    ):
        page = get_page(client, "/trouver/", q="Marseille")
        assert appear_in_order(
            page, "Marseille", "ou au Département des Bouches-du-Rhône.", "3939", "Ce portail sert"
        )
        assert QUESTION not in page_text(page)

    @pytest.mark.parametrize("q", ["45160", "Orléans", "Fleury", "Xyzzy", "Olivet", "Loiret"])
    def test_every_choice_leads_to_an_answer(self, client, elsewhere, today, q):
        today("2023-11-24")
        page = get_page(client, "/trouver/", q=q, le="2023-12-09")
        chosen = {k: v for k, v in links(page).items() if v.startswith("/communes/")}
        assert chosen
        for address in chosen.values():
            there = client.get(address)
            assert there.status_code == 200
            assert "le=2023-12-09" in address, "the day asked is not lost"
            assert "q=" not in address

    def test_quarters_to_choose_already_name_their_teams(self, client, loiret):
        page = get_page(client, "/trouver/", q="Orléans")
        assert "La Source Équipe La Source Saint-Marceau" in page_text(page)
        there = get_page(client, links(page)["La Source"])
        assert "Votre équipe : La Source Saint-Marceau" in page_text(there)


class TestTheAnswerComesFirst:
    @pytest.fixture(autouse=True)
    def on_a_day_of_the_moves(self, loiret, today):
        today("2023-11-24")

    def test_the_message_the_team_its_place_then_the_rest(self, client):
        page = get_page(client, OLIVET)
        assert appear_in_order(
            page,
            "Olivet 45160 · Loiret",
            "Votre équipe : Olivétaine",
            "Appelez avant de venir : nous savons le lieu, pas l'adresse.",
            CALL,
            BEFORE,
            "J'ai rendez-vous le",
            QUESTION,
            RECEPTION,
            "Chercher un autre endroit",
        )

    def test_where_nothing_is_published_the_line_and_the_nearest_points(self, client):
        page = get_page(client, PITHIVIERS)
        assert appear_in_order(
            page,
            "Nous ne savons pas encore quelle équipe suit Pithiviers",
            RECEPTION,
            CALL,
            "France services de Pithiviers",
        )

    def test_a_bus_with_a_site_is_shown_once_by_its_stops(self, client):
        near = {"department_id": "45", "site__latitude": 47.8655, "site__longitude": 1.8977}
        bus = ReceptionPointFactory(name="Bus d'Olivet", kind="itinerant", **near)
        assert "Bus d'Olivet" in links(get_page(client, OLIVET))
        StopFactory(point=bus, site=bus.site)
        page = get_page(client, OLIVET)
        assert "Bus d'Olivet" not in links(page), "no longer as a point"
        assert appear_in_order(page, RECEPTION, bus.site.label)
        points = client.get("/api/v1/lookup/", {"q": "Olivet"}).json()["reception"]["points"]
        assert [point["slug"] for point in points].count(bus.slug) == 1, (
            "the API tells no stop here"
        )

    def test_the_bus_is_shown_without_line_or_point(self, client):
        PhoneLine.objects.all().delete()
        ReceptionPoint.objects.filter(kind="itinerant", stops=None).delete()
        ReceptionPoint.objects.exclude(kind="itinerant").delete()
        assert "jour à renseigner" in page_text(get_page(client, "/communes/45300/"))

    def test_the_announced_move_is_shown_before_its_day(self, client):
        page = get_page(client, OLIVET)
        assert "Déménagement annoncé : mardi 28 et mercredi 29 novembre 2023" in page_text(page)
        assert AFTER in page_text(page)

    def test_no_fact_stands_twice_on_the_card(self, client):
        text = page_text(get_page(client, OLIVET, le="2023-11-30"))
        card = text[text.index("Votre équipe") : text.index("D'où vient")]
        assert card.count("mardi 28 et mercredi 29 novembre 2023") == 1
        assert card.count(AFTER) == 1
        assert card.count("02 38 25 45 45") == 1

    def test_the_phone_is_one_tap_away(self, client):
        assert links(get_page(client, OLIVET))[CALL] == "tel:+33238254545"

    def test_the_source_is_shown(self, client):
        assert "Source : Communiqué" in page_text(get_page(client, OLIVET))

    @pytest.mark.parametrize(
        ("day", "badge", "places"),
        [
            ("2023-11-27", "adresse inconnue", [BEFORE]),
            ("2023-11-28", "en plein déménagement", [AFTER, BEFORE]),
            ("2023-11-29", "en plein déménagement", [AFTER, BEFORE]),
            ("2023-11-30", "prévu", [AFTER]),
        ],
    )
    def test_on_the_requested_day(self, client, day, badge, places):
        page = get_page(client, OLIVET, le=day)
        text = f"{day[8:]} novembre 2023"
        assert appear_in_order(page, "Votre équipe : Olivétaine", badge, text, *places)
        assert Inputs(page).values["le"] == day
        assert links(page)["Olivétaine"] == f"/equipes/olivetaine/?le={day}"

    @pytest.mark.parametrize(
        ("day", "hours"),
        [
            ("2025-05-01", "le jeudi 1er mai 2025 : fermé, jour férié"),
            ("2025-05-02", "le vendredi 2 mai 2025 : de 8 h 30 à 12 h"),
            ("2025-05-03", "le samedi 3 mai 2025 : fermé"),
        ],
    )
    def test_hours_are_those_of_the_requested_day(self, client, today, day, hours):
        today("2026-11-29")  # a Sunday
        text = page_text(get_page(client, "/communes/45284/", le=day, suivi="non"))
        assert text.count(hours) >= 2, "the line and the nearest point"
        assert "ouvre demain" not in text

    def test_what_was_published_later_is_not_given_for_earlier_days(self, client, today):
        today("2026-11-30")
        text = page_text(get_page(client, "/communes/45234/", le="2024-01-22", suivi="non"))
        where = "bâtiment C, 131 rue de Faubourg Bannier, Cité Administrative Coligny"
        assert f"{where}, ou Cité Administrative Coligny, bâtiment E" in text
        assert "le lundi 22 janvier 2024 : de 8 h 30 à 11 h 30" in text
        assert "02 38 25 40 20" not in text
        assert "24 octobre 2024, du lundi" not in text
        text = page_text(get_page(client, "/communes/45234/", le="2024-10-24", suivi="non"))
        assert "02 38 25 40 20" in text
        assert "le jeudi 24 octobre 2024 : de 8 h 30 à 12 h 30 et de 13 h 30 à 17 h" in text

    def test_without_a_day_it_is_today(self, client, today):
        today("2023-11-28")
        page = get_page(client, OLIVET)
        assert "en plein déménagement" in page_text(page)
        assert Inputs(page).values["le"] == "2023-11-28"
        assert page_text(page).count("28 novembre 2023") == 1  # when it is printed

    def test_the_day_form_preserves_the_other_parameters(self, client):
        page = get_page(client, "/trouver/", q="la source", suivi="oui", le="2023-12-15")
        values = Inputs(page).values
        assert (values["q"], values["suivi"], values["le"]) == ("la source", "oui", "2023-12-15")


class TestFollowedOrNot:
    TEAM = "Votre équipe : Olivétaine"

    @pytest.fixture(autouse=True)
    def on_a_day_of_the_moves(self, loiret, today):
        today("2023-11-24")

    @pytest.mark.parametrize(
        ("followed", "first", "then"),
        [("", TEAM, RECEPTION), ("oui", TEAM, RECEPTION), ("non", RECEPTION, TEAM)],
    )
    def test_it_changes_the_order_and_hides_nothing(self, client, followed, first, then):
        page = get_page(client, OLIVET, suivi=followed)
        assert appear_in_order(page, "Olivet", first, then)
        assert appear_in_order(page, QUESTION, RECEPTION), "the question before the list"
        assert page_text(page).count(RECEPTION) == 1

    def test_it_is_one_tap_that_loses_nothing(self, client):
        page = get_page(client, OLIVET, le="2023-11-28", rue="rue Danton")
        answers = {url.rpartition("suivi=")[2]: url for url in links(page).values()}
        for value in ("oui", "non"):
            address = answers[value]
            assert {"le=2023-11-28", "rue=rue+Danton", f"suivi={value}"} == set(
                address.removeprefix("?").split("&")
            )

    def test_the_choice_made_is_marked(self, client):
        body = main_html(get_page(client, OLIVET, suivi="non"))
        assert re.findall(r'suivi=(\w+)" aria-current="true"', body) == ["non"]
        assert "aria-current" not in main_html(get_page(client, OLIVET))

    def test_before_a_choice_of_quarters_too(self, client):
        page = get_page(client, "/communes/45234/", suivi="non")
        assert appear_in_order(page, RECEPTION, "Quel est votre quartier ?")


def test_a_point_whose_team_may_have_left_shows_a_doubt(client, loiret, today):
    today("2024-02-01")
    page = get_page(client, "/communes/45173/", suivi="non")
    assert appear_in_order(
        page, "Permanence d'accueil inconditionnel", "date dépassée, à confirmer"
    )


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
        ("params", "team"),
        [
            ({"rue": "rue Danton", "numero": "12"}, "Pairs"),
            ({"rue": "r Danton", "numero": "12 bis"}, "Pairs"),
            ({"rue": "rue Danton", "numero": "13"}, "Impairs"),
            ({"rue": "rue Danton", "numero": "43"}, "Fleuryssois"),
            ({"numero": "12"}, "Fleuryssois"),
            ({"rue": "", "numero": "", "secteur": "", "le": "", "suivi": ""}, "Fleuryssois"),
        ],
    )
    def test_the_number_decides(self, client, danton, params, team):
        assert f"Votre équipe : {team} " in page_text(get_page(client, FLEURY, **params))

    def test_without_a_number_every_choice_leads_to_its_team(self, client, danton):
        page = get_page(client, FLEURY, rue="rue Danton", le="2024-01-20")
        expected = {
            "rue Danton, côté even": "Pairs",
            "rue Danton, côté odd": "Impairs",
            "Fleury-les-Aubrais": "Fleuryssois",
        }
        for label, team in expected.items():
            there = client.get(links(page)[label])
            assert there.status_code == 200
            assert f"Votre équipe : {team} " in page_text(there)

    def test_a_street_is_not_called_a_quarter(self, client, danton):
        assert "quartier" not in page_text(get_page(client, FLEURY, rue="rue Danton"))

    def test_a_sector_chosen(self, client, loiret):
        slug = Sector.objects.get(commune="45234", name="Carmes").slug
        page = get_page(client, "/communes/45234/", secteur=slug)
        assert "Votre équipe : Carmes Madeleine" in page_text(page)


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
        assert f"« {query.partition('=')[0]}=" in page_text(page)
        assert "<b>" not in main_html(page)

    @pytest.mark.parametrize("number", ["-1", "douze", "1.5", "12 chevaux", "١٢", "9" * 30])
    def test_a_malformed_number_is_a_400_that_names_it(self, client, loiret, number):
        page = client.get(OLIVET, {"numero": number})
        assert page.status_code == 400
        assert f"« numero={number} »" in page_text(page)

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
    def test_the_search_box_then_the_line_then_the_moves(self, client, loiret, today):
        today("2023-11-24")
        page = get_page(client, "/")
        assert appear_in_order(
            page,
            *("Que pouvons-nous faire pour vous ?", "Personne ne vous suit encore ?", CALL),
            "Les équipes déménagent",
        )
        assert 'action="/trouver/"' in main_html(page)
        assert Inputs(page).values["q"] == ""

    def test_several_departements_are_chosen_from_and_none_lends_its_line(self, client, loiret):
        AgencyFactory(department=DepartmentFactory(code="91", name="Essonne"))
        for address in ("/", "/trouver/?q=Xyzzy", "/trouver/?q=mon+mari+me+frappe"):
            page = client.get(address)
            assert CALL not in links(page)
            assert links(page)["Loiret 45"].startswith("/accueil/?")
            assert "mari" not in links(page)["Loiret 45"]

    def test_its_examples_find_a_team(self, client, loiret):
        examples = [
            url for url in links(get_page(client, "/")).values() if url.startswith("/trouver/")
        ]
        assert len(examples) == 3
        for address in examples:
            assert "Votre équipe : " in page_text(client.get(address))

    def test_a_change_is_in_the_next_page(self, client, loiret):
        get_page(client, "/")
        PhoneLine.objects.update(number="02 38 99 99 99")
        assert "02 38 99 99 99" in page_text(get_page(client, "/"))


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
        assert "02 38 11 11 11" in page_text(page)
        assert page["ETag"] != etag

    def test_another_day_is_another_page(self, client, loiret, today):
        for model in (PhoneLine, ReceptionPoint):
            model.objects.update(hours="")  # only the day makes the page expire
        today("2023-11-27")
        etag = client.get(OLIVET)["ETag"]
        today("2023-11-28")
        page = client.get(OLIVET, headers={"if-none-match": etag})
        assert page.status_code == 200
        assert "en plein déménagement" in page_text(page)

    def test_a_cached_page_expires_when_the_line_closes(self, client, loiret, monkeypatch):
        def is_open_at(hour, minute):
            now = datetime(2026, 11, 20, hour, minute, tzinfo=PARIS)
            monkeypatch.setattr("portal.core.clock.now", lambda: now)
            text = page_text(get_page(client, PITHIVIERS))
            return re.search(r"45 45 ouvert, ferme ", text) is not None

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


def sent_bytes(client, address: str) -> int:
    return len(client.get(address, headers={"accept-encoding": "gzip"}).content)


class TestWeightAndQueries:
    @pytest.mark.parametrize(
        "address", [OLIVET, FLEURY, PITHIVIERS, "/communes/45234/", "/communes/45234/?suivi=non"]
    )
    @pytest.mark.parametrize("day", ["2023-11-28", "2026-11-22"])
    def test_a_commune_weighs_6_kb_or_less_as_it_is_sent(
        self, client, elsewhere, today, address, day
    ):
        today(day)
        assert sent_bytes(client, address) <= 6_000

    @pytest.mark.parametrize("whole", [False, True])
    def test_a_commune_of_very_many_quarters_too(self, client, covers, whole):
        team = TeamFactory(name="Équipe 1", agency__department__code="45")
        for at in range(130):
            covers("45252", "quarter", f"Quartier {at:03}", team=team)
        if whole:
            covers("45252", "commune", "Pithiviers", team=team)
        assert sent_bytes(client, PITHIVIERS) <= 6_000

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
        assert main_html(client.get(PITHIVIERS)).count('<h2 id="team-') == 22
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
    def test_one_query_for_a_cached_page(self, client, loiret, queries, address):
        client.get(address)
        assert self.count(client, queries, address) == 1


def test_the_typed_street_stays_while_a_commune_is_chosen(client, loiret, elsewhere):
    page = client.get("/trouver/", {"q": "12 bis rue Danton, Fleury"}).content.decode()
    assert 'href="/communes/45147/?rue=rue+Danton&amp;numero=12+bis"' in page
    assert 'href="/communes/45147/?"' in client.get("/trouver/?q=Fleury").content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_ends_of_the_calendar_is_answered(client, loiret, day):
    for address in (OLIVET, "/trouver/?q=Olivet"):
        page = client.get(address, {"q": "Olivet", "suivi": "non", "le": day})
        assert page.status_code == 200
