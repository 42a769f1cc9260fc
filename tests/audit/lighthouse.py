"""The main pages on a phone, measured by Lighthouse: speed, accessibility, good practices, search engines.

Each mark is from 0 to 100. A category without a mark (the server did not answer, the page did not paint)
is a finding: a missing mark is not a good one.
"""

import json
import os
from typing import Any

from tests.audit import tools
from tests.audit.findings import Finding, Result
from tests.audit.pages import MAIN_PAGES
from tests.audit.served import served_portal

TITLE = "The main pages on a phone (Lighthouse)"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST_SPEED = 90  # out of 100: the mark that Lighthouse paints green
MEASURES = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def check() -> Result:
    folder = tools.node_folder()
    chromium = tools.chromium()
    findings: list[Finding] = []
    figures = [["page", *CATEGORIES, *MEASURES, "bytes"]]
    with served_portal() as portal:
        for address in MAIN_PAGES:
            report = _measure(folder, chromium, portal + address)
            findings += findings_of(address, report)
            figures.append([f"`{address}`", *_figures(report)])
    return Result(
        versions=[tools.version(folder, "lighthouse"), tools.run([chromium, "--version"]).strip()],
        tried=f"{len(MAIN_PAGES)} pages were opened on Lighthouse's phone: a screen of 412 pixels, a processor four"
        " times slower, 1.6 Mbit/s with 150 ms of latency (both simulated).",
        findings=findings,
        figures=figures,
    )


def _measure(folder: Any, chromium: str, url: str) -> dict[str, Any]:
    command = [
        *(tools.program("node"), "node_modules/lighthouse/cli/index.js", url, "--quiet"),
        *("--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        f"--chrome-flags={FLAGS}",
    ]
    env = {**os.environ, "CHROME_PATH": chromium}
    # It ends with 1 when the page cannot be loaded, and prints a report without marks.
    report: dict[str, Any] = json.loads(
        tools.run(command, cwd=folder, env=env, expected=(0, 1)) or '{"categories": {}}'
    )
    return report


def findings_of(address: str, report: dict[str, Any]) -> list[Finding]:
    """Return the categories without a mark, the slow page, and each rule that is not kept."""
    found = []
    for name in CATEGORIES:
        category = report["categories"].get(name, {"score": None, "auditRefs": []})
        score = category["score"]
        if score is None:
            found.append(Finding(address, f"{name}: no mark was given"))
        elif name == "performance":
            if 100 * score < LEAST_SPEED:
                found.append(
                    Finding(address, f"{name}: less than {LEAST_SPEED} ({100 * score:.0f})")
                )
        else:
            found += [
                Finding(address, f"{name}: {audit['title']}")
                for reference in category["auditRefs"]
                if reference["weight"] > 0
                and (audit := report["audits"][reference["id"]])["score"] not in (None, 1)
            ]
    return found


def _figures(report: dict[str, Any]) -> list[str]:
    audits = report.get("audits", {})
    marks = [report["categories"].get(name, {}).get("score") for name in CATEGORIES]
    return [
        *("none" if mark is None else f"{100 * mark:.0f}" for mark in marks),
        *(audits.get(name, {}).get("displayValue", "none") for name in MEASURES),
        f"{audits.get('total-byte-weight', {}).get('numericValue', 0):,.0f}",
    ]
