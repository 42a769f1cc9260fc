"""The parser on the real evaluation of June 2023: all content is read, no word is lost."""

import re
from collections import Counter

import pytest

from portal.core.text.markdown import to_html, to_plain
from schema_actions.sheets import SECTIONS

WORD = re.compile(r"\w+")
TAG = re.compile(r"</?(?:p|b|u|ul|li)\b[^>]*>")
# Lines of pages that belong to no sheet: title pages of the axes, headers repeated in the text.
TITLE_PAGES = [*range(645, 648), *range(1218, 1224), *range(1912, 1917), *range(2111, 2116)]
PAGE_HEADERS = [
    *(186, 193, 260, 415, 457, 540, 572, 606, 649, 692, 786, 846, 1588, 1754, 1871, 1918),
    *(1971, 2087, 2398, 744, 905, 1194, 1571, 1733, 2079, 2241),
]
LABELS = {
    "Calendrier initial": 54,
    "Evaluation": 54,
    "CE QUI A ETE FAIT DEPUIS JUIN 2022": 54,
    "RESULTATS OBSERVES / SUIVI DES INDICATEURS": 53,  # 5.5.3 has none.
    "CE QUI EST PREVU D'ICI JUIN 2024": 54,
    "POINTS D'ATTENTION OU DE VIGILANCE": 54,
    "OBJECTIF": 54,
    "ACTION": 54,
    "2022 2023 2024 2025 2026": 39,  # The column heads of the year grids.
    "Non concerné": 1,
}


def sheet(document, key):
    return next(parsed for parsed in document.sheets if parsed.key == key)


def words(text):
    return Counter(WORD.findall(text))


class TestTheCounts:
    def test_54_sheets_by_axis(self, real):
        assert len(real.sheets) == 54
        assert Counter(parsed.axis for parsed in real.sheets) == {1: 15, 2: 9, 3: 16, 4: 4, 5: 10}
        assert len({parsed.key for parsed in real.sheets}) == 54

    def test_53_evaluated_and_one_not_concerned(self, real):
        assert [parsed.key for parsed in real.sheets if parsed.not_concerned] == ["1.3.1-handicap"]

    @pytest.mark.parametrize(
        ("section", "filled"), [("done", 53), ("results", 36), ("planned", 52), ("vigilance", 43)]
    )
    def test_filled_sections(self, real, section, filled):
        assert sum(bool(parsed.sections[section]) for parsed in real.sheets) == filled

    def test_the_published_synthesis(self, real):
        assert real.levels == (4, 8, 11, 7, 9, 8, 6)
        assert real.statement == (
            "Aucun des cinq axes structurants du schéma ne présentent de difficultés majeures."
        )
        assert str(real.period) == "juin 2023"

    def test_the_method_of_the_introduction(self, real):
        assert real.method.startswith("Les pilotes des fiches actions ont été en charge")
        assert "un positionnement à mi 2023 quant au rythme" in real.method
        assert "*" not in real.method

    def test_the_three_annexes_are_with_the_results_that_refer_to_them(self, real):
        printed = sheet(real, "4.4.1").sections
        assert printed["results"].count("# Annexe ") == 3
        assert "Profil des ménages" in printed["results"]
        assert "nnexe" not in printed["vigilance"]

    def test_the_whole_document_has_no_remark_of_its_own(self, real):
        assert not [remark for remark in real.remarks if remark.sheet == ""]


