"""A campaign from its preparation to a correction after it is frozen, as a manager, a pilot and a
reviewer live it in a browser; a draft that survives a lost connection; the arrows typed by keyboard.
"""

import re

import pytest

from tests.pages.axe import check
from tests.pages.browser import needs_chromium, page_text
from tests.pages.test_workspace_pages import sign_in

pytestmark = needs_chromium
PLAN = "/schemas/loiret-2022-2026/"
NARROW = {"width": 360, "height": 800}
WIDE = {"width": 1280, "height": 900}


class Somebody:
    """A person signed in, in a browser of their own."""

    def __init__(self, portal, chromium, name, *, script=True, size=NARROW):
        self.context = chromium.new_context(
            viewport=size,
            java_script_enabled=script,
            bypass_csp=True,  # for axe alone
            reduced_motion="reduce",
        )
        self.page = self.context.new_page()
        self._portal = portal
        self._script = script
        sign_in(self.page, portal, f"{name}@example.org")

    def go(self, address):
        self.page.goto(self._portal + address)

    def press(self, words):
        self.page.click(f"main button:has-text('{words}')")

    def follow(self, words):
        self.page.click(f"main a:has-text('{words}')")

    def unfold(self, words):
        self.page.click(f"main summary:has-text('{words}')")

    def says(self, words):
        text = page_text(self.page, "body")
        assert words in text, text

    def looks_well(self):
        assert not self._script or check(self.page) == {}

    def waits_for(self, words):
        self.page.wait_for_function(
            "words => document.querySelector('[data-draft-status]').textContent"
            ".replaceAll('’', \"'\").includes(words)",
            arg=words,
        )


def prepare(manager, title, period, *sheets):
    """From the workspace to an open campaign, where the demonstration's pilot has these sheets; the
    address of its board."""
    manager.go("/espace/")
    manager.follow("Préparer une campagne")
    manager.looks_well()
    for name, value in {"title": title, "period": period, "due_on": "2099-06-30"}.items():
        manager.page.fill(f"[name={name}]", value)
    manager.press("Préparer la campagne")
    manager.says("sans pilote")
    manager.looks_well()
    manager.page.click("main .rows a:has-text('Pilote')")
    for checkbox in manager.page.locator("[name=entries]:checked").all():  # since the last campaign
        checkbox.uncheck()
    for key in sheets:
        manager.page.locator("label", has=manager.page.get_by_text(key, exact=True)).click()
    manager.looks_well()
    manager.press("Enregistrer ses fiches")
    manager.says(f"{54 - len(sheets)} fiches sans pilote")
    manager.follow("Retour à la campagne")
    manager.press("Ouvrir la campagne")
    manager.says("ses pilotes sont prévenus")
    manager.looks_well()
    return re.sub(r"^https?://[^/]+", "", manager.page.url)


