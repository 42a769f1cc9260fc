"""`/accueil/`: which points are listed, in what order, what their rows show, and the map."""

import re
from datetime import date, datetime

import pytest

from accueil.models import ReceptionPoint, SpecialHours, Stop
from accueil.reception_points.selection import OpeningMoment, moment_span
from portal.core.opening_hours.calendars import PARIS
from portal.core.text.elision import of_place
from portal.territory.models import Commune
from tests.accueil.conftest import TUESDAY
from tests.accueil.pages import get_page, links, listed_names, main_html, page_text
from tests.accueil.questions import ANYTHING
from tests.factories import (
    AgencyFactory,
    DepartmentFactory,
    PhoneLineFactory,
    RelocationFactory,
    SiteFactory,
    TeamFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_tuesday")]

LIST_URL = "/accueil/"
SANDILLON = "45300"
UNKNOWN = "horaires à renseigner"


class TestWhichDoors:
    def test_all_of_the_departement_by_commune(self, client, loiret):
        page = get_page(client, LIST_URL)
        result = listed_names(page)
        assert len(result) == 12, "the rest is on the next page"
        assert result[:2] == ["France services de Beaugency", "Permanence de Beaulieu-sur-Loire"]
        assert listed_names(get_page(client, LIST_URL, page="2")) == [
            "Permanence d'accueil inconditionnel, Orléanais",
            "France services de Pithiviers",
        ]
        assert client.get(LIST_URL, {"page": "3"}).status_code == 404

    def test_near_a_commune_the_nearest_first(self, client, make_point):
        for name, km in [("Loin", 30), ("Tout près", 1), ("Moins près", 5)]:
            make_point(name, km, slug=name.replace(" ", "-").lower())
        page = get_page(client, LIST_URL, pres="Ici", departement="98")
        assert listed_names(page) == ["Tout près", "Moins près", "Loin"]
        assert "à 1 km" in page_text(page)
        assert "à 30 km" in page_text(page)

    @pytest.mark.parametrize("typed", ["Sandillon", "sandillon", "45640 Sandillon"])
    def test_a_commune_as_it_is_typed(self, client, loiret, typed):
        page = get_page(client, LIST_URL, pres=typed)
        assert "Près de Sandillon" in page_text(page)
        assert listed_names(page)[0].endswith("Orléanais")

    def test_a_commune_by_its_code(self, client, loiret):
        assert "Près de Jargeau" in page_text(get_page(client, LIST_URL, commune="45173"))

    def test_open_now(self, client, make_point):
        make_point("Ouverte", 3, hours="Tu 09:00-12:00")
        make_point("Fermée", 1, hours="Tu 13:00-15:00")
        make_point("Inconnue", 2)
        for near in ({}, {"commune": "98001"}):
            page = get_page(client, LIST_URL, ouvert="maintenant", departement="98", **near)
            assert listed_names(page) == ["Ouverte"]

    def test_unknown_hours_are_shown_as_such(self, client, make_point):
        make_point("Inconnue")
        assert UNKNOWN in page_text(get_page(client, LIST_URL, commune="98001"))
        page = get_page(client, LIST_URL, commune="98001", ouvert="maintenant")
        assert "aucun lieu ne correspond" in page_text(page)
        again = next(address for label, address in links(page).items() if "à renseigner" in label)
        assert listed_names(client.get(LIST_URL + again)) == ["Inconnue"]

    def test_open_this_evening(self, client, make_point, clock_at):
        make_point("Soir", hours="Tu 17:00-19:00")
        make_point("Jusqu'à 18 h", slug="18", hours="Tu 09:00-18:00")
        make_point("Demain soir", slug="demain", hours="We 17:00-20:00")
        assert listed_names(get_page(client, LIST_URL, commune="98001", ouvert="soir")) == ["Soir"]
        clock_at(TUESDAY.replace(hour=19))
        assert (
            listed_names(get_page(client, LIST_URL, commune="98001", ouvert="soir", page="1")) == []
        )

    def test_open_on_saturday(self, client, make_point, place):
        make_point("Samedi", hours="Sa 09:00-12:00")
        closed = make_point("Pas celui-ci", slug="ferme", hours="Sa 09:00-12:00")
        opened = make_point("Exceptionnel", slug="exception", hours="")
        make_point("Semaine", hours="Mo-Fr 09:00-12:00")
        saturday = {"first_day": date(2026, 11, 28), "last_day": date(2026, 11, 28)}
        for point, effect, spans in [(closed, "closed", ""), (opened, "open_only", "14:00-16:00")]:
            special = SpecialHours.objects.create(
                department=place.department, effect=effect, spans=spans, **saturday
            )
            special.points.add(point)
        page = get_page(client, LIST_URL, commune="98001", ouvert="samedi")
        assert listed_names(page) == ["Samedi", "Exceptionnel"]

    def test_kind_and_appointment(self, client, make_point):
        make_point("Mairie", kind="town_hall", by_appointment=False)
        make_point("Sur rendez-vous", slug="rdv", by_appointment=True)
        make_point(
            "Les deux", slug="deux", by_appointment=False, appointment_hours="We 09:00-12:00"
        )
        make_point("On ne sait pas", slug="inconnu")
        params = {"commune": "98001"}
        assert listed_names(get_page(client, LIST_URL, nature="town_hall", **params)) == ["Mairie"]
        assert listed_names(get_page(client, LIST_URL, rdv="sans", **params)) == [
            "Mairie",
            "Les deux",
        ]
        assert listed_names(get_page(client, LIST_URL, rdv="avec", **params)) == [
            "Sur rendez-vous",
            "Les deux",
        ]
        assert listed_names(get_page(client, LIST_URL, rdv="avec", departement="98")) == [
            *["Les deux", "Sur rendez-vous"]
        ]

    def test_pages_near_a_commune(self, client, make_point):
        for number in range(15):
            make_point(f"P{number:02d}", km=number / 2, hours="Tu 09:00-12:00")
        for params in ({}, {"ouvert": "maintenant"}):
            first = get_page(client, LIST_URL, commune="98001", **params)
            assert listed_names(first) == [f"P{number:02d}" for number in range(12)]
            second = client.get(LIST_URL + links(first)["Suivante"])
            assert listed_names(second) == ["P12", "P13", "P14"]
            assert "Suivante" not in links(second)
            wrong = client.get(LIST_URL, {"commune": "98001", "page": "3", **params})
            assert wrong.status_code == 404

    def test_open_points_may_be_far(self, client, make_point):
        """Every near point is closed: the second query reads the whole département."""
        for number in range(50):
            make_point(f"F{number}", km=number / 10, hours="We 09:00-12:00")
        make_point("Loin", 60, hours="Tu 09:00-12:00")
        assert listed_names(get_page(client, LIST_URL, commune="98001", ouvert="maintenant")) == [
            "Loin"
        ]


CALL = "Appeler le 02 38 25 45 45"


class TestWhere:
    def test_homonyms_are_choices(self, client, elsewhere):
        page = get_page(client, LIST_URL, pres="Fleury", ouvert="soir")
        chosen = links(page)["Fleury-les-Aubrais (Loiret)"]
        assert "commune=45147" in chosen
        assert "ouvert=soir" in chosen
        assert "Fleury-les-Aubrais" in page_text(client.get(LIST_URL + chosen))

    def test_never_the_points_nor_the_line_of_another_departement(self, client, elsewhere):
        page = get_page(client, LIST_URL, pres="Marseille")
        assert listed_names(page) == []
        assert "Ce portail ne sert pas" in page_text(page)
        assert "02 38 25 45 45" not in main_html(page)

    def test_a_point_across_the_border_is_not_listed(self, client, make_point, place):
        neighbour = DepartmentFactory(code="97", name="Voisin")
        AgencyFactory(department=neighbour)
        make_point("Ailleurs", department=neighbour)
        make_point("Ici", 20)
        assert listed_names(get_page(client, LIST_URL, commune="98001")) == ["Ici"]
        assert listed_names(get_page(client, LIST_URL, departement="97")) == ["Ailleurs"]

    @pytest.mark.parametrize("typed", ANYTHING)
    def test_anything_may_be_typed(self, client, loiret, typed):
        assert client.get(LIST_URL, {"pres": typed}).status_code == 200

    def test_a_place_not_found_shows_a_message_and_the_typed_text(self, client, loiret):
        page = get_page(client, LIST_URL, pres="xyzzy")
        assert "Nous n'avons pas trouvé cet endroit" in page_text(page)
        assert 'value="xyzzy"' in main_html(page)
        assert listed_names(page) == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *[("ouvert", "hier"), ("nature", "bus"), ("rdv", "oui"), ("departement", "99")],
            *[("page", "0"), ("page", "deux"), ("commune", "Olivet"), ("commune", "\0")],
        ],
    )
    def test_a_malformed_parameter_is_a_400_that_names_it(self, client, loiret, name, value):
        answer = client.get(LIST_URL, {name: value})
        assert answer.status_code == 400
        assert f"{name}=" in page_text(answer)

    def test_an_unknown_commune_is_a_404_with_a_way_out(self, client, loiret):
        answer = client.get(LIST_URL, {"commune": "99999"})
        assert answer.status_code == 404
        assert "Trouver mon équipe" in links(answer)

    def test_of_several_departements_one_is_chosen_first(self, client, loiret):
        AgencyFactory(department=DepartmentFactory(code="91", name="Essonne"))
        page = get_page(client, LIST_URL, ouvert="soir")
        assert listed_names(page) == []
        assert CALL not in links(page), "no line of a département that nobody chose"
        assert "Dans quel département êtes-vous ?" in page_text(page)
        assert links(page)["Loiret 45"].endswith("?ouvert=soir&departement=45")
        chosen = get_page(client, LIST_URL, departement="45")
        assert len(listed_names(chosen)) == 12
        assert CALL in links(chosen)


