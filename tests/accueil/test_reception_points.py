"""Reception points: the data of Loiret, their positions, the nearest ones."""

from datetime import datetime
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accueil.contacts.nearest_points import nearest_points
from accueil.models import ReceptionPoint, refresh_positions
from portal.core import clock
from portal.core.opening_hours.calendars import PARIS
from portal.territory.models import Commune
from teams.models import Site
from tests.factories import (
    CommuneFactory,
    DepartmentFactory,
    ReceptionPointFactory,
    RelocationFactory,
    SiteFactory,
    TeamFactory,
    administrator,
)

pytestmark = pytest.mark.django_db

POINTS = "/api/v1/reception-points/"
ORLEANS = f"{POINTS}permanence-daccueil-inconditionnel-orleanais/"
PAVILLON_HOURS = "Mo-Fr 08:30-11:30; 2024 Oct 24-9999 Dec 31 Mo-Fr 08:30-12:30,13:30-17:00"
PAVILLON_HOURS_TEXT = (
    "depuis le 24 octobre 2024, du lundi au vendredi de 8h30 à 12h30 et de 13h30 à 17h ; avant,"
    " de 8h30 à 11h30"
)
BONNY = f"{POINTS}france-services-de-bonny-sur-loire/"
BEAUNE = f"{POINTS}france-services-de-beaune-la-rolande/"


def position(point):
    point.refresh_from_db()
    return point.latitude, point.longitude


class TestWhatIsTrueOfLoiret:
    def test_each_has_its_source_and_its_place(self, loiret):
        points = ReceptionPoint.objects.filter(department="45")
        assert points.exclude(kind="itinerant").count() == 14
        for point in points.exclude(kind="itinerant"):
            assert point.source, point
            assert point.address, point
            assert point.latitude, point

    def test_the_point_of_the_orleanais_is_where_its_team_is(self, client, loiret):
        answer = client.get(ORLEANS, {"at": "2026-11-20T11:29"}).json()
        provenance = answer.pop("provenance")
        assert (provenance["kind"], provenance["on"]) == ("published", "2024-10-24")
        assert provenance["fields"]["documents"]["kind"] == "printed"
        assert provenance["fields"]["hours"]["printed"] == "8h30-11h30 du lundi au vendredi"
        site = Site.objects.get(key="45-pavillon")
        assert list(answer.items()) == [
            ("slug", "permanence-daccueil-inconditionnel-orleanais"),
            ("name", "Permanence d'accueil inconditionnel, Orléanais"),
            ("kind", "department"),
            ("address", "3 bis avenue des Droits de l’Homme à Orléans"),
            ("latitude", site.commune.latitude),
            ("longitude", site.commune.longitude),
            ("approximate", True),
            ("distance_km", None),
            ("open_now", True),
            ("next_change", "2026-11-20T12:30:00+01:00"),
            ("phone", "02 38 25 40 20"),
            ("email", ""),
            ("by_appointment", None),
            ("documents", "sur présentation d'un justificatif d'identité et de domicile"),
            ("hours", f"{PAVILLON_HOURS}; PH off"),
            ("hours_text", PAVILLON_HOURS_TEXT),
            ("state_note", ""),
            ("special_hours", []),
            ("department", "45"),
            ("team", "equipe-daccueil-inconditionnel-orleans-metropole"),
            ("source", "Le bâtiment dédié au social du Loiret"),
            ("source_date", "2024-10-24"),
            ("appointment_hours", ""),
            ("appointment_hours_text", ""),
            ("offers", ""),
            ("languages", ""),
            ("wheelchair", ""),
            ("access_notes", ""),
            ("access_url", ""),
            ("checked_on", None),
            ("agency", "ads-orleans-metropole"),
            ("closes_on", None),
            ("closing_note", ""),
        ]

    def test_before_a_publication_nothing_is_said_of_it(self, client, loiret):
        answer = client.get(ORLEANS, {"at": "2024-10-23T09:00"}).json()
        assert (answer["phone"], answer["hours_text"]) == ("", "8h30-11h30 du lundi au vendredi")
        provenance = answer["provenance"]
        assert (provenance["kind"], provenance["on"]) == ("printed", "2023-11-24")
        assert provenance["fields"] == {}

    @pytest.mark.parametrize("day", ["2019-06-03", "2024-10-23"])
    def test_the_printed_hours_hold_until_those_published_since(self, client, loiret, day):
        at_noon = client.get(ORLEANS, {"at": f"{day}T12:15"}).json()
        assert at_noon["open_now"] is False
        at_eleven = client.get(ORLEANS, {"at": f"{day}T11:00"}).json()
        assert (at_eleven["open_now"], at_eleven["next_change"][11:16]) == (True, "11:30")

    def test_the_point_of_a_team_receives_nobody_before_the_team_exists(self, client, loiret):
        def points(on):
            answer = client.get("/api/v1/lookup/", {"commune": "45234", "on": on}).json()
            return [point["slug"] for point in answer["reception"]["points"]]

        assert "permanence-daccueil-inconditionnel-orleanais" not in points("2019-12-31")
        assert "permanence-daccueil-inconditionnel-orleanais" in points("2020-01-01")

    def test_hours_that_were_printed(self, client, loiret):
        opens = client.get(BONNY, {"at": "2026-11-21T10:00"}).json()
        assert opens["open_now"] is False
        assert opens["next_change"] == "2026-11-24T09:00:00+01:00", "closed on Mondays"
        assert opens["by_appointment"] is False

    def test_hours_that_nobody_printed_stay_unknown(self, client, loiret):
        unknown = client.get(BEAUNE).json()
        assert (unknown["open_now"], unknown["next_change"], unknown["hours"]) == (None, None, "")
        assert unknown["address"] == "3 bis rue des Déportés, Beaune-la-Rolande"

    def test_social_workers_away_from_gien_are_met_by_appointment(self, loiret):
        away = ReceptionPoint.objects.filter(by_appointment=True)
        assert set(away.values_list("site__city", "kind")) == {
            *{("Gien", "department"), ("Briare", "department")},
            *{("Châtillon-sur-Loire", "department"), ("Bonny-sur-Loire", "other")},
            ("Beaulieu-sur-Loire", "town_hall"),
        }