# With script, where axe looks too: each form is sent by the browser itself in both.
@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.long)])
def test_from_opening_to_freeze(portal, chromium, script):
    year = 2090 + script
    manager = Somebody(portal, chromium, "gestionnaire", script=script, size=WIDE)
    pilot = Somebody(portal, chromium, "pilote", script=script)
    reviewer = Somebody(portal, chromium, "relecteur", script=script)
    board = prepare(manager, f"Évaluation de {year}", f"juin {year}", "1.2.3")

    pilot.go("/espace/")
    pilot.looks_well()
    pilot.page.click(f"main li:has-text('Évaluation de {year}') a:has-text('1.2.3')")
    pilot.looks_well()
    pilot.says("avant : 7 projets")
    pilot.press("Remettre la fiche")
    pilot.says("Placez la flèche")
    pilot.says("Dites ce qui a été fait")
    pilot.page.check("input[name=level][value='6']")
    pilot.page.fill("[name=done]", "- deux maisons ouvertes\n- une **visite**")
    pilot.page.fill("[name=figures-0-value]", "environ neuf")
    pilot.press("Remettre la fiche")
    pilot.says("Un nombre est attendu")
    pilot.looks_well()
    pilot.page.fill("[name=figures-0-value]", "9")
    pilot.press("Remettre la fiche")
    pilot.says("La fiche est remise")
    pilot.looks_well()

    reviewer.go("/espace/")
    reviewer.page.click(f"main li:has-text('Évaluation de {year}') a:has-text('1.2.3')")
    reviewer.says("deux maisons ouvertes")
    reviewer.looks_well()
    reviewer.page.check("input[name=agrees][value=no]")
    reviewer.page.select_option("[name=level]", "4")
    reviewer.press("Enregistrer la relecture")
    reviewer.says("Dites pourquoi")
    reviewer.page.fill("form:has([name=agrees]) [name=reason]", "Une seule maison est habitée.")
    reviewer.press("Enregistrer la relecture")
    reviewer.says("Votre relecture est enregistrée")

    manager.go(board)
    manager.says("relue, pas d'accord : à trancher : 1")
    manager.page.click("main td a:has-text('1.2.3'), main th a:has-text('1.2.3')")
    manager.says("Une seule maison est habitée.")
    manager.looks_well()
    manager.page.check("input[name=level][value=reviewer]")
    manager.press("Valider la fiche")
    manager.go(board)
    manager.unfold("Figer la campagne")
    manager.press("Valider et figer la campagne")
    manager.says("53 fiches non remises resteront")
    manager.looks_well()
    manager.page.check("[name=leaves_out]")
    manager.press("Valider et figer la campagne")
    manager.says("La campagne est validée et figée.")
    manager.looks_well()
    manager.press("Publier la campagne")

    reader = chromium.new_context(viewport=NARROW, bypass_csp=True)
    page = reader.new_page()
    public = f"{portal}{PLAN}fiches/1.2.3/?campaign={year}-06"
    page.goto(public)
    text = page_text(page)
    assert "4 sur 7, au rythme prévu" in text
    assert "deux maisons ouvertes" in text
    assert "9 projets" in text
    assert check(page) == {}

    manager.page.click("main th a:has-text('1.2.3')")
    manager.follow("Corriger la fiche figée")
    manager.looks_well()
    manager.page.fill("[name=done]", "Une maison ouverte.")
    manager.page.fill("[name=reason]", "La seconde ouvre plus tard.")
    manager.press("Signer la correction")
    manager.says("corrigée")
    manager.looks_well()
    page.goto(public)
    text = page_text(page)
    assert "Une maison ouverte." in text
    assert "La seconde ouvre plus tard." in text
    for context in (manager.context, pilot.context, reviewer.context, reader):
        context.close()


def test_a_draft_saves_itself_and_survives_a_lost_connection(portal, chromium):
    manager = Somebody(portal, chromium, "gestionnaire", script=False)
    board = prepare(manager, "Évaluation de 2095", "juin 2095", "1.1.2")
    pilot = Somebody(portal, chromium, "pilote")
    sheet = f"{board}fiches/1.1.2/"
    pilot.go(sheet)
    pilot.page.check("input[name=level][value='3']")
    pilot.page.fill("[name=done]", "Première phrase.")
    pilot.waits_for("Enregistré à")
    pilot.context.set_offline(True)
    pilot.page.fill("[name=done]", "Première phrase. Seconde, hors connexion.")
    pilot.waits_for("Hors connexion")
    pilot.page.fill("[name=planned]", "Une suite.")
    pilot.page.close()
    pilot.context.set_offline(False)

    pilot.page = pilot.context.new_page()
    pilot.go(sheet)
    assert pilot.page.input_value("[name=done]") == "Première phrase."
    pilot.says("gardé dans ce navigateur")
    pilot.looks_well()
    pilot.press("Le reprendre ici")
    assert pilot.page.input_value("[name=planned]") == "Une suite."
    pilot.press("Enregistrer le brouillon")
    pilot.says("Le brouillon est enregistré")
    assert "Seconde, hors connexion." in pilot.page.input_value("[name=done]")
    assert pilot.page.is_checked("input[name=level][value='3']")
    assert not pilot.page.is_visible("[data-draft-kept]")

    other = Somebody(portal, chromium, "pilote")  # the same sheet on another screen
    other.go(sheet)
    other.page.fill("[name=results]", "Écrit ailleurs.")
    other.waits_for("Enregistré à")
    pilot.page.fill("[name=vigilance]", "Écrit ici.")
    pilot.waits_for("Quelqu'un d'autre a écrit")
    pilot.press("Enregistrer le brouillon")
    pilot.says("Écrit ailleurs.")
    assert pilot.page.input_value("[name=vigilance]") == "Écrit ici."
    pilot.looks_well()
    for context in (manager.context, pilot.context, other.context):
        context.close()


