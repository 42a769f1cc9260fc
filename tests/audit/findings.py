"""What a check finds, and what was accepted with a reason."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted.toml")


class CannotRun(Exception):
    """A tool is missing, or does not answer; the message is one sentence."""


@dataclass(frozen=True, order=True)
class Finding:
    """A defect that a tool reports: on what (an address, a file, an expression), and in which words."""

    where: str
    message: str


@dataclass
class Result:
    """The outcome of a check, as its report prints it.

    `tried` says in a sentence what was given to the tool; `figures` are rows of a table, headings
    first, empty when the tool measures nothing.
    """

    versions: list[str]
    tried: str
    findings: list[Finding]
    figures: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Acceptance:
    """Why findings of a check stay: those whose message and place match both expressions."""

    check: str
    message: str
    reason: str
    where: str = ""

    def covers(self, check: str, finding: Finding) -> bool:
        return (
            self.check == check
            and re.search(self.message, finding.message) is not None
            and re.search(self.where, finding.where) is not None
        )


def acceptances() -> list[Acceptance]:
    """Return the content of `accepted.toml`."""
    return [Acceptance(**row) for row in tomllib.loads(ACCEPTED.read_text())["accepted"]]


def sort_out(
    check: str, findings: Iterable[Finding], accepted: Iterable[Acceptance]
) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """Return the findings to mend, and the accepted ones by reason."""
    to_mend: list[Finding] = []
    by_reason: dict[str, list[Finding]] = {}
    for finding in sorted(set(findings)):
        reason = next((row.reason for row in accepted if row.covers(check, finding)), None)
        if reason is None:
            to_mend.append(finding)
        else:
            by_reason.setdefault(reason, []).append(finding)
    return to_mend, by_reason
