"""Tables saved by spreadsheets are read in any usual encoding; ambiguous ones are refused."""

import pytest

from portal.core.tables.csv_reader import TableError
from portal.core.tables.saved_tables import decode, read_table

COLUMNS = {"team": ["équipe"], "number_from": ["du_numero"], "street": ["rue"]}
REQUIRED = ["team"]
TEXT = "Équipe;Rue\nOlivétaine;rue de l'Œuf à 3 €\n"
ROW = {"team": "Olivétaine", "street": "rue de l'Œuf à 3 €"}


def rows(text: str | bytes) -> list[tuple[int, dict[str, str]]]:
    data = text.encode() if isinstance(text, str) else text
    return read_table(data, COLUMNS, REQUIRED).rows


def refusal(data: str | bytes) -> tuple[int, str]:
    with pytest.raises(TableError) as refused:
        rows(data)
    return refused.value.line, str(refused.value)


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
    )
    def test_of_every_spreadsheet(self, encoding):
        assert rows(TEXT.encode(encoding)) == [(2, ROW)]

    def test_with_a_mark_and_the_bytes_in_the_other_order(self):
        assert rows(b"\xfe\xff" + TEXT.encode("utf-16-be")) == [(2, ROW)]

    @pytest.mark.parametrize("encoding", ["mac-roman", "cp850", "cp437"])
    def test_accents_of_another_machine_are_not_guessed(self, encoding):
        data = "team;rue\nabraysiens;rue Neuve\nx;allée des Érables à côté\n".encode(encoding)
        line, message = refusal(data)
        assert line == 3
        assert "abîmé" in message or "CSV UTF-8" in message

    def test_two_encodings_in_one_file_are_not_guessed(self):
        data = "team;rue\nx;allée\n".encode() + "x;allée\n".encode("cp1252")
        assert refusal(data)[0] == 2

    def test_a_file_with_a_utf_8_mark_that_is_not_utf_8(self):
        data = b"\xef\xbb\xbfteam;rue\nx;rue\nx;all\xe9e\n"
        assert refusal(data) == (3, "Ce n'est pas du texte, ou il est abîmé.")

    def test_a_file_cut_in_the_middle_of_a_letter(self):
        assert refusal("team;rue\nx;rue\n".encode("utf-16")[:-1])[0] == 2

    @pytest.mark.parametrize(
        "data",
        [
            *(b"\x7fELF\x02\x01\x01\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
            *(b"%PDF-1.7\n\x00\x01\xe2\xe3", b"\xff\xd8\xff\xe0\x00\x10JFIF", bytes(range(256))),
            *(b"\0\0\0\0", b"\xff\xfe\0\0t\0\0\0", b"team;rue\n\x00;x\n"),
        ],
    )
    def test_what_is_not_text(self, data):
        with pytest.raises(TableError):
            decode(data)

    @pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
    def test_a_workbook_is_refused_with_instructions(self, start):
        assert refusal(start + b"\x14\0") == (
            1,
            "C'est un classeur : enregistrez sa feuille au format CSV.",
        )


class TestCells:
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_whatever_parts_them(self, separator):
        text = f'équipe{separator}rue\r\nx{separator}"a;b,c\td"\r\n'
        assert rows(text) == [(2, {"team": "x", "street": "a;b,c\td"})]

    def test_a_separator_inside_a_heading_does_not_decide(self):
        assert rows('"équipe",",,rue,,"\nx,y\n') == [(2, {"team": "x", "street": "y"})]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_whatever_ends_the_lines(self, end):
        assert rows(end.join(["team", "x", "", "y"])) == [(2, {"team": "x"}), (4, {"team": "y"})]

    def test_lines_of_separators_are_empty(self):
        assert rows(";;\nteam;rue;\n;;\nx;y;\n;;\n") == [(4, {"team": "x", "street": "y"})]

    def test_the_last_separators_may_be_missing(self):
        assert rows("team;rue\nx\n") == [(2, {"team": "x", "street": ""})]

    def test_a_row_over_several_lines_is_numbered_by_its_first_line(self):
        assert [line for line, _cells in rows('team;rue\nx;"a\nb"\ny;z\n')] == [2, 4]

    def test_too_many_cells_are_a_fault_of_their_line(self):
        table = read_table(b"team;rue\na;b;c\nd;e\n", COLUMNS, REQUIRED)
        assert [(fault.line, str(fault)) for fault in table.faults] == [
            (2, "3 cellules pour 2 colonnes.")
        ]
        assert [line for line, _cells in table.rows] == [3]

    def test_a_quote_that_is_not_closed(self):
        line, message = refusal('team;rue\nx;y\nx;"y\nx;y\n')
        assert (line, "guillemet" in message) == (3, True)


class TestHeadings:
    @pytest.mark.parametrize("heading", ["du_numero", "Du numéro", "DU NUMÉRO ", "number_from"])
    def test_case_accents_and_punctuation_are_nothing(self, heading):
        table = read_table(f"team;{heading}\nx;2\n".encode(), COLUMNS, REQUIRED)
        assert table.rows == [(2, {"team": "x", "number_from": "2"})]
        assert table.headings["number_from"] == heading.strip()

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("team;numero\nx;2\n", "« numero » n'est pas un titre de colonne. Titres possibles"),
            ("team;;rue\nx;y;z\n", "«  » n'est pas un titre de colonne."),
            ("team;Équipe\nx;y\n", "Deux colonnes disent la même chose : team / équipe."),
            ("rue\nx\n", "Colonnes qui manquent : team / équipe."),
            ("# Un autre document\n\nDu texte.\n", "« # Un autre document » n'est pas un titre"),
            ("<!doctype html>\n<html>\n", "n'est pas un titre de colonne"),
            ("x" * 300_000, "Cette ligne a un guillemet mal fermé"),
        ],
    )
    def test_another_table_or_document(self, text, expected):
        line, message = refusal(text)
        assert line == 1
        assert expected in message
        assert len(message) < 500

    @pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n \r\n", b";;;\n", b"\xff\xfe"])
    def test_nothing(self, data):
        assert refusal(data) == (1, "Le fichier est vide.")

    @pytest.mark.parametrize("text", ["team;rue", "team;rue\n\n;;\n"])
    def test_nothing_under_the_headings(self, text):
        assert refusal(text) == (1, "Il n'y a rien sous les titres des colonnes.")
