"""The tests that take long: servers that stop, full disks, every value in every parameter."""

import os
import sys
from collections import Counter
from importlib.metadata import version
from xml.etree import ElementTree

from tests.audit.findings import CannotRun, Finding, Result
from tests.audit.tools import ROOT, run

TITLE = "The long tests (pytest)"
REPORT = ROOT / "var" / "audit" / "long.xml"
OF_THE_AUDIT = ("DJANGO_SETTINGS_MODULE", "LOG_LEVEL")
OUTCOMES = ("passed", "failed", "skipped")


def check() -> Result:
    REPORT.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "--long", "-n", "auto", "--dist", "loadgroup"]
    own = {key: os.environ[key] for key in os.environ if key not in OF_THE_AUDIT}
    command += ["--no-loadscope-reorder", f"--junit-xml={REPORT}"]
    printed = run(command, expected=(0, 1), cwd=ROOT, env=own)
    if not REPORT.exists():
        raise CannotRun(f"pytest wrote no report: {printed[-300:]}")
    cases = list(ElementTree.parse(REPORT).iter("testcase"))
    return Result(
        versions=[f"pytest {version('pytest')}"],
        tried="The tests marked `long`, which `make test` leaves out: PostgreSQL, Redis, workers and the"
        " mail server killed or hung, full disks, slow clients, commands at once, eleven extreme values"
        " in every parameter and key of every URL, every page in both widths and colours, and the"
        " journeys of agents without script or on a large screen.",
        findings=[Finding(_name(case), "failed") for case in cases if _outcome(case) == "failed"],
        figures=[["file", *OUTCOMES, "seconds"], *_by_file(cases)],
    )


def _by_file(cases: list[ElementTree.Element]) -> list[list[str]]:
    rows = []
    for file in sorted({_file(case) for case in cases}):
        own = [case for case in cases if _file(case) == file]
        counts = Counter(map(_outcome, own))
        seconds = sum(float(case.get("time", "0")) for case in own)
        rows.append([file, *(str(counts[outcome]) for outcome in OUTCOMES), f"{seconds:.0f}"])
    return rows


def _file(case: ElementTree.Element) -> str:
    """Return the module of a test: the names of classes begin with a capital."""
    parts = case.get("classname", "").split(".")
    return "/".join(part for part in parts if not part[:1].isupper()) + ".py"


def _name(case: ElementTree.Element) -> str:
    return f"{_file(case)}::{case.get('name', '')}"[:120]


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"
