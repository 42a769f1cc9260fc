"""Markdown rendered as safe HTML and as plain text."""

import pytest

from portal.core.text.markdown import to_html, to_plain


class TestHtml:
    def test_headings_begin_at_the_level_asked_for_and_skip_none(self):
        assert to_html("### Un\n\n#### Deux") == "<h3>Un</h3>\n<h4>Deux</h4>\n"
        assert to_html("# Un\n\n## Deux", 5) == "<h5>Un</h5>\n<h6>Deux</h6>\n"

    def test_each_cell_of_a_table_has_its_column_label(self):
        html = to_html("| Nom | Places |\n| --- | ---: |\n| **Gien** | 12 |")
        assert '<div class="table"><table>' in html
        assert '<th scope="col">Nom</th>' in html
        assert '<td data-label="Nom"><strong>Gien</strong></td>' in html
        assert '<td class="figure" data-label="Places">12</td>' in html
        assert "style" not in html

    def test_links_are_followed_without_telling_where_from(self):
        html = to_html("[film](https://vimeo.com/1)")
        assert html == '<p><a href="https://vimeo.com/1" rel="noopener noreferrer">film</a></p>\n'

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "![x](https://example.org/x.png)",
            '<a href="https://example.org" onclick="x()">x</a>',
            "| <script>x</script> |\n| --- |\n| <iframe src=x> |",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
        ],
    )
    def test_scripts_and_foreign_content_are_neutralised(self, text):
        html = to_html(text)
        for tag in ("<script", "<img", "<iframe", '<a href="javascript', '<a href="data'):
            assert tag not in html
        assert "onclick" not in html.replace("&lt;a href=", "").partition("<a ")[2]


class TestPlain:
    def test_bullets_cells_and_lines(self):
        text = "Un **mot**  \nsuivi\n\n- deux\n- [trois](https://e.org)\n\n| a | b |\n|---|---|\n| c | d |"
        assert to_plain(text) == "Un mot\nsuivi\n• deux\n• trois\na\tb\nc\td"

    def test_nothing(self):
        assert to_plain("") == to_html("") == ""
