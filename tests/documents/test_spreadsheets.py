"""Spreadsheet tables: no cell is a formula, and no text is truncated."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.core.tables.csv_reader import escape_formula, read_lines, unescape_formula
from portal.core.tables.spreadsheets import MAX_CELL_UNITS, to_csv, to_xlsx

ROOT = Path(__file__).resolve().parents[2]
FORMULAS = [
    *("=1+1", "+33 2 38 00 00 00", "-2", "@SUM(A1)", "\t1", "\n1", "\t=1", "\n=1"),
    *(" =1+1", "\xa0=1", "\u202f-1", "\u3000@A", " \n =1"),
    *("＝1+1", "＋1", "－1", "＠A", "﹦1", " ＝1"),
    *("'=1+1", "'' =1"),
]
ORDINARY = ["Olivet", "1=1", "a@b.fr", "l'accueil", "'aujourd'hui'", "–2", "", "'", "16 h"]


def of_csv(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def of_xlsx(content: bytes) -> list[list]:
    rows = load_workbook(io.BytesIO(content)).active.iter_rows()
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.values]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_written_as_its_text(text):
    assert of_csv(to_csv([text], [[text]])) == [[f"'{text}"]] * 2
    assert of_xlsx(to_xlsx("Essai", [text], [[text]])) == [[f"'{text}"]] * 2


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u200e", "\u2060", "\x01", "\r", "\x0b"])
def test_nothing_invisible_hides_a_formula(sign):
    for rows in (
        of_csv(to_csv(["x"], [[f"{sign}=1"]])),
        of_xlsx(to_xlsx("x", ["x"], [[f"{sign}=1"]])),
    ):
        assert rows[1][0].lstrip("'\n") == "=1"
        assert rows[1][0].startswith("'")


@pytest.mark.parametrize("text", ORDINARY)
def test_other_texts_are_left_alone(text):
    assert escape_formula(text) == unescape_formula(text) == text


@given(st.text() | st.text(st.sampled_from("'=+-@＝ \xa0\u200b\t\n\ra1")))
def test_what_is_written_is_read_again_as_it_was(text):
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_an_export_that_is_imported_again_gains_no_apostrophe(text):
    written = text.strip()
    for _time in range(3):
        exported = to_csv(["x"], [[written]]).decode("utf-8-sig")
        [_header, (_line, [read])] = list(read_lines(exported, ";"))
        assert read == written
        written = read


def test_numbers_stay_numbers_and_nothing_stays_empty():
    row = [-3, -1.5, None, 'é; "x"\ny']
    assert of_xlsx(to_xlsx("Essai", list("abcd"), [row])) == [list("abcd"), row]
    assert to_csv(["a", "b", "c"], [[-3, Decimal("-1.5"), None]]).decode("utf-8-sig") == (
        "a;b;c\r\n-3;-1.5;\r\n"
    )


def test_csv_opens_in_a_french_spreadsheet():
    assert to_csv(["é"], []).startswith(b"\xef\xbb\xbf")


def test_characters_forbidden_in_a_workbook_are_replaced():
    text = "fait\x0bet\x01 dit\u2028ici\ud800 \u202eE\u0301\uffff\0"
    expected = "fait\net dit\nici\ufffd É\ufffd"
    assert of_xlsx(to_xlsx("Essai", ["x"], [[text]])) == [["x"], [expected]]
    assert of_csv(to_csv(["x"], [[text]])) == [["x"], [expected]]


class TestATextTooLongForACell:
    """An XLSX cell is limited to 32,767 UTF-16 units: openpyxl truncates silently."""

    @pytest.mark.parametrize(
        ("text", "columns"),
        [
            ("a" * (MAX_CELL_UNITS - 1), 1),
            ("a" * MAX_CELL_UNITS, 2),
            ("mot " * 10_000, 2),
            ("ligne\n" * 7_000, 2),
            ("é" * 40_000, 2),
            ("😀" * 40_000, 3),
            ("😀" * (MAX_CELL_UNITS // 2), 1),
            ("x" * 32_000 + " =1+1" * 200, 2),
            ("\n" * 32_766 + "=1", 2),
        ],
        ids=lambda value: ascii(value)[:12],
    )
    def test_goes_on_beside_it_and_is_whole(self, text, columns):
        header, row = of_xlsx(to_xlsx("Essai", ["fait", "prévu"], [[text, "fin"]]))
        assert header == [*["fait", "fait (suite)", "fait (suite 2)"][:columns], "prévu"]
        assert row[-1] == "fin"
        assert all(len(cell.encode("utf-16-le")) // 2 <= MAX_CELL_UNITS for cell in row)
        assert "".join(map(unescape_formula, row[:-1])) == text

    def test_is_cut_between_words(self):
        _header, [first, rest] = of_xlsx(to_xlsx("Essai", ["fait"], [["mot " * 10_000]]))
        assert first.endswith("mot ")
        assert rest.startswith("mot ")

    def test_other_rows_stay_aligned(self):
        rows = [["court", 1], ["a" * 40_000, 2], [None, 3]]
        header, *cells = of_xlsx(to_xlsx("Essai", ["fait", "n"], rows))
        assert header == ["fait", "fait (suite)", "n"]
        assert [row[-1] for row in cells] == [1, 2, 3]
        assert cells[0][:2] == ["court", None]

    def test_is_whole_in_a_csv(self):
        assert of_csv(to_csv(["fait"], [["a" * 40_000]]))[1] == ["a" * 40_000]


def test_nothing_else_writes_a_table_or_names_a_file():
    """A single CSV writer, which escapes formulas, and a single download header, which quotes names."""
    only = {
        "csv.writer(": ["portal/core/tables/spreadsheets.py"],
        "Workbook(": ["portal/core/tables/spreadsheets.py"],
        '"Content-Disposition"': ["portal/core/http/attachments.py"],
    }
    rooms = ("portal", "teams", "relocations", "accueil", "schema_actions")
    files = {path: path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")}
    assert len(files) > 100
    for call, expected in only.items():
        paths = [str(path.relative_to(ROOT)) for path, text in files.items() if call in text]
        assert paths == expected, call
