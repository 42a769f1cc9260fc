"""`/accueil/`: which doors, in what order, what is said of each, and their map."""

import re
from datetime import date, datetime

import pytest

from accueil.models import ReceptionPoint, SpecialHours, Stop
from accueil.reception_points.selection import OpeningMoment, moment_span
from portal.core.opening_hours.hours import PARIS
from portal.territory.models import Commune
from tests.accueil.test_lookup_api import ANYTHING
from tests.accueil.test_pages import ask, links, main, words
from tests.accueil.test_reception_points import ReceptionPointFactory
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    DepartmentFactory,
    PhoneLineFactory,
    RelocationFactory,
    SiteFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

DESK = "/accueil/"
SANDILLON = "45300"
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
UNKNOWN = "horaires à renseigner"


@pytest.fixture(autouse=True)
def now(clock_at):
    """Sets the moment, a Tuesday at 10 h unless a test says another."""
    clock_at(TUESDAY)
    return clock_at


@pytest.fixture
def place():
    """A served département, with a commune where its doors are."""
    department = DepartmentFactory(code="98", name="Essai")
    AgencyFactory(department=department)
    return CommuneFactory(
        code="98001", name="Ici", department=department, latitude=47.0, longitude=2.0
    )


@pytest.fixture
def door(place):
    """Makes a door, so many kilometres north of the commune."""

    def make(name, km=0, **fields):
        site = SiteFactory(
            department=place.department,
            commune=place,
            city=place.name,
            latitude=47.0 + km / 111.2,
            longitude=2.0,
        )
        fields = {"site": site, "department": place.department, "slug": name.lower(), **fields}
        return ReceptionPointFactory(name=name, **fields)

    return make


def names(page):
    """The doors of the list, in order."""
    return re.findall(r"<h3>\d+\. <a [^>]*>([^<]*)</a></h3>", main(page))


