"""Template tags and filters for display: blocks rendered once, rows filled in."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.html import escape
from django.utils.safestring import SafeString

LINES = Template(
    "{% fast_for row in rows %}"
    "<li>{{ row.name }}{% if row.phone %} <b>{{ row.phone }}</b>{% endif %} 100 %</li>"
    "{% endfast_for %}"
)


def written(*rows: dict[str, str]) -> str:
    return LINES.render(Context({"rows": rows}))


def test_each_row_has_its_own_values():
    html = written({"name": "Blois", "phone": "02"}, {"name": "Vendôme", "phone": "03"})
    assert html == "<li>Blois <b>02</b> 100 %</li><li>Vendôme <b>03</b> 100 %</li>"


def test_an_empty_value_is_left_out_of_its_row_only():
    html = written(
        {"name": "Blois", "phone": ""},
        {"name": "Vendôme", "phone": "03"},
        {"name": "", "phone": ""},
    )
    assert html == "<li>Blois 100 %</li><li>Vendôme <b>03</b> 100 %</li><li> 100 %</li>"


@pytest.mark.parametrize(
    "name", ["<b>", "%s", "%(phone)s", "{{ row.phone }}", "\x00phone\x00", "l'œil"]
)
def test_what_people_write_is_shown_as_they_wrote_it(name):
    html = written({"name": name, "phone": "02"}, {"name": "Blois", "phone": "03"})
    assert html == f"<li>{escape(name)} <b>02</b> 100 %</li><li>Blois <b>03</b> 100 %</li>"


def test_what_is_already_html_is_left_so():
    assert (
        written({"name": SafeString("<i>Blois</i>"), "phone": ""}) == "<li><i>Blois</i> 100 %</li>"
    )


def test_the_block_knows_only_the_row():
    line = Template("{% fast_for row in rows %}{{ row.name }}{{ reader }}{% endfast_for %}")
    html = line.render(Context({"rows": [{"name": "Blois"}], "reader": "Camille"}))
    assert html == "Blois"


def test_another_form_of_the_tag_is_refused():
    with pytest.raises(TemplateSyntaxError):
        Template("{% fast_for rows %}{% endfast_for %}")
