"""The story of one move, from study to done, rescheduled once, as an agent lives it in a browser."""

import pytest

from tests.pages.axe import look
from tests.pages.browser import needs_chromium
from tests.pages.test_workspace_pages import sign_in

pytestmark = needs_chromium


class Agent:
    """An agent of Orléans at a phone, with or without script."""

    def __init__(self, portal, page):
        self.page = page
        sign_in(page, portal, "agent@example.org")
        page.goto(f"{portal}/espace/demenagements/nouveau/")

    def send(self):
        self.page.click("main form[method=post] button[type=submit]")

    def says(self, words):
        assert words in self.page.inner_text("main"), self.page.inner_text("main")

    def is_in_sight(self, words):
        box = self.page.locator("[role=status], [role=alert]", has_text=words).bounding_box()
        return box["y"] >= 0 and box["y"] + box["height"] <= self.page.viewport_size["height"]

    def gesture(self, label):
        self.page.click(f"text={label}")

    def date(self, text, understood, **typed):
        self.page.fill("[name=period]", text)
        for name, value in typed.items():
            self.page.fill(f"[name={name}]", value)
        self.send()
        assert self.is_in_sight(understood), "the days understood, without scrolling"
        self.send()


@pytest.mark.parametrize("script", [True, False])
def test_from_study_to_done(portal, chromium, script):
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=script, bypass_csp=True
    )
    agent = Agent(portal, context.new_page())
    agent.page.select_option("[name=team]", label="Abraysiens")
    agent.page.click("text=Le lieu n'est pas dans la liste")
    agent.page.fill("[name=new_address]", "4 rue de la Gare")
    agent.page.fill("[name=new_city]", "Saint-Jean-de-Braye")
    agent.send()
    agent.says("à l'étude")
    agent.gesture("Prévoir une date")
    agent.date("mi-mars 2030", "du 11 mars 2030 au 20 mars 2030")
    agent.says("Date : mi-mars 2030.")
    agent.gesture("Changer la date ou le lieu")
    agent.date(
        "les 16 et 17 avril 2030", "du 16 avril 2030 au 17 avril 2030", reason="le bail est signé"
    )
    agent.says("Nouvelle date : les 16 et 17 avril 2030 (avant : mi-mars 2030).")
    agent.says("le bail est signé")
    if script:
        assert look(agent.page) == {}
    agent.gesture("C'est fait")
    agent.send()
    agent.says("Le déménagement est fait")
    agent.page.click("text=Ce que tout le monde en voit")
    agent.says("4 rue de la Gare")
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
    late = Agent(portal, first.new_page())
    late.page.goto(f"{portal}/espace/")
    late.page.click("text=Équipe Steoruellans")
    late.gesture("Changer la date ou le lieu")
    early = second.new_page()
    sign_in(early, portal, "gestionnaire@example.org")
    early.goto(late.page.url)
    early.fill("[name=period]", "juin 2031")
    early.fill("[name=reason]", "le bail")
    for _step in ("the days understood", "saved"):
        early.click("main form[method=post] button[type=submit]")
    late.page.fill("[name=period]", "mai 2031")
    late.page.fill("[name=reason]", "des travaux à finir")
    late.send()
    assert late.is_in_sight("Nouvelle date : juin 2031")
    assert late.page.input_value("[name=period]") == "mai 2031"
    assert late.page.input_value("[name=reason]") == "des travaux à finir"
    assert look(late.page) == {}
    late.send()
    late.says("Nouvelle date : mai 2031 (avant : juin 2031).")
    first.close()
    second.close()
