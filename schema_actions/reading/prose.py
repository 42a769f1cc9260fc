"""The lines of a section as one clean Markdown text."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schema_actions.reading.cells import BULLET, TAG, blocks

EMPTY_LINES_OF_FIGURE = 3  # consecutive empty lines where a picture was
_HEADING = re.compile(r"^(#+)\s+(.*)$")
_LINK = re.compile(r"<(https?://[^>\s]+)>")
_NESTED = re.compile(r"^( {2,})(?=- )")
_TYPED = re.compile(r"^(?P<in> *)(?:- )?\\\*\s+")
_LIST = re.compile(r"^ *- ")


class Line(NamedTuple):
    """A line of a section, with its number in the document."""

    number: int
    text: str


def markdown(lines: Sequence[Line]) -> str:
    """Return the section in Markdown, headings from the third level."""
    ranks: list[int] = []
    clean = [_cleaned(line.text, ranks) for line in lines]
    return "\n".join(_spaced(clean)).strip("\n")


def lost_figures(lines: Sequence[Line]) -> list[int]:
    """Return the lines after which a picture is lost.

    Empty lines on both sides of a page header are counted apart.
    """
    line_numbers, empty, last, previous = [], 0, 0, 0
    for line in lines:
        if line.text.strip():
            empty, last = 0, line.number
        else:
            empty = empty + 1 if line.number == previous + 1 else 1
        previous = line.number
        if empty == EMPTY_LINES_OF_FIGURE and last:
            line_numbers.append(last)
    return line_numbers


def plain_lines(lines: Iterable[Line]) -> list[str]:
    """Return the lines without emphasis, for a calendar or a title."""
    return [
        re.sub(r"\*+", "", part).strip()
        for line in lines
        for part in line.text.split("\n")
        if part.strip()
    ]


def _cleaned(text: str, ranks: list[int]) -> str:
    """Return one line in clean Markdown, with the two spaces of a hard break if any.

    `ranks` are the printed levels of the headings above, so that no level is skipped.
    """
    if heading := _HEADING.match(text):
        ranks[:] = [rank for rank in ranks if rank < len(heading[1])] + [len(heading[1])]
        return f"{'#' * min(2 + len(ranks), 6)} {heading[2].strip().strip('*').strip()}"
    if TAG.search(text):
        text = "\n\n".join(blocks(text))
    text = _LINK.sub(r"[\1](\1)", text)
    hard_break = "  " if text.rstrip() and text.endswith("  ") else ""
    nested = _NESTED.match(text)
    body = text.strip()
    text = f"{nested[1] if nested else ''}{body}"
    # A bullet typed as text is a bullet of the list.
    text = _TYPED.sub(r"\g<in>- ", text)
    if text.startswith("- "):
        text = f"- {BULLET.sub('', text[2:])}"
    return f"{text}{hard_break}"


def _spaced(lines: Iterable[str]) -> list[str]:
    """Return the lines with one empty line at most, and one around headings and tables."""
    out: list[str] = []
    for line in lines:
        is_separate = line.startswith(("#", "|"))
        if not line.strip():
            if out and out[-1]:
                out[-1] = out[-1].rstrip()
                out.append("")
            continue
        if out and out[-1] and (is_separate or out[-1].startswith(("#", "|"))):
            out.append("")
        if out and out[-1].endswith("  ") and _LIST.match(line):
            out[-1] = out[-1].rstrip()
        out.append(line)
    if out:
        out[-1] = out[-1].rstrip()
    return out
