"""Tables that spreadsheets open: CSV and XLSX, in which no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: Cell) -> Cell:
    """The cell, behind an apostrophe where a spreadsheet would take its text for a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, cells parted by semicolons: as French spreadsheets open it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: the header stays in sight, long texts wrap."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(at)].width = 12 if len(name) < 12 else 40
    head = [WriteOnlyCell(sheet, value=name) for name in header]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=neutral(value))
            cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
