"""The answer stands in the first screen of a small phone: what to do, the button, the address."""

import pytest

from tests.pages.browser import needs_chromium

pytestmark = needs_chromium

PHONE = {"width": 360, "height": 640}
QUARTERS = ("45234-la-source", "45234-carmes", "45234-argonne")
# Communes of Loiret, then of Loir-et-Cher and Deux-Sèvres, whose team is known, and two whose is not.
COMMUNES = ["45232", "45147", "45284", "45285", "45252", "45155"]
ELSEWHERE = [
    *("41018", "41025", "41095", "41106", "41136", "41143", "41151", "41194", "41232"),
    *("79049", "79191", "79202", "79270", "79329"),
]
PAGES = [
    *(f"/communes/{code}/" for code in COMMUNES),
    *(f"/communes/45234/?secteur={quarter}" for quarter in QUARTERS),
    *("/communes/45232/?le=2023-11-28", "/equipes/olivetaine/"),
]
PAGES_ELSEWHERE = [f"/communes/{code}/" for code in ELSEWHERE]
BOTTOMS = """() => Object.fromEntries(
  ["main .lead", "main .button", "main .at"].map(selector => [selector,
    document.querySelector(selector)?.getBoundingClientRect().bottom]))"""


def test_the_sentence_the_button_and_the_address_need_no_scrolling(portal, chromium):
    assert addresses_in_first_screen(portal, chromium, PAGES) >= 9


@pytest.mark.long  # another portal, whose pages have the same template
def test_nor_in_other_departements(portal_of_three, chromium):
    assert addresses_in_first_screen(portal_of_three, chromium, PAGES_ELSEWHERE) >= 10


def addresses_in_first_screen(portal, chromium, pages):
    """Check that nothing is below the first screen; return how many pages show an address."""
    page = chromium.new_page(viewport=PHONE)
    bottoms = {}
    for address in pages:
        page.goto(portal + address)
        bottoms[address] = page.evaluate(BOTTOMS)
    page.close()
    below = {
        address: shown
        for address, shown in bottoms.items()
        if any(bottom is not None and bottom > PHONE["height"] for bottom in shown.values())
    }
    assert below == {}
    assert [address for address, shown in bottoms.items() if not shown["main .button"]] == []
    assert [address for address, shown in bottoms.items() if not shown["main .lead"]] == []
    return sum(bool(shown["main .at"]) for shown in bottoms.values())


def test_text_twice_as_large_is_not_cut(portal_of_three, chromium):
    page = chromium.new_page(viewport=PHONE)
    widths = {}
    for address in ("/", "/accueil/", "/besoins/violences/", *PAGES[:1], *PAGES[-1:]):
        page.goto(portal_of_three + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert {address: width for address, width in widths.items() if width > PHONE["width"]} == {}
