"""CSV in UTF-8 with semicolons: strict reading with line numbers, and protection from formulas."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.text.cleaning import clean_text


class TableError(ValueError):
    """What is wrong with a table, and on which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def decode(data: bytes) -> str:
    """Return the text without its byte order mark. Raises TableError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableError(line, _("Le fichier n'est pas en UTF-8.")) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise TableError(line, _("Le fichier contient un caractère nul."))
    return text


def read_rows(text: str, columns: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and cleaned cells of each non-empty line below the header.

    Raises TableError for another header, or an unclosed quote. A line may have more or fewer cells
    than the header.
    """
    lines = read_lines(text, ";")
    if next(lines, None) != (1, columns):
        raise TableError(1, _("Colonnes attendues : %s.") % " ".join(columns))
    yield from lines


def read_lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the same for any table, header included. Raises TableError for an unclosed quote."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [unescape_formula(clean_text(cell)).strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(line, _("Cette ligne a un guillemet mal fermé ou mal placé.")) from error


def width_message(cells: list[str], columns: list[str]) -> str:
    """Return the error message for a line with another number of cells; "" if it is right."""
    if len(cells) == len(columns):
        return ""
    message = ngettext(
        "%(got)d cellule au lieu de %(want)d.",
        "%(got)d cellules au lieu de %(want)d.",
        len(cells),
    )
    return message % {"got": len(cells), "want": len(columns)}


# Spreadsheets skip leading blanks, and some read full-width signs as ASCII ones. Apostrophes are
# escaped too, so that reading returns what was written.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫])")


def escape_formula(cell: str) -> str:
    """Return the cell after an apostrophe where a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return the cell that `escape_formula` was given; others unchanged."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell
