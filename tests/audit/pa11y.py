"""The main pages read by pa11y: the rules of HTML_CodeSniffer (WCAG 2 AA), which are not those of axe."""

import json

from tests.audit import tools
from tests.audit.findings import Finding, Result
from tests.audit.pages import MAIN_PAGES
from tests.audit.served import served_portal

TITLE = "Accessibility of the main pages (pa11y)"
WIDTH = 360


def check() -> Result:
    folder = tools.node_folder()
    chromium = tools.chromium()
    with served_portal() as portal:
        command = [tools.program("node"), "read_pages.cjs", chromium, str(WIDTH)]
        pages = [portal + address for address in MAIN_PAGES]
        issues = json.loads(tools.run([*command, *pages], cwd=folder))
    findings = [
        Finding(
            f"{issue['page'].removeprefix(portal)} {issue['selector']}",
            f"{issue['type']} {issue['code'].partition('.')[2]}: {issue['message']}",
        )
        for page in issues
        for issue in page
    ]
    return Result(
        versions=[tools.version(folder, "pa11y"), tools.run([chromium, "--version"]).strip()],
        tried=f"{len(MAIN_PAGES)} pages were read in Chromium at {WIDTH} pixels: errors and warnings of the"
        " standard WCAG2AA.",
        findings=findings,
    )
