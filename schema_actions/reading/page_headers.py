"""Titles of axes, and the page headers that repeat them in the middle of the text."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from portal.core.text.normalisation import normalise
from schema_actions.reading.headings import parse_mark, strip_markup


def axis_titles(lines: Sequence[str]) -> dict[int, str]:
    """Return the title of each axis, as most of its page headers print it."""
    titles_by_axis: dict[int, Counter[str]] = {}
    for number, line in enumerate(lines):
        mark = parse_mark(line)
        if mark and mark.kind == "axis" and line.startswith("#"):
            below = next((text for text in lines[number + 1 :] if text.strip()), "")
            if re.match(r"#+ ", below):
                titles_by_axis.setdefault(int(mark.number), Counter())[strip_markup(below)] += 1
    return {axis: titles.most_common(1)[0][0] for axis, titles in sorted(titles_by_axis.items())}


class PageHeader:
    """The header being read: recognises the lines after "• Axe N •" that are its title.

    A title page breaks the title over several lines. They are recognised by their words, so that no
    other text is dropped.
    """

    def __init__(self, titles: Mapping[int, str]) -> None:
        self._titles = titles
        self._left: list[str] = []

    def begin(self, axis: int) -> None:
        self._left = normalise(self._titles.get(axis, "")).split()

    def consumes(self, line: str) -> bool:
        """Return whether the line continues the title, and advance in it."""
        words = normalise(strip_markup(line)).split()
        if words and words == self._left[: len(words)]:
            self._left = self._left[len(words) :]
            return True
        if words:
            self._left = []
        return False
