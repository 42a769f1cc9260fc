"""What axe says of pages, and whether anything of them is cut."""

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# Its violations alone: carrying all that is well out of the browser takes as long as looking.
LOOK = """async () => {
  if (!window.axe?.run) return null;
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  const isCut = document.documentElement.scrollWidth > innerWidth;
  return { violations, isCut };
}"""


def look(page) -> dict[str, object]:
    """What is wrong with the page as it stands: nothing, or what axe says and what is cut."""
    wrong: dict[str, object] = {}
    while (found := page.evaluate(LOOK)) is None:
        page.evaluate(AXE_SCRIPT)  # once for each page
    if found["violations"]:
        wrong[page.url] = AxeResults(found).generate_report()
    if found["isCut"]:
        wrong[f"{page.url} is cut"] = True
    return wrong


def look_at_all(page, addresses: Iterable[str], *, unfold: bool = False) -> dict[str, object]:
    """What is wrong with these addresses, narrow and wide, light and dark. Each is loaded once: its
    width and its colours are the browser's alone.
    """
    wrong = {}
    for address in addresses:
        page.goto(address)
        if unfold:
            page.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for said, found in look(page).items():
                    wrong[f"{said}, {width}, {scheme}"] = found
    return wrong