class TestWhatIsSaid:
    def test_each_point(self, client, loiret):
        text = page_text(get_page(client, LIST_URL, commune="45040"))
        assert "ouvert, ferme à 12 h 30" in text
        assert (
            "du mardi au vendredi de 9 h 00 à 12 h 30 et de 14 h 00 à 17 h 30 · sans rendez-vous"
            in text
        )
        assert "France services · endroit à peu près" in text
        assert "dans la commune" in text
        assert "Source : Guide des familles, 3 septembre 2026." in text or "Source :" in text

    def test_the_line_open_or_when(self, client, loiret, clock_at):
        assert f"{CALL} ouvert, ferme à 12 h" in page_text(get_page(client, LIST_URL))
        clock_at(TUESDAY.replace(hour=12, minute=30))
        text = page_text(get_page(client, LIST_URL, pres="Sandillon"))
        assert f"{CALL} fermé, ouvre à 13 h 30" in text

    def test_a_number_that_is_not_published(self, client, make_point, place):
        PhoneLineFactory(department=place.department, number="")
        assert "Numéro à renseigner" in page_text(get_page(client, LIST_URL, commune="98001"))

    def test_the_bus_by_its_printed_rhythm(self, client, loiret):
        text = page_text(get_page(client, LIST_URL, pres="Sandillon"))
        assert "Sandillon (adresse à renseigner) dans la commune deux semaines sur trois" in text
        assert "jour à renseigner" in text

    def test_the_next_bus(self, client, make_point, place):
        bus = make_point("Bus", kind="itinerant", site=None)
        Stop.objects.create(
            point=bus,
            site=SiteFactory(name="La place", commune=place, department=place.department),
            **{"weekday": 3, "starts_at": "09:30", "ends_at": "12:00"},
        )
        for params in ({"commune": "98001"}, {"departement": "98"}):
            text = page_text(get_page(client, LIST_URL, **params))
            assert "La place" in text
            assert "jeudi 26 novembre de 9 h 30 à 12 h" in text

    @pytest.mark.parametrize("params", [{"commune": "98001"}, {"departement": "98"}])
    def test_a_bus_with_a_site_is_shown_once_by_its_stops(self, client, make_point, place, params):
        make_point("Porte", 1)
        bus = make_point("Bus", kind="itinerant")
        assert listed_names(get_page(client, LIST_URL, **params)) == ["Bus", "Porte"], (
            "it has no stop yet"
        )
        site = SiteFactory(name="La place", commune=place, department=place.department)
        Stop.objects.create(point=bus, site=site)
        page = get_page(client, LIST_URL, **params)
        assert listed_names(page) == ["Porte"]
        assert "La place" in page_text(page)

    def test_closures_are_announced_shown_then_gone(self, client, make_point, place, clock_at):
        special = SpecialHours.objects.create(
            department=place.department,
            first_day=date(2026, 12, 4),
            last_day=date(2026, 12, 22),
            effect="closed_between",
            spans="00:00-13:00",
            message="Formation des agents",
        )
        special.points.add(make_point("Porte", hours="Mo-Fr 09:00-17:00"))
        notice = "du 4 décembre 2026 au 22 décembre 2026 : fermé jusqu'à 13 h. Formation des agents"
        shown = {}
        for day in ["2026-11-18", "2026-11-19", "2026-12-04", "2026-12-22", "2026-12-23"]:
            clock_at(datetime.fromisoformat(day).replace(hour=8, tzinfo=PARIS))
            for address in (f"{LIST_URL}?commune=98001", f"{LIST_URL}porte/"):
                text = page_text(client.get(address))
                shown[day] = (f"Annoncé : {notice}" in text, f"En ce moment : {notice}" in text)
        assert shown == {
            "2026-11-18": (False, False),
            "2026-11-19": (True, False),
            "2026-12-04": (False, True),
            "2026-12-22": (False, True),
            "2026-12-23": (False, False),
        }

    def test_a_team_that_is_moving(self, client, make_point, place):
        team = TeamFactory(agency__department=place.department, site__latitude=47.0)
        team.site.longitude = 2.0
        team.site.save()
        RelocationFactory(team=team)  # in 2024: overdue
        make_point("Chez l'équipe", slug="chez", site=None, team=team)
        text = page_text(get_page(client, LIST_URL, commune="98001"))
        assert "date dépassée, à confirmer Appelez avant de venir." in text

    def test_a_cached_answer_expires_when_a_point_opens(self, client, make_point, clock_at):
        make_point("Porte", hours="Tu 11:00-12:00")
        params = {"commune": "98001", "ouvert": "maintenant"}
        assert listed_names(get_page(client, LIST_URL, **params)) == []
        clock_at(TUESDAY.replace(hour=11))
        assert listed_names(get_page(client, LIST_URL, **params)) == ["Porte"]


