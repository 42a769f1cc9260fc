"""« Me prévenir » in Chromium: from the team's page to unsubscribing, without script, on a small phone."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.pages.axe import LOOKS, check
from tests.pages.browser import needs_chromium, page_text

pytestmark = needs_chromium


@pytest.fixture
def token(portal, tmp_path_factory) -> Callable[[str], str]:
    """Return a function that reads the token of a subscriber from the served portal's database."""
    (path,) = tmp_path_factory.getbasetemp().glob("served[0-9]*/db.sqlite3")

    def read(email: str) -> str:
        with closing(sqlite3.connect(path)) as database:
            query = "select token from relocations_subscription where email = ?"
            return database.execute(query, [email]).fetchone()[0]

    return read


def ask(page, portal, email):
    page.goto(f"{portal}/equipes/olivetaine/")
    page.click("main >> text=Me prévenir")
    page.fill("input[name=email]", email)
    page.click("main form button")


def test_asked_confirmed_and_stopped_without_script(portal, chromium, token):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 700}, has_touch=True
    )
    page = context.new_page()
    ask(page, portal, "habitante@example.org")
    assert "Regardez vos messages" in page_text(page, "h1")
    link = token("habitante@example.org")
    page.goto(f"{portal}/me-prevenir/confirmer/{link}/")
    page.click("text=Oui, prévenez-moi")
    assert "C'est confirmé" in page_text(page, "h1")
    page.goto(f"{portal}/me-prevenir/arreter/{link}/")
    assert "Équipe Olivétaine" in page_text(page, "h1")
    page.click("text=Arrêter et effacer mon adresse")
    assert "C'est arrêté" in page_text(page, "h1")
    page.goto(f"{portal}/me-prevenir/confirmer/{link}/")
    assert "Ce lien ne sert plus" in page_text(page, "h1")
    context.close()


def test_an_error_is_shown_beside_its_field(portal, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/equipes/olivetaine/me-prevenir/")
    assert not page.locator("input[name=website]").is_visible()
    page.fill("input[name=email]", "a@b")  # Valid for a browser, not for the portal.
    page.click("main form button")
    page.locator(".errorlist").wait_for()
    assert page.title().startswith("Erreur – Me prévenir")
    assert page.locator("#erreurs").evaluate("node => node === document.activeElement")
    page.click("#erreurs a")
    assert page.url.endswith("#id_email")
    assert page.input_value("input[name=email]") == "a@b"
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [LOOKS[0], pytest.param(*LOOKS[1], marks=pytest.mark.long)]
)
def test_axe_finds_nothing_on_the_pages_of_an_e_mail(portal, chromium, token, width, scheme):
    email = f"{scheme}{width}@example.org"
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    ask(page, portal, email)
    confirm, stop = (
        f"{portal}/me-prevenir/{action}/{token(email)}/" for action in ("confirmer", "arreter")
    )
    problems = {}
    for address, button in ((confirm, ""), (confirm, "Oui"), (stop, ""), (stop, "Arrêter")):
        page.goto(address)
        if button:
            page.click(f"main button:has-text('{button}')")
        if page_problems := check(page):
            problems[address, button] = page_problems
    context.close()
    assert problems == {}
