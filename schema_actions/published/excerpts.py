"""The words of a search highlighted in a text, whatever their accents. No database."""

import re
from dataclasses import dataclass

from portal.core.text.normalisation import normalise

_TOKEN = re.compile(r"\w+")
CONTEXT_LETTERS = 70  # letters on each side of a match


@dataclass(frozen=True)
class Piece:
    """A piece of text, and whether it matches the search."""

    text: str
    is_match: bool


def excerpts(text: str, query: str, limit: int = 2) -> list[list[Piece]]:
    """Return the passages where words of `text` begin with words of `query`, as pieces."""
    prefixes = normalise(query).split()
    if not prefixes:
        return []
    spans = [match.span() for match in _TOKEN.finditer(text) if _matches(match[0], prefixes)]
    results: list[list[Piece]] = []
    end_of_last = 0
    for start, _end in spans:
        if start < end_of_last or len(results) == limit:
            continue
        first, end_of_last = _window(text, start)
        results.append(_pieces(text, first, end_of_last, spans))
    return results


def highlight(text: str, query: str) -> list[Piece]:
    """Return the whole text as pieces."""
    prefixes = normalise(query).split()
    spans = [match.span() for match in _TOKEN.finditer(text) if _matches(match[0], prefixes)]
    return _pieces(text, 0, len(text), spans)


def _matches(token: str, prefixes: list[str]) -> bool:
    return any(word.startswith(tuple(prefixes)) for word in normalise(token).split())


def _window(text: str, start: int) -> tuple[int, int]:
    """Return the bounds of a passage around `start`, on one line, cut at whole words."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    first = max(line_start, start - CONTEXT_LETTERS)
    last = min(line_end, start + 2 * CONTEXT_LETTERS)
    if first > line_start:
        first = text.find(" ", first, start) + 1 or start
    if last < line_end:
        last = max(text.rfind(" ", start, last), start + 1)
        last = last if last > start + 1 else line_end
    return first, last


def _pieces(text: str, first: int, last: int, spans: list[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    position = first
    for start, end in spans:
        if start >= first and end <= last:
            pieces += [Piece(text[position:start], False), Piece(text[start:end], True)]
            position = end
    pieces.append(Piece(text[position:last], False))
    return [piece for piece in pieces if piece.text]
