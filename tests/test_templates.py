"""No template renders an undefined variable as an empty text."""

from pathlib import Path

import pytest
from django.template import engines
from django.template.base import Node, TokenType
from django.template.loader import render_to_string
from django.templatetags.i18n import BlockTranslateNode

from tests.undefined_variables import TEMPLATES

NAMES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*")
    if path.suffix in (".html", ".txt")
)


def blocks(template: str) -> list[BlockTranslateNode]:
    nodes = engines["django"].get_template(template).template.nodelist
    return nodes.get_nodes_by_type(BlockTranslateNode)


@pytest.mark.parametrize("template", NAMES)
def test_blocktranslate_uses_simple_names_only(template):
    """There, `{{ user.email }}` or `{{ day|date }}` render nothing: use `blocktranslate with x=…`."""
    names = [
        token.contents
        for block in blocks(template)
        for token in [*block.singular, *block.plural]
        if token.token_type == TokenType.VAR
    ]
    assert [name for name in names if not name.isidentifier()] == []


def test_the_templates_are_found():
    assert len(NAMES) > 150
    assert {Path(name).suffix for name in NAMES} == {".html", ".txt"}
    assert sum(len(blocks(name)) for name in NAMES) > 50


@pytest.mark.parametrize(
    ("source", "is_refused"),
    [
        ("{{ absent }}", True),
        ("{{ user.absent }}", True),
        ("{% blocktranslate %}{{ absent }}{% endblocktranslate %}", True),
        ("{% blocktranslate %}{{ user.email }}{% endblocktranslate %}", True),
        ("{% if absent %}{{ absent }}{% endif %}", False),
        ("{{ absent|default:'x' }}", False),
        ("{{ user }}", False),
    ],
)
def test_an_undefined_variable_fails_the_test_that_renders_it(source, is_refused):
    """Set for all tests in `tests/settings.py`; applies to the portal's own templates."""
    django = engines["django"]
    for is_ours in (True, False):
        template = django.from_string("{% load i18n %}" + source)
        origin = TEMPLATES / "x.html" if is_ours else Path("/elsewhere/x.html")
        for node in template.template.nodelist.get_nodes_by_type(Node):
            node.origin = type(node.origin)(str(origin))
        if is_refused and is_ours:
            with pytest.raises(AssertionError, match=r"undefined in x\.html"):
                template.render({"user": "x"})
        else:
            assert template.render({"user": "x"}) in ("", "x")


def test_an_invitation_names_the_address_to_sign_in_with():
    class User:
        email = "agent@example.org"

    context = {"by": "Zoé", "link": "https://x.example", "days": 7, "user": User()}
    text = render_to_string("accounts/email/invitation.txt", context)
    assert "avec cette adresse : agent@example.org." in text
