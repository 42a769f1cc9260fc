"""HTML fragments of a cell converted to Markdown."""

import re
from html.parser import HTMLParser

TAG = re.compile(r"</?(?:p|b|strong|u|i|em|ul|ol|li|br|div|span|sup|sub)\b[^>]*>", re.IGNORECASE)
_NAME = re.compile(r"<(/?(?:p|ul|li|b|u))\b", re.IGNORECASE)
BULLET = re.compile(r"^(?:[•·▪➢-]|\\?\*)\s+(?=\S)")
# A run of spaces was a line break on the page: two lines of a calendar would become one.
BREAK = re.compile(r" {3,}")


def blocks(cell: str) -> list[str]:
    """Return the paragraphs and lists of a cell as Markdown, [] for an empty cell."""
    if not TAG.search(cell):
        return [cell.strip()] if cell.strip() else []
    parser = _Cell()
    parser.feed(cell)
    parser.close()
    return parser.finished()


def inline(cell: str) -> str:
    """Return the cell on one line, for a table."""
    return " ".join(" ".join(blocks(cell)).split("\n"))


def is_cut(cell: str) -> bool:
    """Return whether a tag is not closed: the document is truncated there."""
    tags = [tag.lower() for tag in _NAME.findall(cell)]
    if tags and cell.rfind("<") > cell.rfind(">"):
        return True
    return any(tags.count(name) != tags.count(f"/{name}") for name in ("p", "ul", "li", "b", "u"))


class _Cell(HTMLParser):
    """Parser of a cell: bold text stays bold, underlined text becomes emphasis."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []
        self._items: list[str] = []
        self._runs: list[tuple[str, str]] = []  # text, and the mark around it
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "div", "ul", "ol", "li"):
            self._flush()
        if tag in ("b", "strong", "u", "i", "em", "li"):
            self._open.append(tag)
        if tag == "br":
            self._runs.append(("\n", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li"):
            self._flush()
        if tag in ("ul", "ol"):
            self._flush()
            self._end_list()
        if tag in self._open:
            self._open.reverse()
            self._open.remove(tag)
            self._open.reverse()

    def handle_data(self, data: str) -> None:
        self._runs.append((BREAK.sub("\n", data), self._mark()))

    def finished(self) -> list[str]:
        self._flush()
        self._end_list()
        return self._blocks

    def _mark(self) -> str:
        if {"b", "strong"} & set(self._open):
            return "**"
        return "*" if {"u", "i", "em"} & set(self._open) else ""

    def _flush(self) -> None:
        text = _joined(self._runs)
        self._runs = []
        if not text:
            return
        if "li" in self._open:
            self._items.append(f"- {BULLET.sub('', text)}")
        else:
            self._end_list()
            self._blocks.append(text)

    def _end_list(self) -> None:
        if self._items:
            self._blocks.append("\n".join(self._items))
            self._items = []


def _joined(runs: list[tuple[str, str]]) -> str:
    """Join the runs, with spaces outside the marks and without empty lines."""
    merged: list[tuple[str, str]] = []
    for text, mark in runs:
        if merged and merged[-1][1] == mark:
            merged[-1] = (merged[-1][0] + text, mark)
        else:
            merged.append((text, mark))
    text_out = "".join(_marked(text, mark) for text, mark in merged)
    return "  \n".join(line.strip() for line in text_out.split("\n") if line.strip())


def _marked(text: str, mark: str) -> str:
    inner = text.strip()
    if not mark or not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"
