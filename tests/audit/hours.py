"""Opening hours read by a second reader, the npm package opening_hours, minute by minute over a year."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.audit import tools
from tests.audit.database import load_other_departments, loaded
from tests.audit.findings import Finding, Result

TITLE = "Opening hours read twice (opening_hours)"
CASES = Path(__file__).with_name("hours_cases.txt")
# A year with both changes of clocks, every public holiday and the moments of the cases, in Paris.
FROM, TO = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2027, 2, 28, 23, tzinfo=UTC)
DATE_WITHOUT_END = re.compile(r"(\d{4} \w{3} \d\d)\+")  # which the second reader refuses
Spans = list[tuple[datetime, datetime, str]]  # (start, end, "open" or "unknown"), in UTC


def check() -> Result:
    folder = tools.node_folder()
    cases = list(_cases())
    of_data = _expressions_of_data()
    expressions = sorted({*of_data, *(expression for expression, _at, _right in cases)})
    question = {
        "from": FROM.isoformat(),
        "to": TO.isoformat(),
        "expressions": _for_the_second(expressions),
    }
    answers = json.loads(
        tools.run([tools.program("node"), "read_hours.cjs"], cwd=folder, input=json.dumps(question))
    )
    findings = [_compare(*pair) for pair in zip(expressions, answers, strict=True)]
    wrong = [_judge(*case) for case in cases]
    return Result(
        versions=[tools.version(folder, "opening_hours"), _our_version()],
        tried=f"{len(expressions)} expressions were read by both, from {FROM:%Y-%m-%d} to {TO:%Y-%m-%d}: the"
        f" {len(of_data)} of the loaded data (closures included), and those of `tests/audit/hours_cases.txt`, whose"
        f" {len(cases)} moments were also asked of the portal.",
        findings=[finding for finding in [*findings, *wrong] if finding],
    )


def _for_the_second(expressions: list[str]) -> list[str]:
    return [DATE_WITHOUT_END.sub(r"\1-2099 Dec 31", expression) for expression in expressions]


def _our_version() -> str:
    from importlib.metadata import version

    return f"opening-hours-py {version('opening-hours-py')}"


def _cases() -> Iterator[tuple[str, datetime, set[str]]]:
    """Yield (expression, moment in Paris, right states) of each case."""
    for line in CASES.read_text().splitlines():
        if not line.startswith("#"):
            expression, at, right = line.split(" | ")
            yield expression, datetime.fromisoformat(at), set(right.split())


def _expressions_of_data() -> set[str]:
    """Return the hours of every point and line, as written and with the closures that apply to them."""
    from accueil.models import PhoneLine, ReceptionPoint
    from portal.core.opening_hours.special_days import apply_special_days

    with loaded():
        load_other_departments()
        contacts = [*ReceptionPoint.objects.all(), *PhoneLine.objects.all()]
        written = {contact.hours for contact in contacts}
        applied = {apply_special_days(row.hours, row.special_days) for row in contacts if row.hours}
        by_appointment = {point.appointment_hours for point in ReceptionPoint.objects.all()}
    return (written | applied | by_appointment) - {""}


def _compare(expression: str, answer: dict[str, Any]) -> Finding | None:
    """Return the first disagreement of the two readers on an expression."""
    from portal.core.opening_hours.hours import HoursError, check

    try:
        check(expression)
    except HoursError:
        return None  # Refused with a message: nobody is misled.
    if "refused" in answer:
        return Finding(expression, "read here, refused by the second reader")
    ours, theirs = _our_spans(expression), _their_spans(answer["spans"])
    edges = sorted({FROM, TO, *(at for start, end, _state in ours + theirs for at in (start, end))})
    for start, end in pairwise(edges):
        here, there = _state(ours, start), _state(theirs, start)
        if here != there:
            return Finding(
                expression,
                f"read otherwise: {here} here, {there} there (first from {_paris(start)} to {_paris(end)})",
            )
    return None


def _our_spans(expression: str) -> Spans:
    from portal.core.opening_hours.hours import PARIS, Hours

    hours = Hours.parse(expression)
    # The portal looks a year ahead at most: month by month, the whole year is read.
    days = (TO - FROM) // timedelta(days=1)
    return [
        (opens.astimezone(UTC), closes.astimezone(UTC), "open")
        for at in range(0, days, 28)
        for day in hours.days(
            FROM.astimezone(PARIS).date() + timedelta(days=at), min(28, days - at)
        )
        for opens, closes in day.spans
    ]


def _their_spans(spans: list[tuple[str, str, bool]]) -> Spans:
    return [
        (
            datetime.fromisoformat(start),
            datetime.fromisoformat(end),
            "unknown" if is_unknown else "open",
        )
        for start, end, is_unknown in spans
    ]


def _state(spans: Spans, at: datetime) -> str:
    return next((state for start, end, state in spans if start <= at < end), "closed")


def _paris(at: datetime) -> str:
    from portal.core.opening_hours.hours import PARIS

    return f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}"


def _judge(expression: str, at: datetime, right: set[str]) -> Finding | None:
    """Return a finding where the portal does not say what is right at that moment."""
    from portal.core.opening_hours.hours import HoursError, check, state

    try:
        check(expression)
        answer = "open" if state(expression, at)[0] else "closed"
    except HoursError:
        answer = "refused"
    if answer in right:
        return None
    return Finding(
        expression, f"{answer} at {at:%Y-%m-%d %H:%M}, right: {' or '.join(sorted(right))}"
    )
