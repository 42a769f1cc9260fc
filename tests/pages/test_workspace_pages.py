"""The pages of signed-in users in Chromium: axe, narrow and wide, light and dark, no script."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.pages.axe import check, check_all, every_look
from tests.pages.browser import needs_chromium, page_text

pytestmark = needs_chromium

PAGES = {
    "agent@example.org": [
        *("/espace/", "/compte/", "/compte/sessions/", "/compte/mot-de-passe/", "/deconnexion/"),
        *("/compte/code/", "/compte/code/installer/", "/espace/personnes/", "/equipes/"),
        *("/espace/histoires/equipe/1/", "/espace/histoires/lieu/1/"),
        *("/espace/activite/", "/espace/activite/?mois=2100-01"),
        *("/espace/histoires/secteur/1/", "/espace/demenagements/1/"),
        *("/espace/accueil/", "/espace/accueil/points/1/", "/espace/accueil/points/nouveau/"),
        *("/espace/accueil/lignes/1/", "/espace/accueil/lignes/nouvelle/"),
        *("/espace/accueil/fermetures/", "/espace/accueil/fermetures/nouvelle/"),
    ],
    "gestionnaire@example.org": [
        *("/espace/", "/espace/personnes/", "/espace/personnes/journal/"),
        *("/espace/activite/", "/espace/activite/suivi/"),
    ],
    "pilote@example.org": ["/espace/"],
    "admin@example.org": ["/espace/", "/espace/personnes/"],
}


def sign_in(page, portal, email, password="portail-demo"):
    page.goto(f"{portal}/connexion/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main form button")


@every_look
@pytest.mark.parametrize("email", PAGES)
def test_axe_finds_nothing_nothing_is_cut_and_no_policy_blocks_anything(
    portal, chromium, email, every_look
):
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, portal, email)
    addresses = [portal + address for address in PAGES[email]]
    problems = check_all(page, addresses, every_look=every_look, unfold=True)
    context.close()
    assert problems == {}


def test_sign_in_and_out_without_script_on_a_small_phone(portal, chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}, has_touch=True
    )
    page = context.new_page()
    page.goto(f"{portal}/")
    page.click("text=Espace agents")
    assert page.url == f"{portal}/connexion/?next=/espace/"
    page.fill("input[name=login]", "agent@example.org")
    page.fill("input[name=password]", "faux")
    page.click("main form button")
    assert "est faux" in page_text(page)
    assert page.input_value("input[name=login]") == "agent@example.org"
    page.fill("input[name=password]", "portail-demo")
    page.click("main form button")
    assert page.url == f"{portal}/espace/"
    assert "Bonjour, Agent d'Orléans" in page_text(page)
    assert "agent, ADS Orléans Métropole" in page_text(page)
    page.click("text=Se déconnecter")
    assert page.url == f"{portal}/"
    assert "Se déconnecter" not in page_text(page, "body")
    page.goto(f"{portal}/espace/")
    assert "/connexion/" in page.url
    context.close()


def test_a_report_is_marked_as_dealt_with(portal, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal}/signaler/?page=/equipes/olivetaine/")
    page.fill("textarea[name=message]", "Le numéro de la rue est faux.")
    page.click("main form button")
    sign_in(page, portal, "agent@example.org")
    assert "Le numéro de la rue est faux." in page_text(page)
    page.click("main button:has-text('Traité')")
    assert "cette erreur est traitée" in page_text(page, "[role=status]")
    assert "Le numéro de la rue est faux." not in page_text(page)
    context.close()


def test_an_invitation_from_the_manager_to_the_first_sign_in(portal, chromium):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    sign_in(page, portal, "gestionnaire@example.org")
    page.click("text=Inviter, donner ou retirer un droit")
    page.click("main summary:has-text('Inviter')")
    page.fill("input[name=email]", "venue@loiret.test")
    page.check("text=agent, ADS Nord Loiret")
    page.click("main button:has-text('Inviter')")
    link = page_text(page, "main .answer code")
    guest = chromium.new_context(java_script_enabled=False).new_page()
    guest.goto(link)
    assert "venue@loiret.test" in page_text(guest)
    guest.fill("input[name=name]", "Nouvelle Venue")
    for field in ("password1", "password2"):
        guest.fill(f"input[name={field}]", "trois mots bien choisis")
    guest.click("main form button")
    guest.click("main a:has-text('Se connecter')")
    sign_in(guest, portal, "venue@loiret.test", "trois mots bien choisis")
    assert "Bonjour, Nouvelle Venue" in page_text(guest)
    guest.context.close()
    context.close()


def test_a_right_is_revoked_after_confirmation(portal, chromium):
    context = chromium.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, portal, "gestionnaire@example.org")
    page.goto(f"{portal}/espace/personnes/")
    page.click("main summary:has-text('Inviter')")
    page.fill("input[name=email]", "partante@loiret.test")
    page.check("text=agent, ADS Nord Loiret")
    page.click("main button:has-text('Inviter')")
    page.goto(f"{portal}/espace/personnes/?q=partante")
    page.click("main button:has-text('Retirer')")
    assert "partante@loiret.test ne sera plus : agent, ADS Nord Loiret." in page_text(page)
    assert check(page) == {}
    page.click("text=Ne rien changer")
    page.goto(f"{portal}/espace/personnes/?q=partante")
    page.click("main button:has-text('Retirer')")
    page.click("text=Retirer ce droit")
    assert "n'est plus : agent, ADS Nord Loiret" in page_text(page, "[role=status]")
    context.close()


def test_a_code_is_installed_asked_replaced_and_put_away(portal, chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 640}, bypass_csp=True)
    page = context.new_page()
    problems = {}
    sign_in(page, portal, "relecteur@example.org")
    page.goto(f"{portal}/compte/code/installer/")
    key = re.search(r"[A-Z2-7]{32}", page_text(page))[0]
    for _ in range(2):  # Try again: the code may have changed in between.
        page.fill("input[name=code]", format_hotp_value(hotp_value(key, int(time.time()) // 30)))
        page.click("main form button")
        if "/secours/" in page.url:
            break
    problems.update(check(page))
    recovery = re.search(r"\b\d{8}\b", page_text(page))[0]
    page.goto(f"{portal}/compte/code/")
    problems.update(check(page))
    page.goto(f"{portal}/compte/code/secours/nouveaux/")
    problems.update(check(page))
    page.click("text=Se déconnecter")
    sign_in(page, portal, "relecteur@example.org")
    assert page.url == f"{portal}/connexion/code/"
    problems.update(check(page))
    page.fill("input[name=code]", recovery)
    page.click("main form button")
    assert page.url == f"{portal}/espace/"
    page.goto(f"{portal}/compte/code/retirer/")
    problems.update(check(page))
    page.click("main form button")
    assert "pas installé" in page_text(page)
    context.close()
    assert problems == {}


def test_throttling_shows_when_to_try_again(portal, chromium):
    context = chromium.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    page = context.new_page()
    for _ in range(6):
        sign_in(page, portal, "personne@loiret.test", "faux")
    assert re.search(r"Revenez à \d\d:\d\d", page_text(page))
    assert check(page) == {}
    sign_in(page, portal, "agent@example.org")
    assert page.url == f"{portal}/espace/"
    context.close()