class TestTheCalendars:
    GRIDS = {
        "1.1.2": (2022, 2023, 2024, 2025),
        "1.2.4": (2023, 2024, 2025),
        "1.3.1-handicap": (2024, 2025),
        "1.4.1": (2022,),
        "1.6.1": (2022, 2023, 2024),
        "3.4.3": (2023, 2024, 2025),
        "3.4.4": (2023, 2024, 2025, 2026),
        "5.5.2": (2022, 2023, 2024, 2025),
        "5.5.4": (2022, 2023, 2024, 2025),
        "5.7.1": (2022, 2023, 2024),
    }
    TEXTS = [
        *("1.2.2", "1.3.1-enfance", "1.4.2", "1.4.3", "2.1.6", "3.1.1", "3.1.3", "3.5.1"),
        *("3.5.2", "3.5.3", "3.5.4", "3.5.5", "3.5.6", "4.1.1", "5.3.1"),
    ]

    def test_each_year_grid(self, real):
        every_year = tuple(range(2022, 2027))
        for parsed in real.sheets:
            if parsed.key not in self.TEXTS:
                assert parsed.years == self.GRIDS.get(parsed.key, every_year), parsed.key
                assert parsed.calendar_text == ""

    def test_fifteen_are_words(self, real):
        assert [parsed.key for parsed in real.sheets if parsed.calendar_text] == self.TEXTS
        assert not any(parsed.years for parsed in real.sheets if parsed.calendar_text)
        assert sheet(real, "1.4.2").calendar_text == (
            "2022 : réalisation d'une convention pour cadrer l'action\n"
            "2025 : démarche d'évaluation scientifique avec communication des résultats"
        )
        assert sheet(real, "3.5.5").calendar_text == "Action déjà lancée et à pérenniser"


class TestTheDifficultPlaces:
    def test_two_sheets_with_one_code_have_their_own_texts(self, real):
        enfance, handicap = sheet(real, "1.3.1-enfance"), sheet(real, "1.3.1-handicap")
        assert enfance.title.startswith("Enfance : créations")
        assert enfance.summary_title.startswith("Enfance : créations")
        assert handicap.summary_title.startswith("Personnes en situation de Handicap")
        assert "DESTEa" in enfance.sections["done"]
        assert handicap.sections["done"].startswith("Aucune action engagée")

    @pytest.mark.parametrize(
        ("key", "end"),
        [
            ("2.3.2", "Associer les habitants reste difficile"),
            ("3.5.6", "Continuité du parcours de l'enfant."),
            ("4.4.1", "aides à la pierre à compter de 2024 sur un type 3."),
            ("1.6.1", ""),
        ],
    )
    def test_the_last_section_is_free_of_the_next_axis(self, real, key, end):
        assert sheet(real, key).sections["vigilance"].endswith(end)
        assert not re.search(
            "Axe|PILOTER|PRÉVENTION|PROJET", sheet(real, key).sections["vigilance"]
        )

    def test_both_parts_of_the_last_rows_of_5_7_1(self, real):
        sections = sheet(real, "5.7.1").sections
        assert "**Déploiement de Rendez-vous Insertion** sur les territoires" in sections["done"]
        assert "Plaine Nord Loire" in sections["done"]
        assert "un taux d'absentéisme" in sections["results"].lower()
        assert "31 en 2022" in sections["results"]
        assert "carnet de bord" in sections["planned"]
        assert sections["vigilance"].endswith("SPIE et France Travail.")

    def test_the_films_of_5_5_4_can_be_followed(self, real):
        html = to_html(sheet(real, "5.5.4").sections["results"])
        for film in ("771160013/a0f2926e5c", "770736106/8a0cbd0ca9", "771056992/767b54fa1e"):
            assert f'<a href="https://vimeo.com/{film}"' in html

    def test_the_damaged_words_of_1_4_1_have_a_remark(self, real):
        text = " ".join(sheet(real, "1.4.1").sections.values())
        remarks = {
            remark.line: remark.message
            for remark in real.remarks
            if remark.sheet == "1.4.1" and "accentuées" in remark.message
        }
        assert list(remarks) == [508, 509, 510, 512, 514, 516, 519, 520, 521, 523, 533, 536, 538]
        damaged = "surdit reducation mdecin prsentiel tlphone parentalit dbut troisime auprs"
        damaged += " Dpartementales rfrent valuation dmarches cohrence rseau thmatiques accs"
        damaged += " dplacements prvenir prvention concerns dcembre"
        for word in damaged.split():
            assert re.search(rf"\b{word}\b", text)
            assert any(word in messages for messages in remarks.values()), word
        assert "d'change avec le mdecin" in text

    def test_the_tables_are_tables(self, real):
        programme = to_html(sheet(real, "1.2.3").sections["done"])
        assert programme.count("<tr>") == 9
        assert (
            '<td class="figure" data-label="Total des dépenses prévisionnelles 2023 - 2029">'
            in (programme)
        )
        assert "<strong>3 073 000</strong>" in programme
        placements = sheet(real, "3.1.1").sections["results"]
        assert "|  | 30/09/2022 | 31/01/2023 |" in placements

    def test_the_list_that_belongs_to_the_title_of_5_6_1(self, real):
        assert sheet(real, "5.6.1").title.startswith("Développer les axes : - Accéder à ses droits")
        assert sheet(real, "5.6.1").title.endswith("- Être acteur dans la cité")

    @pytest.mark.parametrize(
        ("key", "line", "text"),
        [
            ("2.3.1", 1049, "semblent continuer"),
            ("5.7.1", 2567, "Rangée sans intitulé"),
            ("5.5.3", 2355, "n'est pas imprimé"),
            ("4.4.1", 2092, "annexe"),
            ("3.1.3", 1322, "utilisateur"),
            ("3.5.6", 1880, "sans année"),
            ("4.1.1", 1924, "aucune date"),
            ("1.1.1", 168, "parenthèse"),
            ("2.1.5", 888, "« .. »"),
            ("3.2.1", 1367, "séparé de sa phrase"),
            ("5.7.1", 108, "4 fois"),
            ("5.5.1", 103, "Piloter la communauté 360°"),
        ],
    )
    def test_oddities_have_a_remark(self, real, key, line, text):
        assert any(
            (remark.sheet, remark.line) == (key, line) and text in remark.message
            for remark in real.remarks
        )


