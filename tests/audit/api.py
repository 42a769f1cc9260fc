"""The API as served, fuzzed by schemathesis from its description: anonymous readers, then an agent.

`AUDIT_MINUTES` changes how long it takes for both together.
"""

import http.cookiejar
import os
import re
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from tests.audit.findings import CannotRun, Finding, Result
from tests.audit.served import PASSWORD, served_portal
from tests.audit.tools import ROOT, run

TITLE = "The API, fuzzed (schemathesis)"
MINUTES = float(os.environ.get("AUDIT_MINUTES", "10"))
REPORTS = ROOT / "var" / "audit"
PORT = re.compile(r"http://127\.0\.0\.1:\d+")
AGENT = "agent@example.org"


def check() -> Result:
    findings, figures = [], [["reader", "operations", "requests", "failures"]]
    with served_portal(API_LIMIT="0") as portal:
        for reader, headers in (("anonymous", []), ("agent", _signed_in(portal))):
            report = REPORTS / f"api-{reader}.xml"
            printed = _fuzz(portal, headers, report)
            found = list(_findings(reader, report))
            findings += found
            figures.append([reader, *_counts(printed), str(len(found))])
    return Result(
        versions=[f"schemathesis {version('schemathesis')}"],
        tried=f"Every operation with every check of schemathesis, for {MINUTES:g} minutes in all, on the API as served"
        " with every département that has data; `schemathesis.toml` says what the description cannot.",
        findings=findings,
        figures=figures,
    )


def _signed_in(portal: str) -> list[str]:
    """Sign an agent in as a browser does; return the headers of the session."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    browser.open(f"{portal}/connexion/").read()
    token = next(cookie.value or "" for cookie in cookies if "csrf" in cookie.name)
    fields = {"login": AGENT, "password": PASSWORD, "csrfmiddlewaretoken": token}
    browser.open(f"{portal}/connexion/", urllib.parse.urlencode(fields).encode()).read()
    jar = {cookie.name: cookie.value or "" for cookie in cookies}
    if "sessionid" not in jar:
        raise CannotRun(f"{AGENT} could not sign in: {', '.join(jar) or 'no cookie'}")
    sent = "; ".join(f"{name}={value}" for name, value in jar.items())
    return ["-H", f"Cookie:{sent}", "-H", f"X-CSRFToken:{jar['csrftoken']}"]


def _fuzz(portal: str, headers: list[str], report: Path) -> str:
    """Run schemathesis for half of the time, and write its report; return what it prints."""
    report.unlink(missing_ok=True)
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--no-color", "run"),
        f"{portal}/api/v1/openapi.json",
        *("--max-time", str(int(MINUTES * 30)), "--warnings", "off", "--continue-on-failure"),
        *("--report", "junit", "--report-junit-path", str(report), *headers),
    ]
    return run(command, cwd=ROOT, expected=(0, 1))


def _findings(reader: str, report: Path) -> Iterator[Finding]:
    """Yield what failed on each operation: the words of schemathesis, and how to ask again."""
    for case in ElementTree.parse(report).iter("testcase"):
        for failure in [*case.iter("failure"), *case.iter("error")]:
            text = failure.text or failure.get("message") or failure.tag
            again = "; ".join(
                line.strip() for line in re.findall(r"^ *curl .*$", text, re.MULTILINE)
            )
            for words in re.findall(r"^- .+(?:\n\n? {4}.+)*", text, re.MULTILINE) or [text]:
                message = f"{' '.join(words.removeprefix('- ').split())[:400]} Asked by: {again}"
                yield Finding(f"{case.get('name')} ({reader})", PORT.sub("", message))


def _counts(printed: str) -> tuple[str, str]:
    """Return how many operations and requests the summary of schemathesis counts."""
    operations = re.search(r"(\d+) (?:selected|operations?)", printed)
    requests = re.search(r"(\d[\d,]*) generated", printed)
    return (operations[1] if operations else "?", requests[1] if requests else "?")
