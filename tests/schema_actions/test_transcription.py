"""The page where a manager types the printed levels, one digit per sheet."""

import html
import re

import pytest

from portal.accounts.enums import RoleKind
from schema_actions.models import Campaign, Evaluation
from tests.factories import manager, pilot
from tests.schema_actions.campaigns import open_campaign
from tests.schema_actions.conftest import PLAN
from tests.schema_actions.factories import CampaignFactory, SheetFactory

pytestmark = pytest.mark.django_db
PAGE = f"/espace/schemas/{PLAN}/campagnes/2023-06/niveaux/"
TOTALS = (4, 8, 11, 7, 9, 8, 6)  # Printed counts, from red to green.


def visible_text(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.fixture
def browser(client, loiret):
    client.force_login(manager())
    return client


@pytest.fixture
def rows(loiret):
    """The 53 evaluations that have an arrow, in the order of the document."""
    evaluations = Evaluation.objects.filter(campaign__slug="2023-06", campaign__plan__slug=PLAN)
    return list(evaluations.exclude(level_status="not_concerned").order_by("sheet__rank"))


def sent(rows, rows_saved):
    """Return the data of the form: these levels, and empty values elsewhere."""
    data = {}
    for row, level in zip(rows, rows_saved, strict=False):
        data |= {f"{row.pk}-level": str(level), f"{row.pk}-seen": ""}
    return data


def test_53_boxes_and_none_for_the_sheet_not_concerned(browser):
    page = browser.get(PAGE).content.decode()
    assert len(re.findall(r'inputmode="numeric"', page)) == 53
    assert "1.3.1-enfance" in page
    assert "1.3.1-handicap" not in page


def test_all_of_them_agree_with_what_was_published(browser, rows):
    rows_saved = [level for level, count in enumerate(TOTALS, 1) for _n in range(count)]
    done = browser.post(PAGE, sent(rows, rows_saved))
    assert done["Location"] == f"{PAGE}#totaux"
    assert "Les totaux sont ceux qui ont été publiés." in visible_text(browser.get(PAGE))
    synthesis = browser.get(f"/api/v1/plans/{PLAN}/campaigns/2023-06/synthesis/").json()
    assert synthesis["agrees"] is True


def test_a_difference_with_the_published_totals_is_shown(browser, rows):
    rows_saved = [level for level, count in enumerate(TOTALS, 1) for _n in range(count)]
    rows_saved[0] = 7
    browser.post(PAGE, sent(rows, rows_saved))
    text = visible_text(browser.get(PAGE))
    assert "Niveau 1 (très en retard) : 4 publiées, 3 calculées." in text
    assert "Niveau 7 (très en avance) : 6 publiées, 7 calculées." in text


def test_half_of_them_is_saved(browser, rows):
    browser.post(PAGE, sent(rows[:20], [4] * 20))
    assert Evaluation.objects.filter(level=4).count() == 20
    assert "33 fiches n'ont pas encore leur niveau transcrit" in visible_text(browser.get(PAGE))


def test_an_emptied_box_is_not_transcribed_again(browser, rows):
    browser.post(PAGE, sent(rows[:1], [4]))
    browser.post(PAGE, {f"{rows[0].pk}-level": "", f"{rows[0].pk}-seen": "4"})
    rows[0].refresh_from_db()
    assert (rows[0].level, rows[0].level_status) == (None, "not_transcribed")


@pytest.mark.parametrize("wrong", ["8", "0", "x", "٣"])
def test_an_invalid_level_is_refused_and_the_others_saved(browser, rows, wrong):
    page = browser.post(PAGE, sent(rows[:3], [4, wrong, 5]))
    assert page.status_code == 400
    assert f"« {wrong} » n'est pas un niveau" in visible_text(page)
    assert "2 niveaux sont enregistrés." in visible_text(page)
    rows_saved = Evaluation.objects.filter(pk__in=[row.pk for row in rows[:3]]).order_by(
        "sheet__rank"
    )
    assert [row.level for row in rows_saved] == [4, None, 5]
    again = browser.post(PAGE, sent(rows[:3], [4, 6, 5]))
    assert again.status_code == 302, "what was saved meanwhile is not in the way"


def test_two_people_do_not_undo_each_other(browser, rows):
    browser.post(PAGE, sent(rows[:1], [4]))
    page = browser.post(PAGE, sent(rows[:1], [5]))
    assert page.status_code == 400
    assert "Quelqu'un a noté « 4 »" in visible_text(page)
    rows[0].refresh_from_db()
    assert rows[0].level == 4
    again = browser.post(PAGE, {f"{rows[0].pk}-level": "5", f"{rows[0].pk}-seen": "4"})
    assert again.status_code == 302
    rows[0].refresh_from_db()
    assert rows[0].level == 5


def test_a_sheet_of_another_plan_is_never_touched(browser, rows):
    sheet = SheetFactory()
    other = CampaignFactory(plan=sheet.plan, slug="2023-06")
    foreign = Evaluation.objects.create(campaign=other, sheet=sheet)
    browser.post(PAGE, {f"{foreign.pk}-level": "3", f"{foreign.pk}-seen": ""})
    foreign.refresh_from_db()
    assert foreign.level is None


def test_only_a_manager_of_the_plan(client, loiret):
    assert "/connexion/" in client.get(PAGE)["Location"]
    for user in (pilot(), pilot(kind=RoleKind.REVIEWER), manager("41")):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {}).status_code == 403


def test_hosted_and_fictitious_campaigns_are_not_found(browser):
    campaign = open_campaign(pilot(), "1.1.1")
    address = f"/espace/schemas/{PLAN}/campagnes/{campaign.slug}/niveaux/"
    assert browser.get(address).status_code == 404
    Campaign.objects.filter(slug="2023-06").update(is_fictitious=True)
    assert browser.get(PAGE).status_code == 404


def test_constant_queries(browser, rows, queries):
    browser.get(PAGE)
    with queries() as captured:
        browser.get(PAGE)
    assert len(captured) <= 12
