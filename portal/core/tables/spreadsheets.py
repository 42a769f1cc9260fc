"""CSV and XLSX files for spreadsheets, without formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from portal.core.http.attachments import CSV, attachment
from portal.core.tables.csv_reader import escape_formula
from portal.core.text.cleaning import printable

Cell = Any  # a number, None for an empty cell; anything else is written as str()
MAX_CELL_UNITS = 32_767  # UTF-16 code units in a cell of an XLSX


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return the table as a CSV file to save."""
    return attachment(to_csv(header, rows), filename=filename, content_type=CSV)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a byte order mark and semicolons, as French spreadsheets expect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in [header, *rows]:
        cells = [_plain(cell) for cell in row]
        writer.writerow([escape_formula(c) if isinstance(c, str) else c for c in cells])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet, with a frozen header and wrapped texts.

    A text too long for a cell continues in columns added after its own, named "… (suite)".
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    names, lines = _spread(header, [[_pieces(_plain(cell)) for cell in row] for row in rows])
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(at)].width = 12 if len(name) < 12 else 40

    def written(value: Cell) -> WriteOnlyCell:
        is_text = isinstance(value, str)
        cell = WriteOnlyCell(sheet, value=escape_formula(value) if is_text else value)
        if is_text:
            cell.data_type = "s"
        return cell

    head = [written(name) for name in names]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for line in lines:
        cells = [written(value) for value in line]
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=cell.data_type == "s")
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> str | float | Decimal | None:
    return cell if cell is None or isinstance(cell, int | float | Decimal) else printable(str(cell))


def _pieces(cell: Cell) -> list[Cell]:
    """Return the cell, or the texts of several cells that hold it whole."""
    return list(_cut(cell)) if isinstance(cell, str) and len(cell) * 2 >= MAX_CELL_UNITS else [cell]


def _cut(text: str) -> Iterator[str]:
    """Split the text between words, into pieces that fit in a cell after an apostrophe."""
    start = 0
    while start < len(text):
        end = _reach(text, start)
        if end < len(text):
            blank = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = blank + 1 if blank > start else end
        yield text[start:end]
        start = end


def _reach(text: str, start: int) -> int:
    """Return the end of the longest piece from `start`; most emoji count for two."""
    left = MAX_CELL_UNITS - 1
    for at in range(start, len(text)):
        left -= 1 if text[at] <= "\uffff" else 2
        if left < 0:
            return at
    return len(text)


def _spread(
    header: Sequence[str], rows: Sequence[Sequence[list[Cell]]]
) -> tuple[list[str], list[list[Cell]]]:
    """Return the headings and rows, with the continuation columns."""
    counts = [max([1, *(len(row[at]) for row in rows)]) for at in range(len(header))]
    names = [
        name if piece == 0 else f"{name} (suite{f' {piece}' if piece > 1 else ''})"
        for name, count in zip(header, counts, strict=True)
        for piece in range(count)
    ]
    lines = [
        [
            cell
            for pieces, count in zip(row, counts, strict=True)
            for cell in [*pieces, *[None] * (count - len(pieces))]
        ]
        for row in rows
    ]
    return names, lines
