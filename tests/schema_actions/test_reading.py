"""The parser on a small document: every shape of page, and every refusal."""

import pytest

from schema_actions.reading import DocumentError, read_document
from tests.schema_actions.samples import CAFE, COVER, DOCUMENT, STREET, TREES


def read(text: str = DOCUMENT):
    return read_document(text.encode())


def sheet(key: str, text: str = DOCUMENT):
    return next(parsed for parsed in read(text).sheets if parsed.key == key)


def remarks(text: str = DOCUMENT) -> list[tuple[str, str]]:
    return [(remark.sheet, remark.message) for remark in read(text).remarks]


class TestTheCover:
    def test_totals_statement_date_and_axes(self):
        document = read()
        assert document.levels == (0, 0, 1, 1, 0, 0, 0)
        assert document.statement == "Aucun des axes ne pose de difficulté."
        assert str(document.period) == "juin 2030"
        assert document.axes == {1: "VIVRE ENSEMBLE", 2: "LA VILLE VERTE"}

    def test_percents_and_sentences_that_disagree_with_the_counts(self):
        wrong = DOCUMENT.replace("**33%**", "**40%**").replace("**50%** **50%**", "**49%** **50%**")
        assert ("", "Les pourcentages imprimés ne suivent pas des nombres.") in remarks(wrong)
        wrong = DOCUMENT.replace("Que 1 actions sont en retard", "Que 2 actions sont en retard")
        assert ("", "Cette phrase ne suit pas des nombres imprimés.") in remarks(wrong)


class TestASheet:
    def test_its_titles_and_its_place(self):
        cafe = sheet("1.1.1")
        assert (cafe.title, cafe.summary_title) == ("Ouvrir un café.", "Ouvrir un café")
        assert (cafe.axis, cafe.objective, cafe.objective_title) == (1, 1, "Se parler")

    def test_empty_cells_of_a_year_grid_count(self):
        assert sheet("1.1.1").years == (2031,)

    def test_a_calendar_in_words_has_its_lines(self):
        assert sheet("1.1.2").calendar_text == "2030 : essai\n2e semestre : bilan"
        assert sheet("2.1.1").calendar_text == "Quand il pleuvra"

    def test_the_page_header_in_the_middle_goes_and_nothing_else(self):
        assert sheet("1.1.1").sections["done"] == (
            "Un lieu a été trouvé  \n→ près de la gare :\n\n"
            "- le bail est signé\n- les clés sont là\n\n"
            "Vivre ensemble demande une salle.\n\n"
            "|  | Étages | Surface |\n| --- | ---: | ---: |\n"
            "| Salle | 1 | 1 200 |\n| **Cave** |  | **80** |"
        )

    def test_links_live_and_headings_begin_at_the_third_level(self):
        assert sheet("1.1.1").sections["results"] == (
            "Voir [https://example.org/cafe](https://example.org/cafe)\n\n### Le compte\n\n12 tables"
        )

    def test_the_two_columns_of_a_page(self):
        assert sheet("1.1.2").sections == {
            "done": "*Samedi* : jeux\n\n- deux bancs\n- un filet\n\nUne fête, le soir",
            "results": "90 enfants",
            "planned": "**Suite :** une autre rue",
            "vigilance": "",
        }

    def test_a_sheet_that_is_not_concerned(self):
        assert sheet("2.1.1").not_concerned
        assert not sheet("1.1.1").not_concerned

    def test_the_last_line_needs_no_end(self):
        assert sheet("2.1.1").sections["vigilance"] == "L'eau manque"

    def test_sheets_with_one_code_have_a_variant_from_their_title(self):
        twice = DOCUMENT.replace("1.1.2 : Fermer la rue", "1.1.1 : Pour les grands : une rue")
        twice = twice.replace("1.1.1 : Ouvrir", "1.1.1 : Petits : ouvrir")
        twice = twice.replace("ACTION 1.1.2 : Fermer", "ACTION 1.1.1 : Pour les grands : fermer")
        twice = twice.replace("ACTION 1.1.1 :** Ouvrir", "ACTION 1.1.1 :** Petits : ouvrir")
        assert [parsed.key for parsed in read(twice).sheets] == [
            *("1.1.1-petits", "1.1.1-grands", "2.1.1")
        ]


