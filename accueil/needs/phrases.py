"""Reads the phrases of the table into parts, terms and phrases, indexed by their first words."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.text.normalisation import normalise

MAX_CHARACTERS = 2000
MAX_WORDS = 250
NEAR = " … "

_DOUBLED = re.compile(r"([a-z])\1+")
Words = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text, doubled letters once, without accents: "frappée" → "frapee"."""
    return _DOUBLED.sub(r"\1", normalise(text[:MAX_CHARACTERS])).split()[:MAX_WORDS]


@dataclass(frozen=True)
class Alternative:
    """The words of one alternative of the part `part`, after its first one.

    The last word ends with "*" where only its beginning is given.
    """

    rest: Words
    part: int


@dataclass(frozen=True)
class Phrase:
    """Terms that must all be near each other; `group` is the list that the phrase belongs to."""

    terms: tuple[int, ...]
    group: int


class PhraseIndex:
    """All the phrases. A part is a set of alternatives, a term is parts side by side.

    `by_word` and `by_beginning` give the alternatives by their first word or its beginning,
    `terms_by_part` the terms by their first part, with the following parts, `phrases_by_term` the
    phrases by their rarest term.
    """

    def __init__(self, groups: Sequence[Iterable[str]], sets: Mapping[str, Sequence[str]]) -> None:
        self._sets = sets
        self._parts: dict[frozenset[Words], int] = {}
        self._terms: dict[tuple[int, ...], int] = {}
        self._sizes: list[int] = []  # of the parts
        self.words: set[str] = set()
        self.by_word: dict[str, list[Alternative]] = defaultdict(list)
        self.by_beginning: dict[str, list[Alternative]] = defaultdict(list)
        self.terms_by_part: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        self.phrases_by_term: dict[int, list[Phrase]] = defaultdict(list)
        for group, texts in enumerate(groups):
            for text in texts:
                self._add(text, group)
        lengths = [len(beginning) for beginning in self.by_beginning]
        self.beginning_lengths = range(min(lengths, default=0), max(lengths, default=0) + 1)

    def _add(self, text: str, group: int) -> None:
        parts = [tuple(map(self._part, term.split())) for term in text.split(NEAR)]
        terms = tuple(map(self._term, parts))
        rarest = min(range(len(terms)), key=lambda at: min(self._sizes[part] for part in parts[at]))
        self.phrases_by_term[terms[rarest]].append(Phrase(terms, group))

    def _term(self, parts: tuple[int, ...]) -> int:
        if parts not in self._terms:
            self._terms[parts] = len(self._terms)
            self.terms_by_part[parts[0]].append((parts[1:], self._terms[parts]))
        return self._terms[parts]

    def _part(self, text: str) -> int:
        names = [word for name in text.split("/") for word in self._sets.get(name, (name,))]
        alternatives = frozenset(map(self._words, names))
        if alternatives not in self._parts:
            self._parts[alternatives] = part = len(self._parts)
            self._sizes.append(len(alternatives))
            for first, *rest in alternatives:
                index = self.by_word if rest or not first.endswith("*") else self.by_beginning
                index[first.rstrip("*")].append(Alternative(tuple(rest), part))
        return self._parts[alternatives]

    def _words(self, text: str) -> Words:
        words = words_of(text)
        self.words.update(words[:-1] if text.endswith("*") else words)
        return (*words[:-1], f"{words[-1]}*") if text.endswith("*") else tuple(words)
