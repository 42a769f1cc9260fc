"""Opening hours read by a second reader, the npm package opening_hours, minute by minute over three years.

What people write must be read alike by both, or refused; what the API publishes too, public holidays
included. Tried on the loaded data, on our cases, and on the test strings of that package, which are
OpenStreetMap's own: an old version of it carries them. They are LGPL: read where they lie, never copied.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.audit import tools
from tests.audit.database import load_other_departments, loaded
from tests.audit.findings import Finding, Result

TITLE = "Opening hours read twice (opening_hours)"
CASES = Path(__file__).with_name("hours_cases.txt")
# Three years, with changes of clocks, every public holiday and the moments of the cases, in Paris.
FROM, TO = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2029, 2, 28, 23, tzinfo=UTC)
NIGHT = timedelta(hours=30)  # around a change of clocks, when the second reader is an hour off
_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
Spans = list[tuple[datetime, datetime, str]]  # (start, end, "open" or "unknown"), in UTC


def check() -> Result:
    folder = tools.node_folder()
    cases = list(_cases())
    of_data = _expressions_of_data()
    of_openstreetmap = _strings_of_openstreetmap(folder)
    written = sorted({*of_data, *(case[0] for case in cases), *of_openstreetmap})
    accepted = [expression for expression in written if _is_accepted(expression)]
    from portal.core.opening_hours.calendars import MAINLAND
    from portal.core.opening_hours.hours import Hours, close_on_holidays, normalise, publish
    from portal.territory.legal_calendars import legal_calendar

    comparisons = [(text, text, Hours(text), normalise(text)) for text in accepted]
    for calendar in (MAINLAND, legal_calendar("67"), legal_calendar("971")):
        comparisons += [
            (f"{text} (published)", published, Hours(close_on_holidays(text), calendar), published)
            for text in accepted
            if (published := publish(text, calendar))
        ]
    answers = _read_twice(folder, [(asked, canonical) for _n, asked, _h, canonical in comparisons])
    findings = [
        finding
        for (name, asked, hours, canonical), (first, second) in zip(
            comparisons, answers, strict=True
        )
        if (finding := _compare(name, hours, first, second if asked != canonical else first))
    ]
    findings += [finding for case in cases if (finding := _judge(*case))]
    return Result(
        versions=[tools.version(folder, "opening_hours"), _our_version()],
        tried=f"{len(written)} expressions, from {FROM:%Y-%m-%d} to {TO:%Y-%m-%d}: the {len(of_data)} of the loaded"
        f" data (closures included), those of `tests/audit/hours_cases.txt`, whose {len(cases)} moments were also asked"
        f" of the portal, and the {len(of_openstreetmap)} strings of OpenStreetMap's tests. The portal accepts"
        f" {len(accepted)}, and refuses the others with what to write. Each was read as written, and as published in"
        " Loiret, Bas-Rhin and Guadeloupe.",
        findings=findings,
    )


def _our_version() -> str:
    from importlib.metadata import version

    return f"opening-hours-py {version('opening-hours-py')}"


def _cases() -> Iterator[tuple[str, str, datetime, set[str]]]:
    """Yield (expression, département, local moment, right states) of each case."""
    for line in CASES.read_text().splitlines():
        if not line.startswith("#"):
            expression, department, at, right = line.split(" | ")
            yield expression, department, datetime.fromisoformat(at), set(right.split())


def _strings_of_openstreetmap(folder: Path) -> set[str]:
    """Return the strings of the package's own tests, names of tests included: they are refused."""
    source = (folder / "node_modules" / "opening_hours_tests" / "test.js").read_text()
    strings = (
        match[1].replace(r"\'", "'").replace(r"\"", '"') for match in _QUOTED.finditer(source)
    )
    return {text for text in strings if text.strip()}


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


def _is_accepted(expression: str) -> bool:
    from portal.core.opening_hours.hours import check
    from portal.core.opening_hours.syntax import HoursError

    try:
        check(expression)
    except HoursError:
        return False  # with a message: nobody is misled
    return True


