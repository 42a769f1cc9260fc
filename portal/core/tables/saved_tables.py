"""CSV as spreadsheets save it, with any encoding, separator and case of headings.

Excel uses UTF-8, UTF-16 or the machine's encoding, and the separator of its language. What could
only be guessed is rejected.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.core.tables.csv_reader import TableError, read_lines
from portal.core.text.normalisation import normalise

Columns = Mapping[str, Sequence[str]]  # other accepted headings of each column

_SEPARATORS = ";,\t"
_WORKBOOK_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS; XLS
# Word processors use vertical tabs and form feeds for line and page breaks.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Accents of UTF-8, then of Mac OS Roman or MS-DOS, decoded as Windows-1252.
_MANGLED = re.compile(r"[ÃÅ][^\x00-\x7fÀ-ÿ]|[‚ƒ†‡ˆ‰Š™Ž]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class SavedTable:
    """`rows` are the cells by column, "" where empty, with their line number.

    `headings` are the columns found, as the file names them; `faults` the rejected lines.
    """

    headings: Mapping[str, str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    faults: list[TableError] = field(default_factory=list)


def read_table(data: bytes, columns: Columns, required: Sequence[str]) -> SavedTable:
    """Return the table in a file. Raises TableError for another kind of file.

    Headings match without case, accents or punctuation. `required` ones must be present and unknown
    ones are rejected: a misspelt heading would silently lose its cells.
    """
    filled = _non_empty_lines(decode(data), _columns_by_heading(columns))
    at, header = next(filled, (1, []))
    if not header:
        raise TableError(1, _("Le fichier est vide."))
    names = _column_names(at, header, columns, required)
    table = SavedTable(dict(zip(names, header, strict=True)))
    for line, cells in filled:
        if any(cells[len(names) :]):
            counts = {"got": len(cells), "want": len(names)}
            message = _("%(got)d cellules pour %(want)d colonnes.") % counts
            table.faults.append(TableError(line, message))
        else:
            # Excel omits the last separators of some lines, where the cells are empty.
            cells += [""] * (len(names) - len(cells))
            table.rows.append((line, dict(zip(names, cells, strict=False))))
    if not table.rows and not table.faults:
        raise TableError(at, _("Il n'y a rien sous les titres des colonnes."))
    return table


def decode(data: bytes) -> str:
    """Return the text without its byte order mark. Raises TableError for anything but text."""
    if data.startswith(_WORKBOOK_SIGNATURES):
        raise TableError(1, _("C'est un classeur : enregistrez sa feuille au format CSV."))
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise TableError(line, _("Ce n'est pas du texte, ou il est abîmé.")) from error
    if match := _NOT_TEXT.search(text):
        raise TableError(_line_of(match, text), _("Ce n'est pas du texte."))
    if encoding == "cp1252" and (match := _MANGLED.search(text)):
        message = _("Des accents sont illisibles : enregistrez la feuille au format « CSV UTF-8 ».")
        raise TableError(_line_of(match, text), message)
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data[:2]:  # UTF-16 without a byte order mark
        return "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "cp1252"
    return "utf-8-sig"


def _line_of(match: re.Match[str], text: str) -> int:
    return text.count("\n", 0, match.start()) + 1


def _non_empty_lines(text: str, by_heading: Mapping[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the non-empty lines, split by the separator that gives the most known headings."""
    header = next((line for line in text.splitlines() if _LETTER.search(line)), "")

    def shown(separator: str) -> int:
        cells = next(csv.reader([header[:10_000]], delimiter=separator), [])
        return sum(normalise(cell) in by_heading for cell in cells)

    return (entry for entry in read_lines(text, max(_SEPARATORS, key=shown)) if any(entry[1]))


def _columns_by_heading(columns: Columns) -> dict[str, str]:
    """Return the column of each normalised heading."""
    return {
        normalise(heading): name
        for name, headings in columns.items()
        for heading in (name, *headings)
    }


def _column_names(
    at: int, header: list[str], columns: Columns, required: Sequence[str]
) -> list[str]:
    """Return the columns of a header, ignoring empty cells at its end. Raises TableError."""
    while not header[-1]:
        header.pop()
    by_heading = _columns_by_heading(columns)
    names = [by_heading.get(normalise(cell), "") for cell in header]
    labels = {name: " / ".join((name, *headings[:1])) for name, headings in columns.items()}
    if unknown := [cell for name, cell in zip(names, header, strict=True) if not name]:
        message = _("« %(unknown)s » n'est pas un titre de colonne. Titres possibles : %(known)s.")
        values = {"unknown": unknown[0][:60], "known": ", ".join(labels.values())}
        raise TableError(at, message % values)
    if twice := [name for name in labels if names.count(name) > 1]:
        raise TableError(at, _("Deux colonnes disent la même chose : %s.") % labels[twice[0]])
    if missing := [labels[name] for name in required if name not in names]:
        raise TableError(at, _("Colonnes qui manquent : %s.") % ", ".join(missing))
    return names
