"""Accessibility checks of pages by axe, and detection of horizontal overflow."""

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# Violations only: transferring the passed checks takes as long as running them.
CHECK = """async () => {
  if (!window.axe?.run) return null;
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  const isCut = document.documentElement.scrollWidth > innerWidth;
  return { violations, isCut };
}"""


def check(page) -> dict[str, object]:
    """Return the accessibility violations of the current page, and whether it overflows."""
    problems: dict[str, object] = {}
    while (results := page.evaluate(CHECK)) is None:
        page.evaluate(AXE_SCRIPT)  # Once per page.
    if results["violations"]:
        problems[page.url] = AxeResults(results).generate_report()
    if results["isCut"]:
        problems[f"{page.url} is cut"] = True
    return problems


def check_all(page, addresses: Iterable[str], *, unfold: bool = False) -> dict[str, object]:
    """Return the problems of these addresses, narrow and wide, light and dark. Each is loaded once: its
    width and colour scheme are changed in the browser.
    """
    problems = {}
    for address in addresses:
        page.goto(address)
        if unfold:
            page.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for problem, detail in check(page).items():
                    problems[f"{problem}, {width}, {scheme}"] = detail
    return problems
