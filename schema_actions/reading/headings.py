"""Marks in the text: an objective, an action, the label of a section, a page header."""

import re
from typing import NamedTuple

# Around a mark: signs of headings, stars of bold or italic, spaces.
_MARKUP = r"[\s#*_]*"


class Mark(NamedTuple):
    """`kind` is "objective", "action", "axis" or a section; `number` is "1.1.2" or "";
    `rest` is the text after it on the line.
    """

    kind: str
    number: str
    rest: str


_LABELS = {
    "calendar": r"calendrier initial",
    "evaluation": r"[eé]valuation",
    "done": r"ce qui a [eé]t[eé] fait\b[^:*]*",
    "results": r"r[eé]sultats? observ[eé]s?\b[^:*]*",
    "planned": r"ce qui est pr[eé]vu\b[^:*]*",
    "vigilance": r"points? d' ?attention\b[^:*]*",
}
# A label is bold or a heading: a plain line that begins with the same words is not a label.
_LABEL = {
    kind: re.compile(rf"^(?=\s*[#*]){_MARKUP}{words}\s*:{_MARKUP}(?P<rest>.*)$", re.I | re.S)
    for kind, words in _LABELS.items()
}
_HEAD = rf"^(?=\s*[#*]){_MARKUP}%s\s*:{_MARKUP}(.*?){_MARKUP}$"
_OBJECTIVE = re.compile(_HEAD % r"OBJECTIF\s+(\d+)", re.S)
_ACTION = re.compile(_HEAD % r"ACTION\s+(\d+\.\d+\.\d+)", re.S)
_AXIS = re.compile(rf"^{_MARKUP}•\s*Axe\s+(\d+)\s*[•.]{_MARKUP}$")

_ANNEX = re.compile(r"^#+\s*Annexe\b", re.IGNORECASE)

# The labels in each column of a page of two columns.
LEFT = ("calendar", "done", "planned")
RIGHT = ("evaluation", "results", "vigilance")


def is_annex(text: str) -> bool:
    """Return whether the line is the heading of an annex, which completes the results."""
    return bool(_ANNEX.match(text))


def parse_mark(text: str) -> Mark | None:
    """Return the mark of the line or block, None for plain content."""
    if match := _OBJECTIVE.match(text):
        return Mark("objective", match[1], match[2])
    if match := _ACTION.match(text):
        return Mark("action", match[1], match[2])
    if match := _AXIS.match(text):
        return Mark("axis", match[1], "")
    for kind, label in _LABEL.items():
        if match := label.match(text):
            return Mark(kind, "", match["rest"].strip())
    return None


def strip_markup(text: str) -> str:
    """Return the words of a line without Markdown signs."""
    return re.sub(r"[#*_]+", " ", text).strip()