class TestPlace:
    """The position of a point follows that of its site."""

    def test_at_its_own_site(self):
        assert position(ReceptionPointFactory()) == (47.0, 2.0)

    def test_at_its_team_s(self):
        team = TeamFactory(site__latitude=48.0, site__longitude=3.0)
        point = ReceptionPointFactory(site=None, team=team)
        assert position(point) == (48.0, 3.0)
        assert point.address == team.site.address
        assert point.is_approximate is False

    def test_at_its_commune_s_for_want_of_better(self):
        commune = CommuneFactory(latitude=46.0, longitude=1.0)
        point = ReceptionPointFactory(site=SiteFactory(commune=commune))
        assert position(point) == (46.0, 1.0)
        assert point.is_approximate is True

    def test_nowhere_known(self, client):
        point = ReceptionPointFactory(site=None, team=TeamFactory(site=None))
        assert position(point) == (None, None)
        answer = client.get(f"{POINTS}{point.slug}/", {"latitude": "47", "longitude": "2"}).json()
        assert (answer["address"], answer["approximate"]) == ("", True)
        assert (answer["latitude"], answer["distance_km"]) == (None, None)

    def test_its_site_is_measured(self):
        point = ReceptionPointFactory(site=SiteFactory())
        point.site.latitude, point.site.longitude = 47.5, 2.5
        point.site.save()
        assert position(point) == (47.5, 2.5)

    def test_its_team_moves(self):
        point = ReceptionPointFactory(site=None, team=TeamFactory())
        point.team.site = SiteFactory(latitude=48.5, longitude=3.5)
        point.team.save(update_fields=["site"])
        assert position(point) == (48.5, 3.5)

    def test_its_team_s_site_is_measured(self):
        point = ReceptionPointFactory(site=None, team=TeamFactory())
        point.team.site.latitude, point.team.site.longitude = 47.5, 2.5
        point.team.site.save()
        assert position(point) == (47.5, 2.5)

    def test_its_commune_moves(self):
        commune = CommuneFactory(latitude=46.0, longitude=1.0)
        own = ReceptionPointFactory(site=SiteFactory(commune=commune))
        hosted = ReceptionPointFactory(site=None, team=TeamFactory(site__commune=commune))
        commune.latitude = 46.5
        commune.save()
        assert position(own) == position(hosted) == (46.5, 1.0)

    def test_it_moves_itself(self):
        point = ReceptionPointFactory()
        point.site = SiteFactory(latitude=49.0, longitude=4.0)
        point.save(update_fields=["site"])
        assert position(point) == (49.0, 4.0)

    def test_a_refresh_after_a_bulk_change_writes_only_what_moved(self, queries):
        moved, still = ReceptionPointFactory(), ReceptionPointFactory()
        Site.objects.filter(pk=moved.site_id).update(latitude=47.1)
        assert position(moved) == (47.0, 2.0)
        everywhere = ReceptionPoint.objects.filter(pk__in=[moved.pk, still.pk])
        refresh_positions(everywhere)
        assert (position(moved), position(still)) == ((47.1, 2.0), (47.0, 2.0))
        with queries() as captured:
            refresh_positions(everywhere)
        assert [query["sql"][:6] for query in captured] == ["SELECT"]


