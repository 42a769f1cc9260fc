"""The words of a search shown in their text, whatever their accents. Pure."""

import re
from dataclasses import dataclass

from portal.core.text.normalisation import normalise

_TOKEN = re.compile(r"\w+")
CONTEXT_LETTERS = 70  # letters kept on each side of a found word


@dataclass(frozen=True)
class Piece:
    """A run of text, and whether it is one of the words looked for."""

    text: str
    is_found: bool


def excerpts(text: str, query: str, most: int = 2) -> list[list[Piece]]:
    """The places where words of `query` begin words of `text`, cut at whole words."""
    wanted = normalise(query).split()
    if not wanted:
        return []
    spans = [match.span() for match in _TOKEN.finditer(text) if _matches(match[0], wanted)]
    found: list[list[Piece]] = []
    after = 0
    for start, _end in spans:
        if start < after or len(found) == most:
            continue
        first, after = _window(text, start)
        found.append(_pieces(text, first, after, spans))
    return found


def highlight(text: str, query: str) -> list[Piece]:
    """The whole text, in pieces."""
    wanted = normalise(query).split()
    spans = [match.span() for match in _TOKEN.finditer(text) if _matches(match[0], wanted)]
    return _pieces(text, 0, len(text), spans)


def _matches(token: str, wanted: list[str]) -> bool:
    return any(word.startswith(tuple(wanted)) for word in normalise(token).split())


def _window(text: str, start: int) -> tuple[int, int]:
    """A stretch around `start` on one line, from word to word."""
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
    at = first
    for start, end in spans:
        if start >= first and end <= last:
            pieces += [Piece(text[at:start], False), Piece(text[start:end], True)]
            at = end
    pieces.append(Piece(text[at:last], False))
    return [piece for piece in pieces if piece.text]