class TestWhichDoors:
    def test_all_of_the_departement_by_commune(self, client, loiret):
        page = ask(client, DESK)
        found = names(page)
        assert len(found) == 12, "the rest is on the next page"
        assert found[:2] == ["France services de Beaugency", "Permanence de Beaulieu-sur-Loire"]
        assert names(ask(client, DESK, page="2")) == [
            "Permanence d&#x27;accueil inconditionnel, Orléanais",
            "France services de Pithiviers",
        ]
        assert client.get(DESK, {"page": "3"}).status_code == 404

    def test_near_a_commune_the_nearest_first(self, client, door):
        for name, km in [("Loin", 30), ("Tout près", 1), ("Moins près", 5)]:
            door(name, km, slug=name.replace(" ", "-").lower())
        page = ask(client, DESK, pres="Ici", departement="98")
        assert names(page) == ["Tout près", "Moins près", "Loin"]
        assert "à 1 km" in words(page)
        assert "à 30 km" in words(page)

    @pytest.mark.parametrize("typed", ["Sandillon", "sandillon", "45640 Sandillon"])
    def test_a_commune_as_it_is_typed(self, client, loiret, typed):
        page = ask(client, DESK, pres=typed)
        assert "Près de Sandillon" in words(page)
        assert names(page)[0].endswith("Orléanais")

    def test_a_commune_by_its_code(self, client, loiret):
        assert "Près de Jargeau" in words(ask(client, DESK, pres="45173"))

    def test_open_now(self, client, door):
        door("Ouverte", 3, hours="Tu 09:00-12:00")
        door("Fermée", 1, hours="Tu 13:00-15:00")
        door("Inconnue", 2)
        for near in ({}, {"commune": "98001"}):
            page = ask(client, DESK, ouvert="maintenant", departement="98", **near)
            assert names(page) == ["Ouverte"]

    def test_unknown_hours_are_told_as_such(self, client, door):
        door("Inconnue")
        assert UNKNOWN in words(ask(client, DESK, commune="98001"))
        page = ask(client, DESK, commune="98001", ouvert="maintenant")
        assert "aucun lieu ne correspond" in words(page)
        again = next(address for label, address in links(page).items() if "à renseigner" in label)
        assert names(client.get(DESK + again)) == ["Inconnue"]

    def test_open_this_evening(self, client, door, now):
        door("Soir", hours="Tu 17:00-19:00")
        door("Jusqu'à 18 h", slug="18", hours="Tu 09:00-18:00")
        door("Demain soir", slug="demain", hours="We 17:00-20:00")
        assert names(ask(client, DESK, commune="98001", ouvert="soir")) == ["Soir"]
        now(TUESDAY.replace(hour=19))
        assert names(ask(client, DESK, commune="98001", ouvert="soir", page="1")) == []

    def test_open_on_saturday(self, client, door, place):
        door("Samedi", hours="Sa 09:00-12:00")
        closed = door("Pas celui-ci", slug="ferme", hours="Sa 09:00-12:00")
        opened = door("Exceptionnel", slug="exception", hours="")
        door("Semaine", hours="Mo-Fr 09:00-12:00")
        saturday = {"first_day": date(2026, 11, 28), "last_day": date(2026, 11, 28)}
        for point, effect, spans in [(closed, "closed", ""), (opened, "open_only", "14:00-16:00")]:
            special = SpecialHours.objects.create(
                department=place.department, effect=effect, spans=spans, **saturday
            )
            special.points.add(point)
        page = ask(client, DESK, commune="98001", ouvert="samedi")
        assert names(page) == ["Samedi", "Exceptionnel"]

    def test_kind_and_appointment(self, client, door):
        door("Mairie", kind="town_hall", by_appointment=False)
        door("Sur rendez-vous", slug="rdv", by_appointment=True)
        door("Les deux", slug="deux", by_appointment=False, appointment_hours="We 09:00-12:00")
        door("On ne sait pas", slug="inconnu")
        asked = {"commune": "98001"}
        assert names(ask(client, DESK, nature="town_hall", **asked)) == ["Mairie"]
        assert names(ask(client, DESK, rdv="sans", **asked)) == ["Mairie", "Les deux"]
        assert names(ask(client, DESK, rdv="avec", **asked)) == ["Sur rendez-vous", "Les deux"]
        assert names(ask(client, DESK, rdv="avec", departement="98")) == [
            *["Les deux", "Sur rendez-vous"]
        ]

    def test_pages_near_a_commune(self, client, door):
        for number in range(15):
            door(f"P{number:02d}", km=number / 2, hours="Tu 09:00-12:00")
        for asked in ({}, {"ouvert": "maintenant"}):
            first = ask(client, DESK, commune="98001", **asked)
            assert names(first) == [f"P{number:02d}" for number in range(12)]
            second = client.get(DESK + links(first)["Suivante"])
            assert names(second) == ["P12", "P13", "P14"]
            assert "Suivante" not in links(second)
            wrong = client.get(DESK, {"commune": "98001", "page": "3", **asked})
            assert wrong.status_code == 404

    def test_the_open_ones_may_be_far(self, client, door):
        """Around are only closed ones: the département is looked at whole."""
        for number in range(50):
            door(f"F{number}", km=number / 10, hours="We 09:00-12:00")
        door("Loin", 60, hours="Tu 09:00-12:00")
        assert names(ask(client, DESK, commune="98001", ouvert="maintenant")) == ["Loin"]