def _read_twice(folder: Path, pairs: Iterable[tuple[str, str]]) -> list[tuple[Any, Any]]:
    """Return the second reader's answers to each pair of expressions."""
    pairs = [*pairs]
    asked = sorted({expression for pair in pairs for expression in pair})
    question = {"from": FROM.isoformat(), "to": TO.isoformat(), "expressions": asked}
    answers = json.loads(
        tools.run([tools.program("node"), "read_hours.cjs"], cwd=folder, input=json.dumps(question))
    )
    by_expression = dict(zip(asked, answers, strict=True))
    return [(by_expression[first], by_expression[second]) for first, second in pairs]


def _compare(
    name: str, hours: Any, asked: dict[str, Any], canonical: dict[str, Any]
) -> Finding | None:
    """Return the first disagreement of the two readers.

    What the second reader refuses as written counts as the portal writes it.
    """
    if "refused" in canonical:
        return Finding(name, "read here, refused by the second reader")
    for answer in (asked, canonical):
        if "refused" not in answer and (finding := _difference(name, hours, answer)):
            return finding
    return None


def _difference(name: str, hours: Any, answer: dict[str, Any]) -> Finding | None:
    ours, theirs = _our_spans(hours), _their_spans(answer["spans"])
    edges = sorted({FROM, TO, *(at for start, end, _state in ours + theirs for at in (start, end))})
    ours_at, theirs_at = _states(ours, edges), _states(theirs, edges)
    for (start, end), here, there in zip(pairwise(edges), ours_at, theirs_at, strict=True):
        if here != there and not _is_near_a_change_of_clocks(start):
            return Finding(
                name,
                f"read otherwise: {here} here, {there} there (first from {_paris(start)} to {_paris(end)})",
            )
    return None


def _our_spans(hours: Any) -> Spans:
    from opening_hours import State  # type: ignore[attr-defined]

    from portal.core.opening_hours.calendars import PARIS

    # As the second reader, in Paris wherever the place is: only the holidays are those of the place.
    hours = type(hours)(hours.expression, _in_paris(hours.calendar))
    names = {State.OPEN: "open", State.UNKNOWN: "unknown"}
    spans: Spans = []
    # The portal looks a year ahead at most.
    starts = [FROM + timedelta(days=at) for at in range(0, (TO - FROM).days, 300)]
    for start, end in pairwise([*starts, TO]):
        for begins, ends, state, *_comment in hours.intervals(
            start.astimezone(PARIS), end.astimezone(PARIS)
        ):
            if state in names:
                spans.append((begins.astimezone(UTC), ends.astimezone(UTC), names[state]))
    return spans


def _in_paris(calendar: Any) -> Any:
    from portal.core.opening_hours.calendars import LegalCalendar

    return LegalCalendar(own_holidays=calendar.own_holidays)


def _their_spans(spans: list[tuple[str, str, bool]]) -> Spans:
    return [
        (
            datetime.fromisoformat(start),
            datetime.fromisoformat(end),
            "unknown" if is_unknown else "open",
        )
        for start, end, is_unknown in spans
    ]


def _states(spans: Spans, edges: list[datetime]) -> list[str]:
    """Return the state between each edge and the next, in one pass."""
    states, ordered, at = [], sorted(spans), 0
    for edge in edges[:-1]:
        while at < len(ordered) and ordered[at][1] <= edge:
            at += 1
        is_within = at < len(ordered) and ordered[at][0] <= edge
        states.append(ordered[at][2] if is_within else "closed")
    return states


def _is_near_a_change_of_clocks(at: datetime) -> bool:
    from portal.core.opening_hours.calendars import PARIS

    around = [
        (at + offset).astimezone(PARIS).utcoffset() for offset in (-NIGHT, timedelta(), NIGHT)
    ]
    return len(set(around)) > 1


def _paris(at: datetime) -> str:
    from portal.core.opening_hours.calendars import PARIS

    return f"{at.astimezone(PARIS):%Y-%m-%d %H:%M}"


def _judge(expression: str, department: str, at: datetime, right: set[str]) -> Finding | None:
    """Return a finding where the portal does not say what is right at that moment."""
    from portal.core.opening_hours.special_days import state
    from portal.territory.legal_calendars import legal_calendar

    names = {True: "open", False: "closed", None: "unknown"}
    is_accepted = _is_accepted(expression)
    found = state(expression, [], at, legal_calendar(department))
    answer = names[found.is_open] if is_accepted else "refused"
    if answer in right:
        return None
    return Finding(
        expression, f"{answer} at {at:%Y-%m-%d %H:%M}, right: {' or '.join(sorted(right))}"
    )
