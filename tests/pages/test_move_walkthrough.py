"""A move from study to done, rescheduled once, by an agent in a browser."""

import pytest

from tests.pages.axe import check
from tests.pages.browser import needs_chromium, page_text
from tests.pages.test_workspace_pages import sign_in

pytestmark = needs_chromium


class Agent:
    """An agent of Orléans on a phone, with or without script."""

    def __init__(self, portal, page):
        self.page = page
        sign_in(page, portal, "agent@example.org")
        page.goto(f"{portal}/espace/demenagements/nouveau/")

    def send(self):
        self.page.click("main form[method=post] button[type=submit]")

    def shows(self, text):
        assert text in page_text(self.page), page_text(self.page)

    def is_in_sight(self, text):
        box = self.page.locator("[role=status], [role=alert]", has_text=text).bounding_box()
        return box["y"] >= 0 and box["y"] + box["height"] <= self.page.viewport_size["height"]

    def choose_action(self, label):
        self.page.click(f"text={label}")

    def enter_date(self, text, understood, **typed):
        self.page.fill("[name=period]", text)
        for name, value in typed.items():
            self.page.fill(f"[name={name}]", value)
        self.send()
        assert self.is_in_sight(understood), "the days understood, without scrolling"
        self.send()


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_from_study_to_done(portal, chromium, script):
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=script, bypass_csp=True
    )
    agent = Agent(portal, context.new_page())
    agent.page.select_option("[name=team]", label="Abraysiens")
    agent.page.click("text=Le lieu n’est pas dans la liste")
    agent.page.fill("[name=new_address]", "4 rue de la Gare")
    agent.page.fill("[name=new_city]", "Saint-Jean-de-Braye")
    agent.send()
    agent.shows("à l'étude")
    agent.choose_action("Prévoir une date")
    agent.enter_date("mi-mars 2030", "du 11 mars 2030 au 20 mars 2030")
    agent.shows("Date : mi-mars 2030.")
    agent.choose_action("Changer la date ou le lieu")
    agent.enter_date(
        "les 16 et 17 avril 2030", "du 16 avril 2030 au 17 avril 2030", reason="le bail est signé"
    )
    agent.shows("Nouvelle date : mardi 16 et mercredi 17 avril 2030 (avant : mi-mars 2030).")
    agent.shows("le bail est signé")
    if script:
        assert check(agent.page) == {}
    agent.choose_action("C’est fait")
    agent.send()
    agent.shows("Le déménagement est fait")
    agent.page.click("text=Ce que tout le monde en voit")
    agent.shows("4 rue de la Gare")
    context.close()


def test_the_days_of_a_new_move_are_understood_in_sight(portal, chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    agent = Agent(portal, context.new_page())
    agent.page.select_option("[name=team]", label="Abraysiens")
    agent.page.fill("[name=period]", "été 2031")
    agent.send()
    assert agent.is_in_sight("du 21 juin 2031")
    context.close()


def test_two_people_on_one_move(portal, chromium):
    phone = {"viewport": {"width": 360, "height": 800}, "bypass_csp": True}
    first, second = chromium.new_context(**phone), chromium.new_context(**phone)
    stale_agent = Agent(portal, first.new_page())
    stale_agent.page.goto(f"{portal}/espace/")
    stale_agent.page.click("text=Équipe Steoruellans")
    stale_agent.choose_action("Changer la date ou le lieu")
    other_page = second.new_page()
    sign_in(other_page, portal, "gestionnaire@example.org")
    other_page.goto(stale_agent.page.url)
    other_page.fill("[name=period]", "juin 2031")
    other_page.fill("[name=reason]", "le bail")
    for _step in ("the days understood", "saved"):
        other_page.click("main form[method=post] button[type=submit]")
    stale_agent.page.fill("[name=period]", "mai 2031")
    stale_agent.page.fill("[name=reason]", "des travaux à finir")
    stale_agent.send()
    assert stale_agent.is_in_sight("Nouvelle date : juin 2031")
    assert stale_agent.page.input_value("[name=period]") == "mai 2031"
    assert stale_agent.page.input_value("[name=reason]") == "des travaux à finir"
    assert check(stale_agent.page) == {}
    stale_agent.send()
    stale_agent.shows("Nouvelle date : mai 2031 (avant : juin 2031).")
    first.close()
    second.close()
