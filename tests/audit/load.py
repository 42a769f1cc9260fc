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
RATE = 100  # requests a second: half of what two quiet cores bear, so that a busy machine can be audited


def check() -> Result:
    psql = program("psql")
    command = [sys.executable, "-m", "benchmarks.load", "--rate", str(RATE)]
    printed = run([*command, "--minutes", f"{MINUTES:g}"], cwd=ROOT, expected=(0, 1))
    lines = [line.strip() for line in printed.strip().splitlines()]
    failures = next(line for line in lines if line.startswith("failures: "))
    measures = [line.split(":", 1) for line in lines if re.match(r"\w+:", line)]
    return Result(
        versions=[run([psql, "--version"]).strip()],
        tried=f"`python -m benchmarks.load --rate {RATE} --minutes {MINUTES:g}`: {lines[0]}, over all of France, with"
        " two page processes, a worker and a clock.",
        findings=[] if failures == "failures: none" else [Finding("all requests", failures)],
        figures=[
            ["measure", "value"],
            *([name, value.strip()] for name, value in measures if name != "failures"),
        ],
    )
