"""The API of plans, sheets, campaigns and evaluations, and the synthesis of a campaign."""

from datetime import date

import pytest

from schema_actions.enums import LevelStatus
from schema_actions.models import ActionSheet, Campaign, Evaluation, Plan
from schema_actions.services import create_evaluations
from tests.schema_actions.conftest import CAMPAIGN, PLAN
from tests.schema_actions.factories import CampaignFactory, SheetFactory

pytestmark = pytest.mark.django_db

SYNTHESIS = f"/api/v1/plans/{PLAN}/campaigns/{CAMPAIGN}/synthesis/"


def results(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


class TestPlans:
    def test_the_plan_of_loiret(self, client, loiret):
        plan = results(client, "/api/v1/plans/?department=45")[0]
        assert plan["slug"] == PLAN
        assert (plan["first_year"], plan["last_year"]) == (2022, 2026)
        assert [axis["number"] for axis in plan["axes"]] == [1, 2, 3, 4, 5]
        assert [len(axis["objectives"]) for axis in plan["axes"]] == [6, 3, 5, 4, 7]
        assert plan["campaigns"] == [CAMPAIGN]
        assert client.get(f"/api/v1/plans/{PLAN}/").json() == plan

    def test_an_unknown_one(self, client, loiret):
        assert client.get("/api/v1/plans/nul/").status_code == 404
        assert client.get("/api/v1/plans/?department=99").status_code == 400


class TestSheets:
    def test_54_of_them_in_order(self, client, loiret):
        rows = results(client, f"/api/v1/action-sheets/?plan={PLAN}&page_size=100")
        assert len(rows) == 54
        keys = [(row["code"], row["variant"]) for row in rows]
        assert keys[:3] == [("1.1.1", ""), ("1.1.2", ""), ("1.1.3", "")]
        assert keys[8:10] == [("1.3.1", "enfance"), ("1.3.1", "handicap")]
        assert rows[-1]["code"] == "5.7.1"

    def test_one_as_the_contract_writes_it(self, client, evaluated):
        sheet = client.get("/api/v1/action-sheets/1.2.3/").json()
        assert (sheet["plan"], sheet["code"], sheet["variant"]) == (PLAN, "1.2.3", "")
        assert sheet["title"].startswith("Mettre en œuvre l'aide à la vie partagée")
        assert sheet["axis"]["number"] == 1
        assert sheet["objective"]["number"] == 2
        assert sheet["calendar"]["years"] == [2022, 2023, 2024, 2025, 2026]
        assert sheet["calendar"]["text"] == ""
        assert sheet["calendar"]["periods"][0]["edtf"] == "2022/2026"
        [evaluation] = sheet["evaluations"]
        assert set(evaluation) == {
            *("campaign", "level", "level_status", "done", "results", "planned", "vigilance")
        }
        assert evaluation["campaign"] == CAMPAIGN
        assert (evaluation["level"], evaluation["level_status"]) == (None, "not_transcribed")
        assert "| Nom du projet |" in evaluation["done"]
        assert sheet["indicators"][1]["values"][0]["value"] == 88

    def test_a_list_holds_the_same_fields_as_a_detail(self, client, evaluated):
        rows = results(client, f"/api/v1/action-sheets/?plan={PLAN}&page_size=100")
        for key in ("1.3.1-enfance", "5.7.1"):
            row = next(row for row in rows if row["slug"] == key)
            assert client.get(f"/api/v1/action-sheets/{key}/").json() == row

    def test_a_calendar_in_words(self, client, loiret):
        calendar = client.get("/api/v1/action-sheets/3.5.6/").json()["calendar"]
        assert calendar["years"] == []
        assert calendar["text"].startswith("1er semestre 2022 : lancement")
        assert [period["edtf"] for period in calendar["periods"]] == [
            *("2022-40", "2022-41", "2023")
        ]
        assert [period["inferred"] for period in calendar["periods"]] == [False, True, False]

    def test_filters(self, client, evaluated):
        for query, count in (
            ("axis=1", 15),
            ("axis=4", 4),
            ("objective=1.4", 3),
            ("year=2025", 38),  # 36 grids, a date of 1.4.2, and 3.1.3 that begins "dès 2022"
            ("vigilance=yes", 43),
            ("vigilance=no", 11),
            ("updated=yes", 54),
            ("q=surdit", 1),
            ("q=HABITAT inclusif&axis=1", 2),
            ("q=médiatheque", 2),
            ("level=3", 0),
            ("campaign=2023-06", 54),
        ):
            found = client.get(f"/api/v1/action-sheets/?plan={PLAN}&{query}").json()
            assert found["count"] == count, query

    @pytest.mark.parametrize(
        "query",
        [
            *("axis=9", "axis=x", "objective=1", "objective=1.9", "objective=9.1.1", "level=8"),
            *("level=0", "pace=fast", "year=1999", "year=x", "vigilance=oui", "updated=1"),
            *("plan=nul", "campaign=nul", "department=99", "axis=²"),
        ],
    )
    def test_an_unknown_value_is_a_400_that_names_it(self, client, loiret, query):
        answer = client.get(f"/api/v1/action-sheets/?{query}")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == [query.partition("=")[0]]

    def test_a_key_that_two_plans_have_asks_for_the_plan(self, client, loiret):
        assert client.get("/api/v1/action-sheets/1.1.1/").json()["plan"] == PLAN
        SheetFactory(code="1.1.1")
        answer = client.get("/api/v1/action-sheets/1.1.1/")
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["plan"]
        assert client.get(f"/api/v1/action-sheets/1.1.1/?plan={PLAN}").status_code == 200

    def test_an_unknown_one(self, client, loiret):
        assert client.get("/api/v1/action-sheets/9.9.9/").status_code == 404


class TestCampaigns:
    def test_the_campaign_of_june_2023(self, client, evaluated):
        campaign = client.get(f"/api/v1/campaigns/{CAMPAIGN}/").json()
        assert (campaign["plan"], campaign["status"]) == (PLAN, "published")
        assert campaign["fictitious"] is False
        assert campaign["period"]["edtf"] == "2023-06"
        assert campaign["published"]["levels"] == [4, 8, 11, 7, 9, 8, 6]
        assert campaign["statement"].startswith("Aucun des cinq axes")
        assert "du rouge au vert" in campaign["method"]
        assert campaign["source_date"] == "2023-06"

    @pytest.mark.parametrize("status", ["preparation", "open", "validated"])
    def test_anonymous_readers_see_published_ones_only(self, client, loiret, status):
        plan = Plan.objects.get(slug=PLAN)
        campaign = CampaignFactory(plan=plan, slug="2025-06", status=status)
        create_evaluations(campaign, status=LevelStatus.MISSING)
        assert client.get("/api/v1/campaigns/").json()["count"] == 1
        assert client.get("/api/v1/campaigns/2025-06/").status_code == 404
        assert client.get("/api/v1/evaluations/").json()["count"] == 54
        assert client.get("/api/v1/evaluations/?campaign=2025-06").status_code == 400
        synthesis = client.get(f"/api/v1/plans/{PLAN}/campaigns/2025-06/synthesis/")
        assert synthesis.status_code == 404
        sheet = client.get("/api/v1/action-sheets/1.1.1/").json()
        assert [row["campaign"] for row in sheet["evaluations"]] == [CAMPAIGN]
        assert client.get(f"/api/v1/plans/{PLAN}/").json()["campaigns"] == [CAMPAIGN]

    def test_an_invented_one_shows_in_a_demonstration_only(self, client, loiret, settings):
        plan = Plan.objects.get(slug=PLAN)
        CampaignFactory(plan=plan, slug="2024-exemple", is_fictitious=True)
        assert client.get("/api/v1/campaigns/2024-exemple/").status_code == 404
        settings.PORTAL_DEMO = True
        assert client.get("/api/v1/campaigns/2024-exemple/").json()["fictitious"] is True


class TestEvaluations:
    def test_53_to_transcribe_and_one_not_concerned(self, client, loiret):
        address = f"/api/v1/evaluations/?plan={PLAN}&campaign={CAMPAIGN}"
        assert client.get(address).json()["count"] == 54
        for status, count in (("not_transcribed", 53), ("not_concerned", 1), ("evaluated", 0)):
            assert client.get(f"{address}&level_status={status}").json()["count"] == count

    def test_one_with_its_remarks(self, client, evaluated):
        row = Evaluation.objects.get(campaign__slug=CAMPAIGN, sheet__key="1.4.1")
        answer = client.get(f"/api/v1/evaluations/{row.pk}/").json()
        assert (answer["code"], answer["campaign"]) == ("1.4.1", CAMPAIGN)
        assert answer["remarks"][0]["line"] == 508

    def test_by_level_and_pace(self, client, loiret):
        Evaluation.objects.filter(sheet__key="1.1.1").update(level=2, level_status="evaluated")
        assert client.get("/api/v1/evaluations/?level=2").json()["count"] == 1
        assert client.get("/api/v1/evaluations/?pace=late").json()["count"] == 1
        assert client.get("/api/v1/evaluations/?pace=ahead").json()["count"] == 0
        assert client.get("/api/v1/evaluations/?level=8").status_code == 400


class TestSynthesis:
    def test_before_the_levels_are_transcribed(self, client, loiret):
        assert client.get(SYNTHESIS).json() == {
            "published": {
                "levels": [4, 8, 11, 7, 9, 8, 6],
                **{"late": 23, "on_pace": 7, "ahead": 23, "total": 53},
            },
            "computed": {
                "levels": [0] * 7,
                **{"late": 0, "on_pace": 0, "ahead": 0, "total": 0},
                **{"not_concerned": 1, "not_transcribed": 53, "missing": 0},
            },
            "agrees": None,
            "differences": [
                "53 fiches n'ont pas encore leur niveau transcrit : le calcul est partiel."
            ],
        }

    def test_once_they_are(self, client, loiret):
        levels = [n for n, count in enumerate((4, 8, 11, 7, 9, 8, 6), 1) for _ in range(count)]
        rows = Evaluation.objects.filter(level_status="not_transcribed")
        for row, level in zip(rows, levels, strict=True):
            Evaluation.objects.filter(pk=row.pk).update(level=level, level_status="evaluated")
        assert client.get(SYNTHESIS).json()["agrees"] is True
        chosen = Evaluation.objects.filter(level=7).first()
        Evaluation.objects.filter(pk=chosen.pk).update(level=1)
        answer = client.get(SYNTHESIS).json()
        assert answer["agrees"] is False
        assert answer["differences"] == [
            "Niveau 1 (très en retard) : 4 publiées, 5 calculées.",
            "Niveau 7 (très en avance) : 6 publiées, 5 calculées.",
        ]

    def test_a_sheet_without_its_evaluation_is_missing(self, client, loiret):
        Evaluation.objects.filter(sheet__key="1.1.1").delete()
        assert client.get(SYNTHESIS).json()["computed"]["missing"] == 1

    def test_an_unknown_plan_or_campaign(self, client, loiret):
        for plan, campaign in (("nul", CAMPAIGN), (PLAN, "nul")):
            address = f"/api/v1/plans/{plan}/campaigns/{campaign}/synthesis/"
            assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("/api/v1/plans/", "/api/v1/action-sheets/?page_size=100", "/api/v1/campaigns/"),
        "/api/v1/evaluations/?page_size=100",
    ],
)
def test_a_list_costs_the_same_queries_whatever_its_length(client, loiret, queries, address):
    SheetFactory()
    with queries() as few:
        client.get(address)
    for _ in range(12):
        CampaignFactory(plan=SheetFactory().plan, period_earliest=date(2024, 6, 1))
    with queries() as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few) <= 9


def test_an_unchanged_answer_is_not_sent_twice(client, loiret):
    for address in ("/api/v1/plans/", "/api/v1/action-sheets/1.1.1/", SYNTHESIS):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_54_sheets_are_those_of_the_database(loiret):
    assert ActionSheet.objects.filter(plan__slug=PLAN).count() == 54
    assert Campaign.objects.public().count() == 1
