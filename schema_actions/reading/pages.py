"""Parser of the pages of the sheets: every line goes to a sheet and a section."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from schema_actions.reading import tables
from schema_actions.reading.cells import blocks, is_cut
from schema_actions.reading.headings import LEFT, RIGHT, Mark, is_annex, parse_mark
from schema_actions.reading.page_headers import PageHeader
from schema_actions.reading.prose import Line
from schema_actions.reading.tables import Row
from schema_actions.sheets import sheet_key

ARROW = "↓"  # the pointer of the drawn scale; it gives no level


@dataclass
class SheetDraft:
    """A sheet being parsed: the lines of each of its parts, in the order of the document."""

    line: int
    code: str = ""
    variant: str = ""
    years: tuple[int, ...] = ()
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[str, int] = field(default_factory=dict)  # the line of each label
    objective: int = 0  # its number as printed
    oddities: list[tuple[int, str]] = field(default_factory=list)  # (line, message)
    cut_at: int = 0  # the line of a tag that is not closed, or 0

    @property
    def key(self) -> str:
        return sheet_key(self.code, self.variant)


def read_pages(lines: Sequence[str], start: int, axes: Mapping[int, str]) -> list[SheetDraft]:
    """Return the sheets from the line of index `start` on, in order."""
    reader = _PageReader(PageHeader(axes))
    rows: list[Row] = []
    for number, line in enumerate(lines[start:], start + 1):
        if "\t" in line:
            rows.append(Row(number, tables.cells_of(line)))
            continue
        reader.table(rows)
        rows = []
        reader.line(number, line)
    reader.table(rows)
    return reader.drafts


class _PageReader:
    """Where the reader stands: the sheet, the last label, and the label of each column."""

    def __init__(self, header: PageHeader) -> None:
        self.drafts: list[SheetDraft] = []
        self._header = header
        self._here = ""
        self._left = self._right = ""
        self._label_row = 0

    @property
    def _sheet(self) -> SheetDraft:
        return self.drafts[-1]

    def line(self, number: int, text: str) -> None:
        """Read one line of text across the page."""
        mark = parse_mark(text)
        if mark and mark.kind == "axis":
            self._header.begin(int(mark.number))
        elif mark:
            self._open_mark(number, mark)
        elif not self._header.consumes(text):
            if is_cut(text):
                self._sheet.cut_at = number
            if is_annex(text):
                self._here = "results"
            self._append(number, text, self._here)

    def table(self, rows: list[Row]) -> None:
        """Read consecutive rows: a calendar, two columns of the page, or a table of figures."""
        rows = [row for row in rows if not tables.is_rule(row)]
        if not rows:
            return
        if grid := tables.grid_of(rows):
            for label in grid.labels:
                self._block(rows[0].line, label, 0)
            self._sheet.years = grid.years
            rows = rows[2:]
        if rows and tables.is_layout(rows):
            for row in rows:
                self._columns(row)
        elif rows:
            self._append(rows[0].line, tables.to_markdown(rows), self._here)

    def _columns(self, row: Row) -> None:
        """Read a row of two columns; a cell without label continues the section of its column."""
        cell_blocks = [blocks(cell) for cell in row.cells]
        if any(parse_mark(block) for cell in cell_blocks for block in cell):
            self._label_row = row.line
        elif self._label_row != row.line - 1:
            message = _("Rangée sans intitulé : chaque cellule continue la rubrique de sa colonne.")
            self._sheet.oddities.append((row.line, message))
        for column, cell in enumerate(cell_blocks):
            if is_cut(row.cells[column]):
                self._sheet.cut_at = row.line
            for block in cell:
                self._block(row.line, block, column)

    def _block(self, number: int, text: str, column: int) -> None:
        mark = parse_mark(text)
        if mark:
            self._open_mark(number, mark)
        else:
            section = (self._left, self._right)[column]
            self._append(number, "", section)
            self._append(number, text, section)

    def _open_mark(self, number: int, mark: Mark) -> None:
        """Open the sheet or section of a mark; the text after it on the line is its first line."""
        if mark.kind == "objective":
            self.drafts.append(SheetDraft(number, objective=int(mark.number)))
        if mark.kind == "action":
            if self._sheet.code:  # another action of the same objective
                previous = self._sheet
                self.drafts.append(SheetDraft(number, objective=previous.objective))
                self._sheet.lines["objective"] = previous.lines["objective"]
            self._sheet.line, self._sheet.code = number, mark.number
        self._here = mark.kind
        if mark.kind in LEFT:
            self._left = mark.kind
        elif mark.kind in RIGHT:
            self._right = mark.kind
        else:
            self._left = self._right = mark.kind
        self._sheet.labels[mark.kind] = number
        self._append(number, mark.rest, mark.kind)

    def _append(self, number: int, text: str, section: str) -> None:
        if section == "evaluation":
            text = text.replace(ARROW, "")
        self._sheet.lines[section].append(Line(number, text))
