"""`/api/v1/lookup/`: answers to a typed text, their shape, reception and parameters."""

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.opening_hours.calendars import PARIS
from portal.territory.models import Commune
from teams.models import Sector
from tests.accueil.questions import (
    ANYTHING,
    LINE,
    LOOKUP,
    MUST_SHOW,
    SUGGEST,
    ask,
    numbers,
    teams,
)
from tests.factories import (
    AgencyFactory,
    PhoneLineFactory,
    ReceptionPointFactory,
    RelocationFactory,
    SiteFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db


QUARTERS = {
    "Bannier": "bannier-murlins",
    "Murlins": "bannier-murlins",
    "Carmes": "carmes-madeleine",
    "Madeleine": "carmes-madeleine",
    "La Source": "la-source-saint-marceau",
    "Saint-Marceau": "la-source-saint-marceau",
    "Bourgogne": "bourgogne-argonne",
    "Argonne": "bourgogne-argonne",
}


def site(code):
    commune = Commune.objects.get(code=code)
    return SiteFactory(department_id="45", commune=commune, city=commune.name)


def moved_point(origin, destination, **move):
    """Return the point of a team that moved on 1 June 2026."""
    team = TeamFactory(agency__department_id="45", site=destination)
    RelocationFactory(
        team=team,
        origin=origin,
        destination=destination,
        status="done",
        actual_date="2026-06-01",
        **move,
    )
    return ReceptionPointFactory(team=team, site=None, department_id="45")


class TestWhatPeopleType:
    @pytest.fixture(autouse=True)
    def on_a_day_of_the_moves(self, elsewhere, today):
        today("2023-11-24")

    @pytest.mark.parametrize(("q", "outcome", "commune", "slugs", "message"), MUST_SHOW)
    def test_it_is_answered(self, client, q, outcome, commune, slugs, message):
        answer = ask(client, q)
        assert answer["query"] == q
        assert answer["outcome"] == outcome
        assert (answer["commune"] and answer["commune"]["code"]) == commune
        assert sorted(teams(answer)) == slugs
        assert message in answer["message"]
        assert answer["message"][-1] in ".?"

    def test_a_postal_code_offers_its_communes(self, client):
        assert [
            (item["kind"], item["commune"], item["sector"], item["team"])
            for item in ask(client, "45160")["choices"]
        ] == [("commune", code, None, None) for code in ("45232", "45282", "45006")]

    def test_a_commune_in_quarters_names_their_teams(self, client):
        choices = ask(client, "Orléans")["choices"]
        assert {item["label"]: item["team"] for item in choices} == QUARTERS
        for item in choices:
            assert (item["kind"], item["commune"]) == ("sector", "45234")
            chosen = ask(client, commune="45234", sector=item["sector"])
            assert (chosen["outcome"], teams(chosen)) == ("team", [item["team"]])

    def test_the_served_homonym_comes_first(self, client):
        choices = ask(client, "Fleury")["choices"]
        assert [(item["commune"], item["label"]) for item in choices] == [
            ("45147", "Fleury-les-Aubrais (Loiret)"),
            ("11145", "Fleury (Aude)"),
            ("57218", "Fleury (Moselle)"),
        ]

    def test_a_homonym_elsewhere_is_offered_beside_the_answer(self, client):
        answer = ask(client, "Olivet")
        assert answer["commune"]["code"] == "45232"
        assert [item["commune"] for item in answer["choices"]] == ["53169"]

    def test_a_team_deduced_from_its_name_says_so(self, client):
        assert "Nous le savons d’après son nom" in ask(client, "Olivet")["message"]
        Sector.objects.filter(commune="45232").update(basis="published")
        assert "après son nom" not in ask(client, "Olivet")["message"]

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("saint jean de bray", "Saint-Jean-de-Braye"),
            ("Pithivires", "Pithiviers"),
            ("Orlaens", "Orléans"),
        ],
    )
    def test_a_corrected_typo_is_explained(self, client, typed, name):
        assert f"Nous avons compris : {name}." in ask(client, typed)["message"]
        assert "Nous avons compris" not in ask(client, name)["message"]

    @pytest.mark.parametrize("q", ["Loiret", "45", "le Loiret"])
    def test_a_department_alone_is_no_homonym(self, client, q):
        answer = ask(client, q)
        assert answer["outcome"] == "choose_commune"
        assert "portent ce nom" not in answer["message"]

    @pytest.mark.parametrize("q", ANYTHING)
    def test_anything_may_be_typed(self, client, q):
        answer = ask(client, q)
        assert answer["query"] == q.replace("\u202e", "")  # invisible
        assert answer["message"]
        assert client.get(SUGGEST, {"q": q}).status_code == 200

    @pytest.mark.parametrize(
        "escaped", ["%ff", "%ed%a0%80", "%00", "%c3", "%", "%F0%9F", "+", "&q"]
    )
    def test_anything_may_be_sent(self, client, escaped):
        for address in (LOOKUP, SUGGEST):
            assert client.get(f"{address}?q={escaped}").status_code == 200

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.one_of(
            st.text(max_size=60),
            st.lists(
                st.sampled_from(
                    [
                        "12",
                        "12b",
                        "0",
                        "9d",
                        "bis",
                        "ter",
                        ",",
                        "rue",
                        "de",
                        "la",
                        "Danton",
                        "à",
                        "st",
                        "Fleury",
                        "45",
                        "45160",
                        "d'Olivet",
                        "la",
                        "Source",
                        "EP",
                        "mdd",
                        "Pithiviers",
                        "cedex",
                        "01",
                        "j'habite",
                        "équipe",
                        "<b>",
                        "'",
                        "Loiret",
                    ]
                ),
                max_size=8,
            ).map(" ".join),
        )
    )
    def test_nothing_typed_is_an_error(self, client, q):
        assert ask(client, q)["outcome"]
        assert client.get(SUGGEST, {"q": q}).status_code == 200


class TestShape:
    """The contract, key by key."""

    SITE = [
        *("id", "name", "address", "postal_code", "city", "commune", "latitude", "longitude"),
        *("approximate", "source", "source_date", "provenance"),
    ]

    def test_of_an_answer(self, client, elsewhere, today):
        today("2023-11-28")
        answer = ask(client, "Olivet")
        assert list(answer) == [
            *("query", "on", "outcome", "message", "commune", "choices", "teams"),
            *("need", "street", "reception"),
        ]
        assert answer["on"] == "2023-11-28"
        assert answer["commune"] == {
            "code": "45232",
            "name": "Olivet",
            "postal_codes": ["45160"],
            "department": "45",
        }
        assert answer["choices"] == [
            {
                "kind": "commune",
                "label": "Olivet (Mayenne)",
                "commune": "53169",
                "sector": None,
                "team": None,
            }
        ]
        assert list(answer["reception"]) == ["points", "phone_lines", "stops"]

    def test_of_a_team(self, client, loiret, today):
        today("2023-11-28")
        (team,) = ask(client, "Olivet")["teams"]
        assert list(team) == [
            *("slug", "name", "kind", "agency", "phone", "email", "location"),
            *("provenance", "relocations"),
        ]
        assert team["agency"] == {"slug": "ads-orleans-metropole", "name": "ADS Orléans Métropole"}
        assert team["phone"] == LINE
        location = team["location"]
        assert list(location) == ["certainty", "sentence", "site", "next_site"]
        assert location["certainty"] == "moving"
        assert list(location["site"]) == list(location["next_site"]) == self.SITE
        (move,) = team["relocations"]
        assert list(move) == [
            *("id", "kind", "status", "version", "team", "period", "origin", "destination"),
            *("actual_date", "source", "source_date", "provenance"),
        ]
        assert list(move["team"]) == ["slug", "name"]
        assert list(move["period"]) == [
            *("text", "edtf", "earliest", "latest", "precision", "inferred")
        ]
        assert list(move["origin"]) == list(move["destination"]) == self.SITE

    def test_a_team_is_the_same_everywhere(self, client, loiret, today):
        today("2023-11-24")
        (team,) = ask(client, "Olivet", on="2023-12-05")["teams"]
        assert team == client.get("/api/v1/teams/olivetaine/", {"on": "2023-12-05"}).json()

    def test_of_the_reception(self, client, loiret):
        """Other keys may follow those of the contract."""
        reception = ask(client, "Olivet")["reception"]
        point, (line,) = reception["points"][0], reception["phone_lines"]
        assert list(point)[:10] == [
            *("slug", "name", "kind", "address", "latitude", "longitude", "approximate"),
            *("distance_km", "open_now", "next_change"),
        ]
        assert list(line)[:6] == ["slug", "number", "name", "open_now", "next_change", "hours"]

    @pytest.mark.parametrize("q", ["Orléans", "45160", "Pithiviers", "Marseille", "Xyzzy", ""])
    def test_the_same_keys_whatever_is_found(self, client, elsewhere, q):
        answer = ask(client, q)
        assert list(answer) == list(ask(client, "Olivet"))
        assert list(answer["reception"]) == ["points", "phone_lines", "stops"]


class TestReception:
    @pytest.mark.parametrize(
        "q", ["Olivet", "Orléans", "45160", "Pithiviers", "équipe olivétaine", "Xyzzy", ""]
    )
    def test_the_line_to_call_is_always_there(self, client, elsewhere, q):
        assert numbers(ask(client, q)) == [LINE]

    @pytest.mark.parametrize(
        ("q", "nearest"),
        [
            ("Pithiviers", "France services de Pithiviers"),
            ("Orléans", "Permanence d'accueil inconditionnel, Orléanais"),
            ("Gien", "Antenne de Gien, agence départementale des solidarités Gien-Montargis"),
        ],
    )
    def test_the_nearest_points_come_first(self, client, loiret, q, nearest):
        points = ask(client, q)["reception"]["points"]
        assert points[0]["name"] == nearest
        assert 1 < len(points) <= 5
        distances = [point["distance_km"] for point in points]
        assert distances == sorted(distances)

    @pytest.mark.parametrize("q", ["Marseille", "Olivet 53", "13470"])
    def test_nothing_of_loiret_for_a_place_that_is_not_served(self, client, elsewhere, q):
        PhoneLineFactory(department=elsewhere["53169"].department, number="02 43 00 00 00")
        answer = ask(client, q)
        assert answer["reception"] == {"points": [], "phone_lines": [], "stops": []}
        assert teams(answer) == []

    @pytest.mark.parametrize(
        ("q", "number"),
        [
            ("Olivet 53", "02 43 00 00 00"),
            ("53410", "02 43 00 00 00"),
            ("Olivet 45", LINE),
            ("Pithiviers", LINE),
            ("Orléans", LINE),
            ("45160", LINE),
        ],
    )
    def test_each_department_has_its_own_line(self, client, elsewhere, q, number):
        mayenne = elsewhere["53169"].department
        AgencyFactory(department=mayenne)
        PhoneLineFactory(department=mayenne, number="02 43 00 00 00")
        assert numbers(ask(client, q)) == [number]

    @pytest.mark.parametrize(
        ("at", "open_now", "next_change"),
        [
            ("2026-11-20T08:29", False, "2026-11-20T08:30:00+01:00"),
            ("2026-11-20T08:30", True, "2026-11-20T12:00:00+01:00"),
            ("2026-11-20T11:59", True, "2026-11-20T12:00:00+01:00"),
            ("2026-11-20T12:00", False, "2026-11-20T13:30:00+01:00"),
            ("2026-11-20T13:30", True, "2026-11-20T17:00:00+01:00"),
            ("2026-11-20T17:00", False, "2026-11-23T08:30:00+01:00"),
        ],
    )
    def test_open_or_not_at_a_moment(self, client, loiret, at, open_now, next_change):
        for q in ("Olivet", "Pithiviers", "Xyzzy"):
            (line,) = ask(client, q, at=at)["reception"]["phone_lines"]
            assert (line["open_now"], line["next_change"]) == (open_now, next_change)

    @pytest.mark.parametrize(
        ("on", "address"),
        [
            ("2024-01-07", "bâtiment C, 131 rue de Faubourg Bannier, Cité Administrative Coligny"),
            ("2024-01-20", "Cité Administrative Coligny, bâtiment E, Orléans"),
            ("2024-10-23", "Cité Administrative Coligny, bâtiment E, Orléans"),
            ("2024-10-24", "3 bis avenue des Droits de l’Homme à Orléans"),
            ("2026-11-30", "3 bis avenue des Droits de l’Homme à Orléans"),
        ],
    )
    def test_a_point_is_where_its_team_is_on_that_day(self, client, loiret, today, on, address):
        today("2026-11-30")
        first, *_others = ask(client, "Orléans", followed="no", on=on)["reception"]["points"]
        assert first["slug"] == "permanence-daccueil-inconditionnel-orleanais"
        assert first["address"].startswith(address)

    def test_a_point_stood_where_it_stood_however_far(self, client, loiret, today):
        """Before its team moved to Gien, the point is the first near Pithiviers, and no other of
        the many that moved the same day takes its place.
        """
        today("2026-11-30")
        pithiviers, orleans, gien = site("45252"), site("45234"), site("45155")
        for _index in range(13):
            moved_point(orleans, gien)
        point = moved_point(pithiviers, gien)
        for on, is_first in (("2026-05-31", True), ("2026-06-01", False)):
            points = ask(client, "Pithiviers", on=on)["reception"]["points"]
            distance = {row["slug"]: row["distance_km"] for row in points}.get(point.slug)
            assert (distance == 0.0) is is_first
            assert len(points) == 5

    def test_a_point_that_stood_elsewhere_hides_none_that_was_near(self, client, loiret, today):
        today("2026-11-30")
        near = ask(client, "Pithiviers", on="2026-05-31")["reception"]["points"]
        for _index in range(5):
            moved_point(site("45155"), site("45252"))
        assert ask(client, "Pithiviers", on="2026-05-31")["reception"]["points"] == near

    def test_no_point_is_present_before_its_team_opened(self, client, loiret, today):
        today("2026-11-30")
        before = ask(client, "Pithiviers", on="2026-05-31")["reception"]["points"]
        slugs = {moved_point(None, site("45252"), kind="opening").slug for _index in range(4)}
        assert ask(client, "Pithiviers", on="2026-05-31")["reception"]["points"] == before
        points = ask(client, "Pithiviers", on="2026-06-01")["reception"]["points"]
        assert slugs < {row["slug"] for row in points}

    def test_a_point_opens_and_closes_too(self, client, loiret):
        def first(at):
            return ask(client, "Orléans", at=at)["reception"]["points"][0]["open_now"]

        assert (first("2026-11-20T12:29"), first("2026-11-20T12:30")) == (True, False)

    def test_a_cached_answer_expires_when_the_line_closes(self, client, loiret, monkeypatch):
        def open_at(hour, minute):
            now = datetime(2026, 11, 20, hour, minute, tzinfo=PARIS)
            monkeypatch.setattr("portal.core.clock.now", lambda: now)
            return ask(client, "Pithiviers")["reception"]["phone_lines"][0]["open_now"]

        moments = [(8, 29), (8, 30), (11, 59), (12, 0), (13, 30)]
        assert [open_at(*at) for at in moments] == [False, True, True, False, True]


