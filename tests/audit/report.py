"""The report of a check, `docs/audit/<name>.md`."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tests.audit.findings import Finding, Result

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "audit"
MOST_PLACES = 5  # of a same message; the others are counted


def write(
    name: str,
    title: str,
    result: Result,
    to_mend: list[Finding],
    by_reason: dict[str, list[Finding]],
) -> Path:
    """Write the report and return its path."""
    path = FOLDER / f"{name}.md"
    path.write_text("\n".join(_lines(name, title, result, to_mend, by_reason)) + "\n")
    return path


def _lines(
    name: str,
    title: str,
    result: Result,
    to_mend: list[Finding],
    by_reason: dict[str, list[Finding]],
) -> Iterator[str]:
    yield f"# {title}"
    yield f"\nWritten by `make audit ONLY={name}` on {_day(date.today())}. {', '.join(result.versions)}."
    yield f"\n{result.tried}"
    if result.figures:
        yield "\n## Figures\n"
        yield from _table(result.figures)
    yield f"\n## Findings to mend: {len(to_mend)}\n"
    yield from _by_message(to_mend) if to_mend else ["None."]
    if by_reason:
        yield f"\n## Accepted findings: {sum(map(len, by_reason.values()))}"
        for reason, findings in by_reason.items():
            yield f"\n{reason}\n"
            yield from _by_message(findings)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _table(rows: list[list[str]]) -> Iterator[str]:
    head, *body = rows
    for row in [head, ["---"] * len(head), *body]:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _by_message(findings: Iterable[Finding]) -> Iterator[str]:
    """List each message once, with the first places where it was found."""
    places: dict[str, list[str]] = {}
    for finding in findings:
        places.setdefault(finding.message, []).append(finding.where)
    for message, where in places.items():
        shown = ", ".join(f"`{place}`" for place in where[:MOST_PLACES])
        others = f", and {len(where) - MOST_PLACES} more" if len(where) > MOST_PLACES else ""
        yield f"- {message}: {shown}{others}"
