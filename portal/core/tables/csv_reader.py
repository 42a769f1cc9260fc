"""Tables as people hand them in: CSV in UTF-8, cells parted by semicolons, faults numbered; and
what keeps a cell from being run as a formula, in all that is written and read.
"""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.core.text.cleaning import clean_text


class TableError(ValueError):
    """What is wrong with a table, and at which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def decode(data: bytes) -> str:
    """The text, without its byte order mark; raises TableError."""
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
    """The cells of each line that is not empty, clean and stripped, with the line's number.

    Raises TableError for another header, and where a quote is not closed. A line may have more or
    fewer cells than the header.
    """
    lines = read_lines(text, ";")
    if next(lines, None) != (1, columns):
        raise TableError(1, _("Colonnes attendues : %s.") % " ".join(columns))
    yield from lines


def read_lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The same of any table, its header included; raises TableError where a quote is not closed."""
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
    """What to say of a line of another width than the header; "" when it is right."""
    if len(cells) == len(columns):
        return ""
    message = _("%(got)d cellules au lieu de %(want)d.")
    return message % {"got": len(cells), "want": len(columns)}


# Spreadsheets look for the sign behind blanks, and some take the wide signs for the narrow ones.
# The apostrophes before it let what is read again be what was written.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫])")


def escape_formula(cell: str) -> str:
    """The cell behind an apostrophe where a spreadsheet would run it: it is then shown as typed."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """The cell that `escape_formula` was given; others stay as they are."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell
