"""Detection of the accented letters that the document lost.

French prose has no hundreds of letters in a row without an accent: such a passage lost them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from schema_actions.reading.pages import SheetDraft
from schema_actions.sheets import SECTIONS

MAX_PLAIN_LETTERS = 400  # letters in a row without an accent; a healthy text has 224 at most
_ACCENTED = re.compile(r"[àâäçèéêëîïôöùûüœ]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SHARED = 4  # a word resembles a known one that shares these letters, and all but its last two

LinePiece = tuple[SheetDraft, int, str]


def lost_accents(drafts: Sequence[SheetDraft]) -> Iterator[tuple[SheetDraft, int, list[str]]]:
    """Yield each line that lost letters, with the damaged words."""
    pieces = [piece for draft in drafts for piece in _stretches(draft)]
    if not pieces:
        return
    vocabulary = _vocabulary(drafts, {(id(draft), line) for draft, line, _text in pieces})
    unaccented = {_ACCENTED.sub("", word): word for word in vocabulary if _ACCENTED.search(word)}
    for draft, line, text in pieces:
        words = [word for word in _WORD.findall(text) if _is_damaged(word, vocabulary, unaccented)]
        if words:
            yield draft, line, list(dict.fromkeys(words))


def _stretches(draft: SheetDraft) -> Iterator[LinePiece]:
    """Yield the pieces of lines of the long passages of the sheet without an accent."""
    for pieces in _between_accents(draft):
        if (
            sum(char.isalpha() for _draft, _line, text in pieces for char in text)
            > MAX_PLAIN_LETTERS
        ):
            yield from pieces


def _between_accents(draft: SheetDraft) -> Iterator[list[LinePiece]]:
    stretch: list[LinePiece] = []
    for name in SECTIONS:
        for number, text in draft.lines[name]:
            first, *others = _ACCENTED.split(text)
            stretch.append((draft, number, first))
            for other in others:
                yield stretch
                stretch = [(draft, number, other)]
    yield stretch


def _vocabulary(drafts: Sequence[SheetDraft], damaged: set[tuple[int, int]]) -> set[str]:
    """Return the words of all other lines."""
    return {
        word.lower()
        for draft in drafts
        for lines in draft.lines.values()
        for line in lines
        if (id(draft), line.number) not in damaged
        for word in _WORD.findall(line.text)
    }


def _is_damaged(word: str, vocabulary: set[str], unaccented: Mapping[str, str]) -> bool:
    """Return whether a word is unknown, and is a known one without accents or resembles none."""
    lower = word.lower()
    if lower in vocabulary or len(word) < 2 or word.isupper():
        return False
    if lower in unaccented:
        return True
    start = lower[: max(_SHARED, len(lower) - 2)]
    similar = [other for other in vocabulary if other.startswith(start)]
    return all(_ACCENTED.match(other, len(start)) for other in similar)
