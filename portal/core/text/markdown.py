"""Markdown to safe HTML and to plain text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "hr", "div"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "th": {"scope"}, "td": {"data-label"}, "ol": {"start"}}
_CLASSES = {"div": {"table"}, "td": {"figure"}, "th": {"figure"}}
_reader = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=1024)
def to_html(text: str, first_heading: int = 3) -> str:
    """Return safe HTML, without scripts or raw HTML; the highest heading has level `first_heading`.

    Table cells carry their column's name, for narrow screens.
    """
    tokens = _reader.parse(text)
    _shift_headings(tokens, first_heading)
    for token in tokens:
        token.attrs = {name: value for name, value in token.attrs.items() if name != "style"} | (
            {"class": "figure"} if "right" in str(token.attrs.get("style", "")) else {}
        )
    _label_cells(tokens)
    html = _reader.renderer.render(tokens, _reader.options, {})
    html = html.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def to_plain(text: str) -> str:
    """Return the text: a line per paragraph, a bullet before items, tabs between cells."""
    return "\n".join(_plain_lines(_reader.parse(text))).strip()


def _shift_headings(tokens: list[Token], first: int) -> None:
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    if not levels:
        return
    shift = first - min(levels)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"


def _label_cells(tokens: list[Token]) -> None:
    """Give each cell its column's name."""
    labels: list[str] = []
    column = 0
    for token, following in pairwise(tokens):
        if token.type == "table_open":
            labels = []
        if token.type == "tr_open":
            column = 0
        if token.type == "th_open":
            token.attrs["scope"] = "col"
            labels.append(_inline_text(following))
        if token.type == "td_open":
            if column < len(labels) and labels[column]:
                token.attrs["data-label"] = labels[column]
            column += 1


def _plain_lines(tokens: list[Token]) -> Iterator[str]:
    bullet, inside = "", ""
    cells: list[str] = []
    for token in tokens:
        if token.type == "list_item_open":
            bullet = "• "
        elif token.type in ("td_open", "th_open", "td_close", "th_close"):
            inside = token.type if token.nesting == 1 else ""
        elif token.type == "tr_close":
            yield "\t".join(cells)
            cells = []
        elif token.type == "inline" and inside:
            cells.append(_inline_text(token))
        elif token.type == "inline":
            yield f"{bullet}{_inline_text(token)}"
            bullet = ""


def _inline_text(token: Token) -> str:
    text = "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
    )
    return re.sub(r"[ \t]*\n[ \t]*", "\n", text)