class TestMap:
    def test_each_point_is_a_link_with_its_number_and_name(self, client, make_point):
        make_point("Nord", 8, hours="Tu 09:00-12:00")
        make_point("Ici", 1)
        drawing = re.search(
            r'<svg viewBox.*?role="group".*?</svg>',
            main_html(get_page(client, LIST_URL, commune="98001")),
        )
        marks = re.findall(
            r'<a href="([^"]*)"><title>([^<]*)</title>.*?>([^<]*)</text></a>', drawing[0]
        )
        assert marks == [
            ("/accueil/ici/", "1. Ici (horaires à renseigner)", "1"),
            ("/accueil/nord/", "2. Nord (ouvert, ferme à 12 h)", "2"),
        ]

    def test_overlapping_points_are_one_marker_that_leads_to_the_list(self, client, make_point):
        for name in ("Un", "Deux"):
            make_point(name, 1)
        page = main_html(get_page(client, LIST_URL, commune="98001"))
        assert re.findall(r"<title>(2 lieux[^<]*)", page) == [
            "2 lieux ici : 1. Un (horaires à renseigner), 2. Deux (horaires à renseigner)"
        ]
        target = re.search(r'<a href="#(lieu-\d)"><title>2 lieux', page)[1]
        assert f'id="{target}"' in page

    def test_its_caption_names_the_commune_it_surrounds(self, client, make_point, place):
        make_point("Ici", 1)
        text = page_text(get_page(client, LIST_URL, commune="98001"))
        assert f"Autour {of_place(place.name)}" in text
        assert "où sont aussi les lieux plus loin" in text

    def test_the_whole_departement_without_a_place(self, client, loiret):
        page = main_html(get_page(client, LIST_URL))
        assert "Sur la carte" in page
        assert 'viewBox="0.0 0.0 1000.0' in page
        assert ">Orléans</text>" in page

    def test_the_base_map_is_made_once_and_cached_by_browsers(self, client, loiret):
        address = re.search(
            r'href="(/accueil/fond/45\.svg\?v=\d+)"', main_html(get_page(client, LIST_URL))
        )[1]
        ground = client.get(address)
        assert ground["Content-Type"] == "image/svg+xml"
        assert "immutable" in ground["Cache-Control"]
        assert (
            ground.content.decode().count("M")
            >= Commune.objects.filter(contour__isnull=False).count()
        )
        assert client.get("/accueil/fond/99.svg").status_code == 404