class TestWhere:
    def test_homonyms_are_choices(self, client, elsewhere):
        page = ask(client, DESK, pres="Fleury", ouvert="soir")
        chosen = links(page)["Fleury-les-Aubrais (Loiret)"]
        assert "commune=45147" in chosen
        assert "ouvert=soir" in chosen
        assert "Fleury-les-Aubrais" in words(client.get(DESK + chosen))

    def test_never_the_doors_nor_the_line_of_another_departement(self, client, elsewhere):
        page = ask(client, DESK, pres="Marseille")
        assert names(page) == []
        assert "ce portail ne sert pas" in words(page)
        assert "02 38 25 45 45" not in main(page).replace("\N{NO-BREAK SPACE}", " ")

    def test_a_door_across_the_border_is_not_given(self, client, door, place):
        neighbour = DepartmentFactory(code="97", name="Voisin")
        AgencyFactory(department=neighbour)
        door("Ailleurs", department=neighbour)
        door("Ici", 20)
        assert names(ask(client, DESK, commune="98001")) == ["Ici"]
        assert names(ask(client, DESK, departement="97")) == ["Ailleurs"]

    @pytest.mark.parametrize("typed", ANYTHING)
    def test_anything_may_be_typed(self, client, loiret, typed):
        assert client.get(DESK, {"pres": typed}).status_code == 200

    def test_a_place_not_found_says_so_and_keeps_what_was_typed(self, client, loiret):
        page = ask(client, DESK, pres="xyzzy")
        assert "Nous n'avons pas trouvé cet endroit" in words(page)
        assert 'value="xyzzy"' in main(page)
        assert names(page) == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *[("ouvert", "hier"), ("nature", "bus"), ("rdv", "oui"), ("departement", "99")],
            *[("page", "0"), ("page", "deux"), ("commune", "Olivet"), ("commune", "\0")],
        ],
    )
    def test_a_malformed_parameter_is_a_400_that_names_it(self, client, loiret, name, value):
        answer = client.get(DESK, {name: value})
        assert answer.status_code == 400
        assert f"{name}=" in words(answer)

    def test_an_unknown_commune_is_a_404_with_a_way_out(self, client, loiret):
        answer = client.get(DESK, {"commune": "99999"})
        assert answer.status_code == 404
        assert "Trouver mon équipe" in links(answer)

    def test_many_departements_are_not_listed_at_once(self, client, loiret):
        for code in ("91", "92", "93"):
            AgencyFactory(department=DepartmentFactory(code=code, name=f"Département {code}"))
        page = ask(client, DESK)
        assert names(page) == []
        assert "Dites d'abord où vous êtes" in words(page)
        assert len(names(ask(client, DESK, departement="45"))) == 12


class TestWhatIsSaid:
    def test_of_each_door(self, client, loiret):
        said = words(ask(client, DESK, commune="45040"))
        assert "ouvert, ferme à 12 h 30" in said
        assert "du mardi au vendredi de 9h00 à 12h30 et de 14h00 à 17h30 · sans rendez-vous" in said
        assert "France services · position approximative" in said
        assert "dans la commune" in said
        assert "Source : Guide des familles, 3 septembre 2026." in said or "Source :" in said

    def test_the_line_open_or_when(self, client, loiret, now):
        assert "ouvert, ferme à 12 h Accueil social du Loiret" in words(ask(client, DESK))
        now(TUESDAY.replace(hour=12, minute=30))
        said = words(ask(client, DESK, pres="Sandillon"))
        assert "fermé, ouvre à 13 h 30 Accueil social du Loiret" in said

    def test_a_number_that_is_not_published(self, client, door, place):
        PhoneLineFactory(department=place.department, number="")
        assert "Numéro à renseigner" in words(ask(client, DESK, commune="98001"))

    def test_the_bus_by_its_printed_rhythm(self, client, loiret):
        said = words(ask(client, DESK, pres="Sandillon"))
        assert "Sandillon (adresse à renseigner) tout près deux semaines sur trois" in said
        assert "jour à renseigner" in said

    def test_the_next_bus(self, client, door, place):
        bus = door("Bus", kind="itinerant", site=None)
        Stop.objects.create(
            point=bus,
            site=SiteFactory(name="La place", commune=place, department=place.department),
            **{"weekday": 3, "starts_at": "09:30", "ends_at": "12:00"},
        )
        for asked in ({"commune": "98001"}, {"departement": "98"}):
            said = words(ask(client, DESK, **asked))
            assert "La place" in said
            assert "jeudi 26 novembre de 9 h 30 à 12 h" in said

    @pytest.mark.parametrize("asked", [{"commune": "98001"}, {"departement": "98"}])
    def test_a_bus_that_has_a_place_is_told_once_by_its_stops(self, client, door, place, asked):
        door("Porte", 1)
        bus = door("Bus", kind="itinerant")
        assert names(ask(client, DESK, **asked)) == ["Bus", "Porte"], "it has no stop yet"
        site = SiteFactory(name="La place", commune=place, department=place.department)
        Stop.objects.create(point=bus, site=site)
        page = ask(client, DESK, **asked)
        assert names(page) == ["Porte"]
        assert "La place" in words(page)

    def test_closures_are_announced_shown_then_gone(self, client, door, place, now):
        special = SpecialHours.objects.create(
            department=place.department,
            first_day=date(2026, 12, 4),
            last_day=date(2026, 12, 22),
            effect="closed_between",
            spans="00:00-13:00",
            message="Formation des agents",
        )
        special.points.add(door("Porte", hours="Mo-Fr 09:00-17:00"))
        told = "du 4 décembre 2026 au 22 décembre 2026 : fermé jusqu'à 13 h. Formation des agents"
        shown = {}
        for day in ["2026-11-18", "2026-11-19", "2026-12-04", "2026-12-22", "2026-12-23"]:
            now(datetime.fromisoformat(day).replace(hour=8, tzinfo=PARIS))
            for address in (f"{DESK}?commune=98001", f"{DESK}porte/"):
                said = words(client.get(address))
                shown[day] = (f"Annoncé : {told}" in said, f"En ce moment : {told}" in said)
        assert shown == {
            "2026-11-18": (False, False),
            "2026-11-19": (True, False),
            "2026-12-04": (False, True),
            "2026-12-22": (False, True),
            "2026-12-23": (False, False),
        }

    def test_a_team_that_is_moving(self, client, door, place):
        team = TeamFactory(agency__department=place.department, site__latitude=47.0)
        team.site.longitude = 2.0
        team.site.save()
        RelocationFactory(team=team)  # in 2024: overdue
        door("Chez l'équipe", slug="chez", site=None, team=team)
        said = words(ask(client, DESK, commune="98001"))
        assert "date dépassée, à confirmer Appelez avant de venir." in said

    def test_an_answer_that_is_kept_ends_when_a_door_opens(self, client, door, now):
        door("Porte", hours="Tu 11:00-12:00")
        asked = {"commune": "98001", "ouvert": "maintenant"}
        assert names(ask(client, DESK, **asked)) == []
        now(TUESDAY.replace(hour=11))
        assert names(ask(client, DESK, **asked)) == ["Porte"]