class TestOnePlaceOnly:
    @pytest.mark.parametrize("both", [True, False])
    def test_a_team_or_else_a_site(self, both):
        places = {"site": SiteFactory(), "team": TeamFactory()} if both else {"site": None}
        point = ReceptionPointFactory.build(department=DepartmentFactory(), **places)
        with pytest.raises(ValidationError, match="ou bien dans un lieu propre"):
            point.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            point.save()

    def test_a_kind_that_does_not_exist(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReceptionPointFactory(kind="bus")

    def test_hours_that_are_not_understood(self):
        point = ReceptionPointFactory()
        point.hours = "de 9 h à 12 h"
        with pytest.raises(ValidationError, match="Horaires non compris") as refusal:
            point.full_clean()
        assert list(refusal.value.message_dict) == ["hours"]


class TestNearest:
    @pytest.fixture
    def points(self):
        """Points north of (47, 2), 11 km apart, the second in another département."""
        departments = [DepartmentFactory(code="97"), DepartmentFactory(code="98")]
        return [
            ReceptionPointFactory(
                slug=f"porte-{n}",
                department=departments[n % 2],
                site__latitude=47 + n / 10,
                site__longitude=2.0,
            )
            for n in range(4)
        ]

    def nearest(self, *args, **kwargs):
        return [
            (point.slug, point.distance_km)
            for point in nearest_points(*args, on=clock.today(), **kwargs)
        ]

    def test_by_distance(self, points):
        for n, make_point in enumerate(points):
            ReceptionPoint.objects.filter(pk=make_point.pk).update(
                department="97", name=f"Porte {n}"
            )
        assert self.nearest(47.0, 2.0, department="97", limit=3) == [
            *[("porte-0", 0.0), ("porte-1", 11.1), ("porte-2", 22.2)]
        ]

    def test_a_degree_of_longitude_is_shorter(self, points):
        east = ReceptionPointFactory(
            slug="est", department_id="97", site__latitude=47.0, site__longitude=2.13
        )
        assert self.nearest(47.0, 2.0, department="97", limit=2) == [
            ("porte-0", 0.0),
            (east.slug, 9.9),
        ]

    def test_in_a_department(self, points):
        result = self.nearest(47.0, 2.0, department="98")
        assert result == [("porte-1", 11.1), ("porte-3", 33.4)]

    def test_one_query_loads_all_that_the_answer_shows(self, points, django_assert_num_queries):
        hosted = TeamFactory(site__latitude=47.0, site__longitude=2.0)
        ReceptionPointFactory(department_id="97", site=None, team=hosted)
        with django_assert_num_queries(1):
            for point in nearest_points(47.0, 2.0, department="97", on=clock.today()):
                assert point.address
                assert point.team is None or point.team.slug
                assert point.source is None or point.source.title

    def test_one_query_in_a_departement_however_far(self, points, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert self.nearest(48.9, 2.0, limit=1, department="98") == [("porte-3", 177.9)]

    def test_the_window_changes_no_answer(self):
        """Among many points, the same result as a full comparison."""
        random = Random(45)
        department = DepartmentFactory(code="95")
        for n in range(60):
            ReceptionPointFactory(
                slug=f"porte-{n}",
                department=department,
                site__latitude=47 + random.uniform(-0.3, 0.3),
                site__longitude=2 + random.uniform(-0.4, 0.4),
            )
        points = ReceptionPoint.objects.filter(department="95")
        for latitude, longitude in [(47, 2), (47.2, 2.3), (46.7, 1.6), (48.5, 4.0)]:
            whole = [point.slug for point in points.order_by_distance(latitude, longitude)[:5]]
            result = self.nearest(latitude, longitude, department="95")
            assert [slug for slug, _distance in result] == whole

    def test_none_at_all(self, points):
        DepartmentFactory(code="96")
        assert self.nearest(47.0, 2.0, department="96") == []

    def test_without_a_point_it_is_never_near(self, points):
        ReceptionPointFactory(department_id="97", site=SiteFactory())
        assert len(self.nearest(49.9, 2.0, department="97", limit=50)) == 2

    def test_it_follows_an_index(self, points):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
        located = ReceptionPoint.objects.filter(department="97", latitude__isnull=False)
        assert "accueil_point_nearest" in located.values("pk").explain()


class TestApi:
    def slugs(self, client, **filters):
        answer = client.get(POINTS, filters)
        assert answer.status_code == 200, answer.content
        return [point["slug"] for point in answer.json()["results"]]

    def test_a_list_holds_the_same_fields_as_a_detail(self, client, loiret):
        for query in ({}, {"commune": "45155"}):
            params = {"at": "2026-11-20T10:00", **query}
            for point in client.get(POINTS, params).json()["results"]:
                assert client.get(f"{POINTS}{point['slug']}/", params).json() == point

    def test_the_day_of_a_place_is_that_of_its_departement(self, client):
        """At 22:30 in Paris it is the next day on La Réunion."""
        team = TeamFactory(agency__department=DepartmentFactory(code="974"))
        origin = SiteFactory(department_id="974", address="1 rue de Paris")
        move = {"origin": origin, "destination": team.site, "actual_date": "2026-06-01"}
        RelocationFactory(team=team, status="done", **move)
        point = ReceptionPointFactory(team=team, site=None, department_id="974")
        for at, site in (("19:30", origin), ("22:30", team.site)):
            moment = {"at": f"2026-05-31T{at}+02:00"}
            rows = client.get(POINTS, {"department": "974", **moment}).json()["results"]
            assert [row["address"] for row in rows] == [site.address]
            detail = client.get(f"{POINTS}{point.slug}/", moment).json()
            assert detail["address"] == site.address

    def test_near_a_point(self, client, loiret):
        params = {"latitude": "47.56", "longitude": "2.84", "page_size": "4"}
        points = client.get(POINTS, params).json()["results"]
        distances = [point["distance_km"] for point in points]
        assert distances == sorted(distances)
        assert 0 < distances[0] < 1
        assert {point["address"].split()[-1] for point in points[:2]} == {"Bonny-sur-Loire"}

    def test_near_a_commune(self, client, loiret):
        first = client.get(POINTS, {"commune": "45155"}).json()["results"][0]
        assert (first["slug"], first["distance_km"]) == (
            *("antenne-de-gien-agence-departementale-des-solidarites-gien-montargis", 0.0),
        )
        assert len(self.slugs(client, commune="45155")) == 16, "none is hidden"

    def test_near_a_commune_whose_point_is_unknown(self, client, loiret):
        Commune.objects.filter(code="45155").update(latitude=None, longitude=None)
        points = client.get(POINTS, {"commune": "45155"}).json()["results"]
        assert {point["distance_km"] for point in points} == {None}

    def test_filters(self, client, loiret):
        team = "equipe-daccueil-inconditionnel-orleans-metropole"
        assert self.slugs(client, team=team) == ["permanence-daccueil-inconditionnel-orleanais"]
        assert len(self.slugs(client, kind="france_services")) == 8
        assert self.slugs(client, kind="town_hall") == ["permanence-de-beaulieu-sur-loire"]
        assert self.slugs(client, kind="ccas", department="45") == []
        assert len(self.slugs(client, department="45")) == 16

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *[("department", "99"), ("department", "\0"), ("kind", "bus"), ("team", "inconnue")],
            *[("commune", "99999"), ("commune", "\0"), ("at", "demain"), ("page", "0")],
            *[("latitude", "91"), ("latitude", "nan"), ("latitude", "inf"), ("latitude", "47,9")],
            *[("longitude", "-181"), ("longitude", "1e400"), ("longitude", "\0")],
        ],
    )
    def test_a_wrong_value_is_a_400_that_names_it(self, client, loiret, name, value):
        answer = client.get(POINTS, {name: value})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == [name]

    @pytest.mark.parametrize(
        ("parameter", "missing"), [("latitude", "longitude"), ("longitude", "latitude")]
    )
    def test_half_a_point_names_the_other_half(self, client, loiret, parameter, missing):
        answer = client.get(POINTS, {parameter: "2"})
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [missing]

    def test_an_unknown_point_is_a_404(self, client, loiret):
        assert client.get(f"{POINTS}inconnu/").status_code == 404

    def test_a_reader_may_not_write(self, client, loiret):
        assert client.delete(ORLEANS).status_code in (403, 405)

    @pytest.mark.parametrize("near", [{}, {"latitude": "47", "longitude": "2"}])
    def test_a_list_takes_as_many_queries_whatever_its_size(self, client, loiret, queries, near):
        counts = []
        for size in (2, 40):
            for _ in range(size):
                ReceptionPointFactory(hours="Mo-Fr 09:00-12:00")
                ReceptionPointFactory(site=None, team=TeamFactory())
            client.get(POINTS)  # after a change, the teams are read once for all answers
            with queries() as captured:
                answer = client.get(POINTS, {"page_size": "100", **near})
            counts.append((len(answer.json()["results"]), len(captured)))
        # The points, their number, their stops, and the special hours that are kept after.
        assert [size for size, _queries in counts] == [20, 100]
        assert counts[1][1] <= counts[0][1] <= 9


