"""Every public page in Chromium: axe, narrow and wide, light and dark, no overflow, no script."""

import re
import urllib.request
from urllib.parse import urljoin

from tests.pages.axe import check_all, every_look
from tests.pages.browser import needs_chromium, page_text

pytestmark = needs_chromium

PAGES = [
    "/",
    "/trouver/",
    "/trouver/?q=Olivet",
    "/trouver/?q=45160",
    "/trouver/?q=xyzzy",
    "/trouver/?q=mon+mari+me+frappe",
    "/trouver/?q=RSA+Olivet",
    "/besoins/",
    "/besoins/violences/",
    "/besoins/logement/",
    "/communes/45234/",
    "/communes/45232/?suivi=non&le=2023-11-28",
    "/communes/45252/",
    "/accueil/",
    "/accueil/?pres=Sandillon",
    "/accueil/?pres=Fleury&ouvert=soir&nature=ccas",
    "/accueil/?commune=45155&ouvert=maintenant&rdv=sans",
    "/accueil/?ouvert=hier",
    "/accueil/permanence-daccueil-inconditionnel-orleanais/",
    "/accueil/france-services-de-bonny-sur-loire/",
    "/accueil/bus-france-services-de-la-communaute-de-communes-des-loges/",
    "/signaler/?page=/equipes/olivetaine/",
    "/signaler/merci/",
    "/equipes/",
    "/equipes/olivetaine/",
    "/equipes/olivetaine/?le=2023-11-28",
    "/equipes/olivetaine/me-prevenir/",
    "/equipes/olivetaine/me-prevenir/envoye/",
    "/me-prevenir/arreter/x/",
    "/equipes/equipe-daccueil-inconditionnel-orleans-metropole/",
    "/equipes/equipe-daccueil-inconditionnel-nord-loiret/",
    "/demenagements/",
    "/demenagements/?status=zz&period=hier",
    "/demenagements/1/",
    "/schemas/",
    "/schemas/loiret-2022-2026/",
    "/schemas/loiret-2022-2026/fiches/",
    "/schemas/loiret-2022-2026/fiches/?vue=calendrier&axis=3",
    "/schemas/loiret-2022-2026/fiches/?q=handicap",
    "/schemas/loiret-2022-2026/fiches/?level=8&q=xyzzy",
    "/schemas/loiret-2022-2026/fiches/3.1.1/",
    "/schemas/loiret-2022-2026/fiches/1.3.1-handicap/",
    "/schemas/loiret-2022-2026/fiches/1.4.1/?campaign=2024-exemple",
    "/schemas/loiret-2022-2026/?campaign=2024-exemple",
    "/schemas/loiret-2022-2026/campagnes/2023-06/",
    "/schemas/loiret-2022-2026/campagnes/2024-exemple/",
    "/chiffres/",
    "/chiffres/?department=45&topic=requests",
    "/chiffres/?topic=zz",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/api/docs/",
    "/connexion/",
    "/connexion/compte-ferme/",
    "/mot-de-passe/oublie/",
    "/mot-de-passe/oublie/envoye/",
    "/mot-de-passe/nouveau/1-x-y/",
    "/mot-de-passe/nouveau/enregistre/",
    "/invitation/x/",
    "/invitation/acceptee/",
    "/nulle-part/",
    "/equipes/olivetaine/?le=hier",
]


@every_look
def test_axe_finds_nothing_nothing_is_cut_and_no_policy_blocks_anything(
    portal, chromium, every_look
):
    context = chromium.new_context(reduced_motion="reduce")
    addresses = [portal + address for address in PAGES]
    problems = check_all(context.new_page(), addresses, every_look=every_look)
    context.close()
    assert problems == {}


def test_the_skip_link_and_the_menu_answer_to_the_keyboard(portal, chromium):
    page = chromium.new_page()
    page.goto(f"{portal}/demenagements/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.close()


def test_the_header_of_a_phone_is_one_line_and_opens_by_keyboard_without_script(portal, chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.goto(f"{portal}/communes/45232/")
    assert page.locator("header").bounding_box()["height"] <= 56
    for label, link in (("Menu", "Équipes"), ("Urgence", "115")):
        summary = page.locator("header summary", has_text=label)
        assert summary.bounding_box()["height"] >= 44
        summary.press("Enter")
        target = page.locator(".panel a", has_text=link)
        assert target.is_visible()
        assert target.bounding_box()["height"] >= 44
    assert not page.locator(".menu .panel").is_visible(), "one at a time"
    context.close()


def test_a_day_is_chosen_without_script(portal, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/equipes/olivetaine/")
    page.fill("input[name=le]", "2023-11-27")
    page.click("form.day button")
    assert page.url.endswith("?le=2023-11-27")
    assert "27 novembre 2023" in page_text(page)
    context.close()


def test_places_are_suggested_while_typing(portal, chromium):
    page = chromium.new_page()
    page.goto(f"{portal}/")
    with page.expect_response(lambda answer: "/suggest/" in answer.url):
        page.type("#q", "fleur")
    option = page.locator("#propositions option").first
    option.wait_for(state="attached")
    assert option.get_attribute("value") == "Fleury-les-Aubrais (45)"
    page.fill("#q", "Fleury-les-Aubrais (45)")
    page.press("#q", "Enter")
    assert "Votre équipe : Fleuryssois" in page_text(page)
    page.close()


def test_a_search_without_script_on_a_small_phone(portal, chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 600}, has_touch=True
    )
    page = context.new_page()
    page.goto(f"{portal}/")
    page.fill("#q", "orleans")
    page.press("#q", "Enter")
    page.click("text=La Source")
    assert "Votre équipe : La Source Saint-Marceau" in page_text(page)
    page.fill("#le", "2023-12-15")
    page.click("text=Où aller ?")
    assert "secteur=45234-la-source" in page.url
    assert "18 Av. de la Bolière, Orléans" in page_text(page)
    page.click("text=Non, pas encore")
    assert page_text(page).index("Accueil social") < page_text(page).index("Bolière")
    context.close()


def test_the_honeypot_is_invisible(portal, chromium):
    page = chromium.new_page()
    page.goto(f"{portal}/signaler/?page=/equipes/olivetaine/")
    assert page.locator("textarea[name=message]").is_visible()
    assert not page.locator("input[name=website]").is_visible()
    page.close()


def test_every_internal_link_works(portal):
    """Follow every internal link, from page to page."""
    visited, pending = set(), ["/"]
    while pending:
        address = pending.pop()
        if address in visited:
            continue
        visited.add(address)
        with urllib.request.urlopen(portal + address) as answer:
            assert answer.status in (200, 202), address  # 202: a file in preparation.
            if "text/html" not in answer.headers["Content-Type"]:
                continue
            body = answer.read().decode()
        for link in re.findall(r'href="([^"#]+)', body):
            target = urljoin(portal + address, link.replace("&amp;", "&"))
            if target.startswith(portal) and "?" not in target:
                pending.append(target.removeprefix(portal) or "/")
    assert {"/equipes/", "/demenagements/", "/plan-du-site/", "/api/docs/"} <= visited
