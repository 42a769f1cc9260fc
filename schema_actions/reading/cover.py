"""The pages before the sheets: published totals and summary table of the actions."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.periods.period import Period, PeriodError
from schema_actions.enums import Pace
from schema_actions.reading.headings import parse_mark, strip_markup
from schema_actions.reading.parsed import DocumentError, Remark
from schema_actions.reading.tables import cells_of
from schema_actions.sheets import sheet_key
from schema_actions.synthesis import Counts

LEVEL_COUNT = 7
_TOTALS = re.compile(r"SYNTHESE \(en nombre de fiches\)\s*:(.*)", re.IGNORECASE)
_PERCENTS = re.compile(r"SYNTHESE \(en pourcentage\)\s*:(.*)", re.IGNORECASE)
_STATED = re.compile(r"^- Que (\d+) actions? (.*)$")
_DATE = re.compile(r"^[\s*]*[EÉ]valuation\s+(?P<date>[^:*]+?)[\s*]*$")
_HEADING = re.compile(r"^#+ ")
_METHOD = re.compile(r"^#+ \**M[ée]thod", re.IGNORECASE)
_ACTION = re.compile(r"^(\d+\.\d+\.\d+)\s*:\s*(.+)$")


@dataclass(frozen=True)
class SummaryRow:
    line: int
    code: str
    title: str
    evaluation: str


def variant_of(title: str) -> str:
    """Return the variant of a sheet: the last word before the colon of its title."""
    head = title.partition(":")[0].split()
    return slugify(head[-1]) if head else ""


def document_period(lines: Sequence[str]) -> Period:
    """Return the date on the cover, or an unknown period."""
    for line in lines:
        if match := _DATE.match(line):
            try:
                return Period.parse(match["date"])
            except PeriodError:
                continue
    return Period.unknown()


def published_levels(lines: Sequence[str]) -> tuple[int, ...]:
    """Return the counts of sheets from red to green. Raises DocumentError unless seven."""
    for number, line in enumerate(lines, 1):
        if match := _TOTALS.search(line):
            counts = tuple(int(count) for count in re.findall(r"\d+", match[1]))
            if len(counts) != LEVEL_COUNT:
                message = _("la synthèse en nombre de fiches n'a pas sept nombres.")
                raise DocumentError(number, message)
            return counts
    raise DocumentError(0, _("la synthèse « en nombre de fiches » est introuvable."))


def totals_remarks(lines: Sequence[str], levels: tuple[int, ...]) -> Iterator[Remark]:
    """Yield remarks on printed percentages and sentences that disagree with the counts."""
    counts = Counts(levels)
    for number, line in enumerate(lines, 1):
        if match := _PERCENTS.search(line):
            printed = [int(percent) for percent in re.findall(r"(\d+)\s*%", match[1])]
            if printed != list(counts.percents):
                yield Remark(number, "", _("Les pourcentages imprimés ne suivent pas des nombres."))
        if match := _STATED.match(line):
            sentence = match[2].lower()
            pace = (
                Pace.AHEAD
                if "avance" in sentence
                else Pace.LATE
                if "retard" in sentence
                else Pace.ON_PACE
            )
            if int(match[1]) != counts.count_at(pace):
                yield Remark(number, "", _("Cette phrase ne suit pas des nombres imprimés."))


def axes_statement(lines: Sequence[str]) -> str:
    """Return the sentence on the axes after the totals, or ""."""
    is_after_totals = False
    for line in lines:
        if is_after_totals and "axes" in line and line.strip().endswith("."):
            return line.strip()
        is_after_totals = is_after_totals or bool(_TOTALS.search(line))
    return ""


def printed_method(lines: Sequence[str]) -> str:
    """Return the paragraphs under the heading "Méthodologie", without emphasis, or ""."""
    paragraphs: list[str] = []
    is_method = False
    for line in lines:
        if _HEADING.match(line) or parse_mark(line):
            is_method = bool(_METHOD.match(line))
        elif is_method and line.strip():
            paragraphs.append(" ".join(strip_markup(line).split()))
    return "\n\n".join(paragraphs)


def summary_rows(lines: Sequence[str]) -> list[SummaryRow]:
    """Return the actions of the summary table, in whichever column they are."""
    rows = []
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in cells_of(line)]
        for position, cell in enumerate(cells):
            if len(cells) > 1 and (match := _ACTION.match(cell)):
                evaluation = cells[position + 1] if position + 1 < len(cells) else ""
                rows.append(SummaryRow(number, match[1], match[2], evaluation))
    return rows


def summary_by_key(rows: Sequence[SummaryRow]) -> dict[str, SummaryRow]:
    """Return the first row of each sheet by key; a code with two titles has two sheets."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        row_titles = titles.setdefault(row.code, [])
        if row.title not in row_titles:
            row_titles.append(row.title)
    by_key: dict[str, SummaryRow] = {}
    for row in rows:
        variant = variant_of(row.title) if len(titles[row.code]) > 1 else ""
        by_key.setdefault(sheet_key(row.code, variant), row)
    return by_key


def summary_remarks(rows: Sequence[SummaryRow]) -> Iterator[Remark]:
    """Yield remarks on the rows that the table repeats."""
    counts = Counter((row.code, row.title) for row in rows)
    firsts = {(row.code, row.title): row.line for row in reversed(rows)}
    for (code, title), count in counts.items():
        if count > 1:
            message = ngettext(
                "Le tableau de synthèse imprime %(count)d fois cette action.",
                "Le tableau de synthèse imprime %(count)d fois cette action.",
                count,
            )
            yield Remark(firsts[code, title], code, message % {"count": count})