@pytest.mark.long
def test_a_draft_that_is_refused_says_why_and_loses_nothing(portal, chromium):
    manager = Somebody(portal, chromium, "gestionnaire", script=False)
    board = prepare(manager, "Évaluation de 2096", "juin 2096", "1.1.3")
    pilot = Somebody(portal, chromium, "pilote")
    sheet = f"{board}fiches/1.1.3/"
    pilot.go(sheet)
    # Longer than the browser would let anybody type.
    pilot.page.eval_on_selector("[name=done]", "box => box.removeAttribute('maxlength')")
    pilot.page.fill("[name=done]", "x" * 40_001)
    pilot.waits_for("40000 caractères")
    pilot.waits_for("gardé dans ce navigateur")

    for status, words in (
        (413, "le texte est trop long"),
        (429, "trop d'essais"),
        (503, "en maintenance ou en panne"),
        (404, "n'est plus là"),
    ):
        pilot.go(sheet)
        pilot.page.route(
            f"**{sheet}", lambda route, *, status=status: route.fulfill(status=status, body="")
        )
        pilot.page.fill("[name=done]", f"Refusé : {status}.")
        pilot.waits_for(words)
        pilot.looks_well()
        assert pilot.page.input_value("[name=done]") == f"Refusé : {status}."
        pilot.page.unroute(f"**{sheet}")

    pilot.go(sheet)
    pilot.page.fill("[name=done]", "De nouveau.")
    pilot.waits_for("Enregistré à")
    pilot.context.clear_cookies(name="csrftoken")
    pilot.page.fill("[name=done]", "Formulaire expiré.")
    pilot.waits_for("ce formulaire a expiré")
    pilot.go(sheet)
    pilot.press("Le reprendre ici")
    assert pilot.page.input_value("[name=done]") == "Formulaire expiré."
    pilot.page.fill("[name=planned]", "Une suite.")
    pilot.waits_for("Enregistré à")

    pilot.context.clear_cookies(name="sessionid")
    pilot.page.fill("[name=done]", "Sans session.")
    pilot.waits_for("Votre session est terminée")
    sign_in(pilot.page, portal, "pilote@example.org")
    pilot.go(sheet)
    pilot.press("Le reprendre ici")
    assert pilot.page.input_value("[name=done]") == "Sans session."
    for context in (manager.context, pilot.context):
        context.close()


def test_the_arrows_are_typed_by_keyboard_alone(portal, chromium):
    manager = Somebody(portal, chromium, "gestionnaire", script=False)
    manager.go("/espace/")
    manager.follow("Transcrire les niveaux")
    manager.page.wait_for_load_state()
    boxes = manager.page.locator("main input[inputmode=numeric]")
    assert boxes.count() == 53
    boxes.first.focus()
    for level, count in enumerate((4, 8, 11, 7, 9, 8, 6), 1):
        for _n in range(count):
            manager.page.keyboard.press(str(level))
            manager.page.keyboard.press("Tab")
    with manager.page.expect_navigation():
        manager.page.keyboard.press("Enter")
    manager.says("53 niveaux enregistrés.")
    manager.says("Les totaux sont ceux qui ont été publiés.")
    boxes = manager.page.locator("main input[inputmode=numeric]")
    for n in range(53):
        boxes.nth(n).fill("")
    manager.press("Enregistrer et compter")
    manager.says("53 fiches n'ont pas encore leur niveau transcrit")
    manager.context.close()


@pytest.mark.parametrize("size", [NARROW, pytest.param(WIDE, marks=pytest.mark.long)])
def test_the_transcription_page_is_well_made(portal, chromium, size):
    manager = Somebody(portal, chromium, "gestionnaire", size=size)
    manager.go(f"/espace{PLAN}campagnes/2023-06/niveaux/")
    manager.looks_well()
    manager.context.close()