class TestAdmin:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, loiret):
        client.force_login(administrator())

    def change(self, client, **values):
        point = ReceptionPoint.objects.get(slug="france-services-de-beaugency")
        address = reverse("admin:accueil_receptionpoint_change", args=[point.pk])
        fields = client.get(address).context["adminform"].form.initial
        sent = {name: value for name, value in fields.items() if value is not None}
        return client.post(address, {**sent, **values})

    def test_what_a_person_changed_is_remembered(self, client):
        assert (
            self.change(
                client, **{"hours-Mo_1_from": "09:00", "hours-Mo_1_to": "12:00"}
            ).status_code
            == 302
        )
        point = ReceptionPoint.objects.get(slug="france-services-de-beaugency")
        assert point.edited_at is not None
        assert point.open_now(datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)) is True

    def test_hours_that_are_not_understood(self, client):
        page = self.change(client, **{"hours-Mo_1_from": "neuf", "hours-Mo_1_to": "12:00"})
        assert "Écrivez une heure, comme 8 h 30." in page.content.decode()

    @pytest.mark.parametrize("model", ["receptionpoint", "phoneline"])
    def test_lists(self, client, queries, model):
        address = reverse(f"admin:accueil_{model}_changelist")
        client.get(address)
        counts = []
        for _ in range(2):
            ReceptionPointFactory()
            with queries() as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1]
