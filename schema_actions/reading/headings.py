"""The marks that a line may be: an objective, an action, a section's label, a page header."""

import re
from typing import NamedTuple

# Around a mark: heading signs, stars of bold or italic, spaces.
_MARKUP = r"[\s#*_]*"


class Mark(NamedTuple):
    """`kind` is "objective", "action", "axis" or a section; `number` is what it numbers ("1.1.2");
    `rest` is what follows it on the line."""

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
# A label is dressed (bold, heading): a plain line of text that begins alike is not one.
_LABEL = {
    kind: re.compile(rf"^(?=\s*[#*]){_MARKUP}{words}\s*:{_MARKUP}(?P<rest>.*)$", re.I | re.S)
    for kind, words in _LABELS.items()
}
_HEAD = rf"^(?=\s*[#*]){_MARKUP}%s\s*:{_MARKUP}(.*?){_MARKUP}$"
_OBJECTIVE = re.compile(_HEAD % r"OBJECTIF\s+(\d+)", re.S)
_ACTION = re.compile(_HEAD % r"ACTION\s+(\d+\.\d+\.\d+)", re.S)
_AXIS = re.compile(rf"^{_MARKUP}•\s*Axe\s+(\d+)\s*[•.]{_MARKUP}$")

# The column in which a label stands on a page of two columns.
LEFT = ("calendar", "done", "planned")
RIGHT = ("evaluation", "results", "vigilance")


def parse_mark(text: str) -> Mark | None:
    """What the line or block marks, None for plain content."""
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
    """The words of a line without its dress."""
    return re.sub(r"[#*_]+", " ", text).strip()
