"""The portal under a steady load, as it is deployed: `benchmarks/load.py`, shortened.

Needs PostgreSQL and Redis, as the benchmark does. `AUDIT_MINUTES` changes how long the load lasts.
"""

import os
import re
import sys

from tests.audit.findings import Finding, Result
from tests.audit.tools import ROOT, program, run

TITLE = "A steady load"
MINUTES = float(os.environ.get("AUDIT_MINUTES", "2"))
RATE = 100  # requests a second: half of what benchmarks.load sends, since other work may go on
SLOWEST_95TH = 1000  # milliseconds: more, and requests queue (or the machine does other work)


def check() -> Result:
    psql = program("psql")
    command = [sys.executable, "-m", "benchmarks.load", "--rate", str(RATE)]
    printed = run([*command, "--minutes", f"{MINUTES:g}"], cwd=ROOT, expected=(0, 1))
    measures = dict(re.findall(r"^ *(\w+): (.+)$", printed, re.MULTILINE))
    failures = measures.pop("failures")
    findings = [] if failures == "none" else [Finding("all requests", f"failures: {failures}")]
    if float(measures["95th"].removesuffix(" ms")) > SLOWEST_95TH:
        words = f"95 requests in 100 should be answered within {SLOWEST_95TH} ms"
        findings.append(Finding(f"95th: {measures['95th']}", words))
    return Result(
        versions=[run([psql, "--version"]).strip()],
        tried=f"`python -m benchmarks.load --rate {RATE} --minutes {MINUTES:g}`: {printed.splitlines()[0]}, over all of France, with"
        " two page processes, a worker and a clock.",
        findings=findings,
        figures=[["measure", "value"], *(list(row) for row in measures.items())],
    )
