"""An agent edits a reception point, a closure and a bus in Chromium, narrow and wide."""

from datetime import date

import pytest

from tests.pages.axe import check
from tests.pages.browser import needs_chromium, page_text
from tests.pages.test_workspace_pages import sign_in

pytestmark = needs_chromium
SAVE, CONFIRM = "button:has-text('Enregistrer')", "text=C’est juste : enregistrer"


# The phone, where most is likely to be cut or hidden.
@pytest.fixture(params=[360, pytest.param(1280, marks=pytest.mark.long)])
def page(request, portal, chromium):
    context = chromium.new_context(
        viewport={"width": request.param, "height": 800},
        bypass_csp=True,
    )
    page = context.new_page()
    sign_in(page, portal, "gestionnaire@example.org")
    yield page
    context.close()


def press(page, selector):
    page.locator(selector).last.click()


def test_hours_are_previewed_and_saved(portal, page):
    narrow = page.viewport_size["width"] == 360
    end, end_label = (
        ("16:00", "16 h") if narrow else ("17:00", "17 h")
    )  # One portal for all parameters.
    page.goto(f"{portal}/espace/accueil/")
    page.click("text=Permanence d’accueil inconditionnel")
    for name in ("from", "to"):
        page.fill(f"[name=hours-Tu_2_{name}]", "")
    page.fill("[name=hours-Mo_2_from]", "17:00")
    page.fill("[name=hours-Mo_2_to]", "14:00")
    press(page, SAVE)
    assert "il ferme avant d'ouvrir" in page_text(page)
    assert page.input_value("[name=hours-Mo_2_to]") == "14:00"
    problems = check(page)
    page.fill("[name=hours-Mo_2_from]", "14:00")
    page.fill("[name=hours-Mo_2_to]", end)
    page.press("[name=phone]", "Enter")
    assert "Les 14 prochains jours" in page_text(page), "Enter looks, and copies nothing"
    assert page.input_value("[name=hours-Tu_2_to]") == ""
    problems |= check(page)
    page.locator("button[value=hours]").click()
    assert page.input_value("[name=hours-Fr_2_to]") == end
    press(page, SAVE)
    assert f"de 8 h 30 à 12 h 30 et de 14 h à {end_label}" in page_text(page)
    page.click(CONFIRM)
    assert "vérifié aujourd'hui" in page_text(page, "[role=status]")
    assert problems | check(page) == {}


def test_a_closure_is_previewed_and_saved(portal, page):
    page.goto(f"{portal}/espace/accueil/fermetures/nouvelle/")
    press(page, SAVE)
    assert "Une fermeture a une fin" in page_text(page)
    problems = check(page)
    page.fill("[name=first_day]", "2031-12-01")
    page.fill("[name=last_day]", "2031-12-05")
    page.fill("[name=message]", "Travaux.")
    page.locator("label:has([name=agencies])").first.click()
    press(page, SAVE)
    assert "Du 1er décembre 2031 au 5 décembre 2031 : fermé" in page_text(page)
    problems |= check(page)
    page.click(CONFIRM)
    assert "Travaux." in page_text(page)
    assert problems | check(page) == {}
    press(page, "button:has-text('Retirer')")
    assert "horaires habituels s'appliquent" in page_text(page, "[role=status]")


def test_a_bus_stop_is_scheduled_and_a_visit_cancelled(portal, page):
    page.goto(f"{portal}/espace/accueil/?q=bus")
    page.locator("text=Ses arrêts").first.click()
    page.locator("main .cards h2 a").last.click()
    page.select_option("[name=weekday]", "1")
    page.fill("[name=starts_at]", "09:30")
    page.fill("[name=ends_at]", "12:00")
    press(page, SAVE)
    assert "Chaque mardi" in page_text(page)
    problems = check(page)
    page.click(CONFIRM)
    problems |= check(page)
    page.locator("text=Annuler ou déplacer").first.click()
    problems |= check(page)
    page.fill("[name=message]", "Le bus est en panne.")
    press(page, SAVE)
    assert "Le bus est en panne." in page_text(page)
    assert problems | check(page) == {}


def test_a_permanent_closure_is_saved_and_undone(portal, page):
    page.goto(f"{portal}/espace/accueil/")
    page.click("text=France services de Beaugency")
    page.fill("[name=closing_note]", "L'accueil se fait désormais à la mairie.")
    press(page, SAVE)
    assert "À partir de quel jour ?" in page_text(page)
    problems = check(page)
    page.fill("[name=closes_on]", f"{date.today()}")
    press(page, SAVE)
    assert "est enregistré" in page_text(page, "[role=status]")
    problems |= check(page)
    page.click("section:has(#closed) >> text=France services de Beaugency")
    page.click("text=Ce que tout le monde en voit")
    assert "Ce lieu est fermé depuis le" in page_text(page)
    assert "désormais à la mairie" in page_text(page)
    problems |= check(page)
    page.click("text=Voir les lieux d’accueil près d’ici")
    assert "Près de Beaugency" in page_text(page)
    assert "France services de Beaugency" not in page_text(page)
    page.go_back()
    page.go_back()
    page.fill("[name=closes_on]", "")
    press(page, SAVE)
    assert page.locator("#closed").count() == 0
    assert problems == {}
