"""Accessibility checks of pages by axe, and detection of horizontal overflow."""

from collections.abc import Iterable

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults

# Both widths and both colour schemes, not their product: contrast does not depend on the width.
LOOKS = [(320, "light"), (1280, "dark")]
every_look = pytest.mark.parametrize(
    "every_look", [False, pytest.param(True, marks=pytest.mark.long)]
)
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


def check_all(
    page, addresses: Iterable[str], *, every_look: bool, unfold: bool = False
) -> dict[str, object]:
    """Return the problems of these addresses: accessibility, overflow, and what the content security
    policy blocks. Each is loaded once and has one of the looks in turn, since all share their templates
    and styles; or every look.
    """
    page.add_init_script(AXE_SCRIPT)  # kept by the browser: four times faster than to send it again
    problems = {}
    for number, address in enumerate(addresses):
        for message in messages_while_loading(page, address):
            problems[f"{address} logs"] = message
        if unfold:
            page.evaluate("document.querySelectorAll('details').forEach(box => box.open = true)")
        for width, scheme in LOOKS if every_look else [LOOKS[number % len(LOOKS)]]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for problem, detail in check(page).items():
                problems[f"{problem}, {width}, {scheme}"] = detail
    return problems


def messages_while_loading(page, address: str) -> list[str]:
    """Load the page; return what the browser logs, except the status of the page itself."""
    messages: list[str] = []

    def listen(message) -> None:
        messages.append(message.text)

    page.on("console", listen)
    page.goto(address)
    page.remove_listener("console", listen)
    return [text for text in messages if "status of 4" not in text]
