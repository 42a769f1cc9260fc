"""Every CSV and XLSX that the portal gives, opened and saved by LibreOffice, then read back.

Each cell must be the same: its text, or its number. What LibreOffice would take for a formula, a date or a
number that was a text comes out otherwise.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.audit import tools
from tests.audit.database import loaded
from tests.audit.findings import Finding, Result

TITLE = "Spreadsheets, opened and saved by LibreOffice"
FOLDER = tools.ROOT / "var" / "audit" / "spreadsheets"
# What LibreOffice offers to a French reader of a CSV: separator ";", delimiter '"', UTF-8, from line 1, in
# French, quoted cells as others, special numbers ("1.1.1" as a date) not detected.
CSV_FILTER = "59,34,76,1,,1036,false,false"
FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value>
</prop></item></oor:items>"""
# What people might type or a document print, and a spreadsheet might take for something else.
AWKWARD = [
    *("=1+1", "+33 2 38 25 45 45", "-2", "@SUM(A1)", "\t=1", "\n=1", "＝1+1", " =1", "'=1", "''=1"),
    *("01004", "2A004", "2026-11-30", "30/11/2026", "mi-mars", "8:30", "1,5", "1.5", "1E5", "50 %"),
    *(
        "VRAI",
        "TRUE",
        "#REF!",
        "12 bis",
        "l’accueil",
        "« 8 h 30 »",
        "œ\u202f;\xa0:",
        'a "b" c',
        "a;b",
    ),
    *("première ligne\nseconde ligne", "  blancs  ", "🚌", "é" * 3000, "", "02 38 25 45 45"),
]
NUMBER = re.compile(r"-?\d{1,3}(?:\s\d{3})*(?:,\d+)?|-?\d+")
Table = list[list[Any]]


def check() -> Result:
    soffice = tools.program("soffice")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    addresses = _save_files()
    saved = _open_and_save(soffice, addresses)
    findings, figures = [], [["file", "rows", "columns", "cells that changed"]]
    for name, address in addresses.items():
        before, after = _read(FOLDER / name), _read(saved / name)
        differences = list(_differences(before, after))
        findings += [Finding(address, difference) for difference in differences]
        columns = max(map(len, before))
        figures.append([f"`{address}`", str(len(before)), str(columns), str(len(differences))])
    return Result(
        versions=[tools.run([soffice, "--version"]).strip().rpartition(" ")[0]],
        tried=f"{len(addresses)} files were opened as a French LibreOffice does, and saved without a change: every CSV and XLSX of the rights"
        " table, and a table of cells that spreadsheets take for something else.",
        findings=findings,
        figures=figures,
    )


def _save_files() -> dict[str, str]:
    """Write each file; return its address by its name."""
    from portal.core.tables.spreadsheets import to_csv, to_xlsx
    from tests.audit.pages import visited_pages

    addresses = {}
    with loaded():
        for person, address, response in visited_pages(endings=(".csv", ".xlsx")):
            if address not in addresses.values():
                assert response.status_code == 200, f"{address}: {response.status_code} ({person})"
                name = f"{len(addresses):02}{Path(address.partition('?')[0]).suffix}"
                (FOLDER / name).write_bytes(response.getvalue())
                addresses[name] = address
    rows = [[text, f"avant {text} après", at] for at, text in enumerate(AWKWARD)]
    for kind, content in (
        (".csv", to_csv(["seul", "entouré", "rang"], rows)),
        (".xlsx", to_xlsx("Essai", ["seul", "entouré", "rang"], rows)),
    ):
        name = f"{len(addresses):02}{kind}"
        (FOLDER / name).write_bytes(content)
        addresses[name] = f"awkward cells{kind}"
    return addresses


def _open_and_save(soffice: str, names: Any) -> Path:
    """Convert each file to its own format, in a folder of their own."""
    saved = FOLDER / "saved"
    settings = FOLDER / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(FRENCH)
    profile = f"-env:UserInstallation={(FOLDER / 'profile').as_uri()}"
    for kind, target, read_as in (
        (".csv", f"csv:Text - txt - csv (StarCalc):{CSV_FILTER}", [f"--infilter=CSV:{CSV_FILTER}"]),
        (".xlsx", "xlsx:Calc MS Excel 2007 XML", []),
    ):
        files = [str(FOLDER / name) for name in names if name.endswith(kind)]
        command = [soffice, profile, "--headless", *read_as, "--convert-to", target]
        tools.run([*command, "--outdir", str(saved), *files])
    return saved


def _read(path: Path) -> Table:
    """Return the cells of a file, without the empty ones at the end of a row or of the table."""
    if path.suffix == ".csv":
        text = path.read_bytes().decode("utf-8-sig")
        rows: Table = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    else:
        from openpyxl import load_workbook

        rows = [list(row) for row in load_workbook(path).active.values]
    rows = [_without_empty_end(row) for row in rows]
    return _without_empty_end(rows)


def _without_empty_end(cells: list[Any]) -> list[Any]:
    while cells and not cells[-1] and cells[-1] != 0:
        cells = cells[:-1]
    return cells


def _differences(before: Table, after: Table) -> Iterator[str]:
    if len(before) != len(after):
        yield f"{len(after)} rows instead of {len(before)}"
    for row, (cells, saved) in enumerate(zip(before, after, strict=False), 1):
        width = max(len(cells), len(saved))
        pairs = zip(_wide(cells, width), _wide(saved, width), strict=True)
        for column, (cell, other) in enumerate(pairs, 1):
            if _value(cell) != _value(other):
                yield f"row {row}, column {column}: {_shown(cell)} became {_shown(other)}"


def _value(cell: Any) -> Any:
    """Return what a cell is worth: "10 900" and "10900" are the same number."""
    is_number = isinstance(cell, str) and NUMBER.fullmatch(cell)
    return re.sub(r"\s", "", cell) if is_number else cell or None


def _wide(cells: list[Any], width: int) -> list[Any]:
    return [*cells, *[None] * (width - len(cells))]


def _shown(cell: Any) -> str:
    text = repr(cell)
    return text if len(text) <= 60 else f"{text[:60]}…"
