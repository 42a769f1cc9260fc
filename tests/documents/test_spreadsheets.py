"""Tables for spreadsheets: no cell is a formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from portal.documents.spreadsheets import to_csv, to_xlsx

EVIL = ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", EVIL)
def test_csv_neutralises_formulas(text):
    [_header, row] = list(
        csv.reader(
            io.StringIO(to_csv(["x"], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
        )
    )
    assert row == [f"'{text}"]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)"])
def test_xlsx_neutralises_formulas(text):
    book = load_workbook(io.BytesIO(to_xlsx("Essai", ["x"], [[text]])))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value) == ("s", f"'{text}")


def test_numbers_stay_numbers_and_nothing_stays_empty():
    book = load_workbook(io.BytesIO(to_xlsx("Essai", ["a", "b", "c"], [[-3, None, 'é; "x"\ny']])))
    assert [cell.value for cell in book.active[2]] == [-3, None, 'é; "x"\ny']
    assert to_csv(["a", "b"], [[-3, None]]).decode("utf-8-sig") == "a;b\r\n-3;\r\n"


def test_csv_opens_in_a_french_spreadsheet():
    assert to_csv(["é"], []).startswith(b"\xef\xbb\xbf")