class TestMap:
    def test_each_door_is_a_link_with_its_number_and_name(self, client, door):
        door("Nord", 8, hours="Tu 09:00-12:00")
        door("Ici", 1)
        drawing = re.search(
            r'<svg viewBox.*?role="group".*?</svg>', main(ask(client, DESK, commune="98001"))
        )
        marks = re.findall(
            r'<a href="([^"]*)"><title>([^<]*)</title>.*?>([^<]*)</text></a>', drawing[0]
        )
        assert marks == [
            ("/accueil/ici/", "1. Ici (horaires à renseigner)", "1"),
            ("/accueil/nord/", "2. Nord (ouvert, ferme à 12 h)", "2"),
        ]

    def test_those_that_overlap_are_one_mark_that_leads_to_the_list(self, client, door):
        for name in ("Un", "Deux"):
            door(name, 1)
        page = main(ask(client, DESK, commune="98001"))
        assert re.findall(r"<title>(2 lieux[^<]*)", page) == [
            "2 lieux ici : 1. Un (horaires à renseigner), 2. Deux (horaires à renseigner)"
        ]
        target = re.search(r'<a href="#(lieu-\d)"><title>2 lieux', page)[1]
        assert f'id="{target}"' in page

    def test_the_whole_departement_when_no_place_is_asked(self, client, loiret):
        page = main(ask(client, DESK))
        assert 'viewBox="0.0 0.0 1000.0' in page
        assert ">Orléans</text>" in page

    def test_the_ground_is_drawn_once_and_kept_by_browsers(self, client, loiret):
        address = re.search(r'href="(/accueil/fond/45\.svg\?v=\d+)"', main(ask(client, DESK)))[1]
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
        "asked",
        [
            {"commune": "98001"},
            {"commune": "98001", "ouvert": "maintenant"},
            {"departement": "98", "ouvert": "samedi", "nature": "ccas"},
        ],
    )
    def test_as_many_queries_whatever_the_number_of_doors(self, client, door, queries, asked):
        counts = []
        for size in (13, 60):
            for number in range(size):
                door(f"D{size}-{number}", km=number / 20, hours="Tu,Sa 09:00-12:00")
            client.get(DESK, asked)  # what is kept of the names and the directory
            with queries() as captured:
                page = ask(client, DESK, page="1", **asked)
            counts.append((len(names(page)), len(captured)))
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
    found = moment_span(when, datetime.fromisoformat(at).replace(tzinfo=PARIS))
    assert [moment.isoformat()[:16] for moment in found] == [first, last]


def test_every_door_has_its_page(client, loiret):
    for point in ReceptionPoint.objects.all():
        assert client.get(point.get_absolute_url()).status_code == 200