class TestParameters:
    def test_a_commune_beats_what_was_typed(self, client, loiret):
        answer = ask(client, "Olivet", commune="45147")
        assert (answer["commune"]["code"], teams(answer)) == ("45147", ["fleuryssois"])

    def test_a_sector_is_enough(self, client, loiret):
        slug = Sector.objects.get(commune="45234", name="Carmes").slug
        answer = ask(client, sector=slug)
        assert (answer["commune"]["code"], teams(answer)) == ("45234", ["carmes-madeleine"])

    def test_a_sector_that_an_agent_named_otherwise(self, client, covers):
        team = covers("45252", "commune", "Pithiviers", slug="pithiviers-et-alentours").team
        answer = ask(client, sector="pithiviers-et-alentours")
        assert (answer["commune"]["code"], teams(answer)) == ("45252", [team.slug])

    @pytest.mark.parametrize(
        ("number", "team"),
        [("12", "pairs"), ("12 bis", "pairs"), ("12B", "pairs"), ("13", "impairs"), ("98", None)],
    )
    def test_a_number_with_its_parity(self, client, covers, number, team):
        for parity, first in (("even", 2), ("odd", 1)):
            covers(
                *("45147", "numbers", f"rue Danton, {parity}"),
                street="rue Danton",
                number_from=first,
                number_to=first + 38,
                parity=parity,
                team=TeamFactory(slug="pairs" if parity == "even" else "impairs"),
            )
        names = [team or "fleuryssois"]
        assert teams(ask(client, commune="45147", street="Rue Danton", number=number)) == names
        assert teams(ask(client, f"{number} rue Danton, Fleury-les-Aubrais")) == names

    def test_without_its_number_a_shared_street_offers_what_can_then_be_chosen(
        self, client, covers
    ):
        team = TeamFactory(slug="pairs")
        covers("45147", "numbers", "rue Danton", number_from=2, number_to=40, team=team)
        parameters = {"commune": "45147", "street": "rue Danton"}
        answer = ask(client, **parameters)
        assert answer["outcome"] == "choose_sector"
        assert [item["team"] for item in answer["choices"]] == ["pairs", "fleuryssois"]
        for item in answer["choices"]:
            chosen = ask(client, **parameters, sector=item["sector"])
            assert (chosen["outcome"], teams(chosen)) == ("team", [item["team"]])

    def test_a_street_beside_a_chosen_sector_is_not_an_unknown_place(self, client, covers):
        team = covers("45234", "street", "rue Royale").team
        slug = Sector.objects.get(commune="45234", name="Carmes").slug
        answer = ask(client, commune="45234", sector=slug, street="rue Royale")
        assert teams(answer) == [team.slug]

    def test_a_street_sector_wins_inside_a_covered_commune(self, client, covers):
        team = covers("45147", "street", "rue Danton").team
        for q in ("12 rue Danton Fleury les Aubrais", "rue danton, fleury-les-aubrais"):
            assert teams(ask(client, q)) == [team.slug]
        assert teams(ask(client, "Fleury-les-Aubrais")) == ["fleuryssois"]

    @pytest.mark.parametrize("q", ["Olivet", "Pithiviers", "Orléans", "la source"])
    @pytest.mark.parametrize("street", ["rue Danton", "\0", "rue qui n'existe pas " * 30])
    def test_adding_a_street_never_loses_an_answer(self, client, covers, q, street):
        covers("45147", "street", "rue Danton")
        alone, with_street = ask(client, q), ask(client, q, street=street, number="12")
        for key in ("outcome", "commune", "choices", "teams"):
            assert with_street[key] == alone[key]

    @pytest.mark.parametrize("followed", ["yes", "no"])
    def test_followed_or_not_the_answer_is_the_same(self, client, loiret, followed):
        assert ask(client, "Olivet", followed=followed) == ask(client, "Olivet")

    @pytest.mark.parametrize(
        ("on", "certainty"),
        [
            ("2023-11-27", "certain"),
            ("2023-11-28", "moving"),
            ("2023-11-30", "expected"),
            ("2020-12-31", "certain"),
            ("0001-01-01", "unknown"),  # The team exists since 2020.
            ("9999-12-31", "expected"),
        ],
    )
    def test_a_team_on_a_day(self, client, loiret, today, on, certainty):
        today("2023-11-24")
        answer = ask(client, "Olivet", on=on)
        assert answer["on"] == on
        assert answer["teams"][0]["location"]["certainty"] == certainty

    def test_a_sector_that_starts_next_month(self, client, covers, today):
        today("2024-01-20")
        covers("45252", "commune", "Pithiviers", valid_from=date(2024, 2, 1))
        assert ask(client, "Pithiviers")["outcome"] == "not_covered"
        assert ask(client, "Pithiviers", on="2024-02-01")["outcome"] == "team"
        today("2024-02-01")
        assert ask(client, "Pithiviers")["outcome"] == "team"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(
                ("on", value)
                for value in ("hier", "", "2023-13-01", "20231128", "28/11/2023", "\0")
            ),
            ("on", "2023-11-28T10:00"),
            *(("at", value) for value in ("hier", "", "2023-11-28", "2023-11-28T25:00", "\0")),
            ("at", "2023-11-28T10:00+1"),
            *(("number", value) for value in ("-1", "douze", "1.5", "12 chevaux", "١٢", "\0")),
            ("number", "9" * 30),
            *(("followed", value) for value in ("oui", "maybe", "YES", "", "\0")),
        ],
    )
    def test_a_malformed_parameter_is_a_400_that_names_it(self, client, loiret, name, value):
        answer = client.get(LOOKUP, {"q": "Olivet", name: value})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == [name]

    @pytest.mark.parametrize(
        "place",
        [
            *({"commune": code} for code in ("99999", "4523", "olivet", "\0", "é", "45232 ")),
            *({"sector": slug} for slug in ("nulle-part", "45234", "45234-nulle-part", "\0")),
            {"commune": "45232", "sector": "45234-carmes"},
            {"commune": "45232", "sector": "\0"},
        ],
    )
    def test_an_unknown_place_is_a_404(self, client, loiret, place):
        answer = client.get(LOOKUP, {"q": "Olivet", **place})
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_is_written_here(self, client, loiret, method):
        assert getattr(client, method)(LOOKUP).status_code in (403, 405)


class TestNotFollowedYet:
    def test_open_points_come_before_nearer_ones(self, client, loiret):
        def first(at: str, **parameters) -> str:
            parameters = {"commune": "45155", "at": at, "followed": "no", **parameters}
            return client.get(LOOKUP, parameters).json()["reception"]["points"][0]["slug"]

        ReceptionPointFactory(
            **{"department_id": "45", "slug": "ouvert", "hours": "Fr 10:00-12:00"},
            site=SiteFactory(latitude=47.75, longitude=2.6),
        )
        assert first("2026-11-20T10:30") == "ouvert"
        assert first("2026-11-20T12:00") != "ouvert"
        assert first("2026-11-20T10:30", followed="yes") != "ouvert"

    def test_an_open_point_too_far_stays_behind_a_near_one(self, client, loiret):
        ReceptionPointFactory(
            **{"department_id": "45", "slug": "loin", "hours": "24/7"},
            site=SiteFactory(latitude=48.2, longitude=1.8),
        )
        parameters = {"commune": "45155", "followed": "no"}
        assert client.get(LOOKUP, parameters).json()["reception"]["points"][0]["slug"] != "loin"