class TestCleanMarkdown:
    def test_no_tag_no_tab_no_page_header(self, real):
        for parsed in real.sheets:
            for text in parsed.sections.values():
                assert not re.search(r"<[^>]*>|\t|• Axe|VIVRE CHEZ SOI|Evaluation :", text), (
                    parsed.key
                )
                assert "\n\n\n" not in text

    def test_every_mark_is_understood(self, real):
        """No asterisk, sign or bar is left in the displayed text."""
        for parsed in real.sheets:
            for name in SECTIONS:
                shown = re.sub(r"<[^>]+>", "", to_html(parsed.sections[name]))
                assert not re.search(r"\*\*|\*$|^\s*#|\|", shown, re.M), (parsed.key, name)

    def test_headings_skip_no_level(self, real):
        for parsed in real.sheets:
            for name in SECTIONS:
                levels = [int(n) for n in re.findall(r"<h(\d)", to_html(parsed.sections[name]))]
                above = [2, *levels]
                assert all(now <= before + 1 for before, now in zip(above, levels, strict=False))


class TestNotAWordIsLost:
    def test_what_the_pages_print_is_in_the_sheets(self, real, real_file):
        lines = real_file.read_text(encoding="utf-8").split("\n")
        start = next(at for at, line in enumerate(lines) if line.startswith("**OBJECTIF 1"))
        printed = words(TAG.sub(" ", "\n".join(lines[start:])))
        unchanged: Counter[str] = Counter()
        for parsed in real.sheets:
            unchanged += words(f"{parsed.title} {parsed.objective_title} {parsed.calendar_text}")
            for name in SECTIONS:
                unchanged += words(to_plain(parsed.sections[name]))
        assert unchanged - printed == Counter(), "no word is added"
        assert printed - unchanged == self.marks(real, lines)

    def marks(self, real, lines) -> Counter[str]:
        """Return the words of the pages that belong to no text of a sheet, by reason."""
        left: Counter[str] = Counter()
        for label, times in LABELS.items():
            for word in WORD.findall(label):
                left[word] += times
        for parsed in real.sheets:
            left += words(f"{parsed.objective} {parsed.code}")
            left["X"] += len(parsed.years)
        for number in TITLE_PAGES:
            left += words(lines[number - 1])
        for number in PAGE_HEADERS:
            left += words(lines[number - 1]) + words(lines[number + 1])
        return left