class TestCost:
    @pytest.mark.parametrize(
        "params",
        [
            {"commune": "98001"},
            {"commune": "98001", "ouvert": "maintenant"},
            {"departement": "98", "ouvert": "samedi", "nature": "ccas"},
        ],
    )
    def test_as_many_queries_whatever_the_number_of_points(
        self, client, make_point, queries, params
    ):
        counts = []
        for size in (13, 60):
            for number in range(size):
                make_point(f"D{size}-{number}", km=number / 20, hours="Tu,Sa 09:00-12:00")
            client.get(LIST_URL, params)  # fill the caches
            with queries() as captured:
                page = get_page(client, LIST_URL, page="1", **params)
            counts.append((len(listed_names(page)), len(captured)))
        assert counts[0] == counts[1]
        assert counts[0][0] == 12
        assert counts[0][1] <= 4


@pytest.mark.parametrize(
    ("when", "at", "first", "last"),
    [
        (OpeningMoment.EVENING, "2026-11-24T10:00", "2026-11-24T18:00", "2026-11-25T00:00"),
        (OpeningMoment.EVENING, "2026-11-24T19:20", "2026-11-24T19:20", "2026-11-25T00:00"),
        (OpeningMoment.SATURDAY, "2026-11-24T10:00", "2026-11-28T00:00", "2026-11-29T00:00"),
        (OpeningMoment.SATURDAY, "2026-11-28T10:00", "2026-11-28T10:00", "2026-11-29T00:00"),
        (OpeningMoment.SATURDAY, "2026-11-29T10:00", "2026-12-05T00:00", "2026-12-06T00:00"),
    ],
)
def test_what_is_left_of_this_evening_or_of_saturday(when, at, first, last):
    result = moment_span(when, datetime.fromisoformat(at).replace(tzinfo=PARIS))
    assert [moment.isoformat()[:16] for moment in result] == [first, last]


def test_every_point_has_its_page(client, loiret):
    for point in ReceptionPoint.objects.all():
        assert client.get(point.get_absolute_url()).status_code == 200