class TestWhatIsOdd:
    @pytest.mark.parametrize(
        "remark",
        [
            ("1.1.1", "Une parenthèse est fermée sans être ouverte."),
            ("1.1.1", "Deux points de suite : « .. »"),
            ("1.1.1", "Une figure imprimée après cette ligne est perdue."),
            ("1.1.2", "Le tableau de synthèse imprime un autre titre : « Fermer la rue »"),
            ("2.1.1", "Le calendrier ne porte aucune date."),
        ],
    )
    def test_is_told(self, remark):
        assert remark in remarks()

    def test_with_its_line(self):
        line = DOCUMENT.split("\n").index("La machine fait du bruit). Elle coûte..") + 1
        assert {remark.line for remark in read().remarks if "parenthèse" in remark.message} == {
            line
        }

    def test_an_objective_printed_with_other_words(self):
        assert any("imprimé autrement" in message for key, message in remarks() if key == "1.1.2")

    def test_a_date_without_year(self):
        assert any("sans année" in message for key, message in remarks() if key == "1.1.2")

    def test_a_row_without_labels(self):
        assert any(
            "Rangée sans intitulé" in message for key, message in remarks() if key == "1.1.2"
        )

    def test_accents_lost_over_a_long_stretch(self):
        healthy = "Les élèves et la médiathèque ont préparé la fête de l'été. " * 15
        damaged = healthy.replace("é", "").replace("è", "").replace("ê", "")
        text = DOCUMENT.replace("L'eau manque", damaged).replace("12 tables", healthy)
        message = next(message for key, message in remarks(text) if "Lettres accentuées" in message)
        assert message.endswith(": lves, mdiathque, prpar, fte")
        assert sheet("2.1.1", text).sections["vigilance"] == damaged.strip()


class TestRefusals:
    def refused(self, data: bytes) -> DocumentError:
        with pytest.raises(DocumentError) as refusal:
            read_document(data)
        return refusal.value

    @pytest.mark.parametrize(
        ("data", "line", "message"),
        [
            (b"", 0, "vide"),
            (b" \n\n", 0, "vide"),
            (b"# Un autre document\n\nBonjour", 1, "n'est pas une évaluation"),
            (DOCUMENT.encode("latin-1", "replace"), 3, "UTF-8"),
            (DOCUMENT.encode("utf-16"), 1, "UTF-8"),
            (b"\x89PNG\r\n\x1a\n\0\0", 1, "UTF-8"),
            (b"OBJECTIF\0", 1, "nul"),
        ],
        ids=["empty", "blank", "another", "latin-1", "utf-16", "binary", "nul"],
    )
    def test_what_is_not_an_evaluation(self, data, line, message):
        refusal = self.refused(data)
        assert message in str(refusal)
        assert refusal.line == line

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (COVER + CAFE + STREET, "tronqué : pas de page pour 1 fiche du tableau"),
            (COVER + CAFE + STREET + TREES[:60], "aucune action"),
            (COVER + CAFE + STREET + TREES.rpartition("#####")[0], "« Points d'attention"),
            (COVER + CAFE + TREES + "\n" + STREET[: STREET.rindex("</p>")], "s'arrête au milieu"),
            (CAFE + STREET + TREES, "introuvable"),
            (COVER + CAFE + CAFE + STREET + TREES, "déjà imprimée"),
            (DOCUMENT.replace("\t2.1.1 : Planter", "\t3.1.1 : Planter"), "3.1.1"),
            (DOCUMENT.replace("**1** **1**", "**1**"), "sept nombres"),
        ],
        ids=[
            *("no page", "no action", "no label", "open tag", "no cover", "twice", "unknown"),
            "six counts",
        ],
    )
    def test_a_document_that_is_cut(self, text, message):
        assert message in str(self.refused(text.encode()))

    def test_a_mark_of_byte_order_and_other_ends_of_line_are_nothing(self):
        windows = b"\xef\xbb\xbf" + DOCUMENT.replace("\n", "\r\n").encode()
        assert read_document(windows) == read()
