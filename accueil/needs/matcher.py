"""Finds the need that a text names. Pure; a sentence costs 50 µs, the worst long text 8 ms."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from unicodedata import normalize

from rapidfuzz.distance import OSA

from accueil.needs.phrases import MAX_CHARACTERS, Phrase, PhraseIndex, words_of
from accueil.needs.table import Need, NeedTable, load_needs
from accueil.place_search.sounds import sound, sounds
from accueil.place_search.words import ORDINARY_WORDS
from portal.core.text.normalisation import normalise

REACH = 9  # words between the first and the last of a phrase
LONG = 6  # letters of a word that may have a mistake
MOST_PLACES = 8  # of a term in a text, that are tried

_SEVERAL_COMMAS = re.compile(r"[\s,]*,[\s,]*")
Span = tuple[int, int]
Positions = frozenset[int]  # of words in a text


@dataclass(frozen=True)
class Match:
    """The need of a text, the words that named it, and the text without them: a place may be left.

    Words of other dangers are left out of `rest` too.
    """

    need: Need
    words: tuple[str, ...]
    rest: str


class NeedMatcher:
    """Matches texts with needs. Dangers come first, in their order; then what says most."""

    def __init__(self, table: NeedTable) -> None:
        self.needs = {need.slug: need for need in table.needs}
        self._groups = list(_groups(table.needs))
        exceptions = [need.unless for need in table.needs]
        self._index = PhraseIndex(
            [*(phrases for _, phrases in self._groups), *exceptions], table.sets
        )
        self._exceptions = {
            need.slug: len(self._groups) + at for at, need in enumerate(table.needs)
        }
        self._spelling = _Spelling(self._index.words, table.well_spelt, table.spellings)
        self._street_kinds = frozenset(words_of(" ".join(table.street_kinds)))
        self._not_street_names = frozenset(
            word for name in table.not_street_names for word in words_of(name)
        )
        self._after_house_numbers = self._street_kinds | _SUFFIXES.union(
            *map(words_of, table.other_street_kinds)
        )

    def find(self, text: str) -> Match | None:
        """Return the need that the text names, if any."""
        text = normalize("NFC", text)
        words = words_of(text)
        named = self._named(words)
        if not named:
            return None
        dangers = [(need, positions) for need, positions in named if need.urgent]
        need, positions = dangers[0] if dangers else max(named, key=_longest)
        left_out = frozenset[int]().union(*positions, *(at for _, found in dangers for at in found))
        of_need = sorted(frozenset[int]().union(*positions))
        return Match(need, tuple(words[at] for at in of_need), _without(text, words, left_out))

    def _named(self, words: Sequence[str]) -> list[tuple[Need, list[Positions]]]:
        """Return the needs that the words name, in order, with where each phrase of them is.

        An exception of a need cancels the phrases that share a word with it, and no others.
        """
        found = self._phrases(words)
        named = []
        for group, (need, _) in enumerate(self._groups):
            exceptions = found.get(self._exceptions[need.slug], [])
            remaining = [
                positions
                for positions in found.get(group, ())
                if all(map(positions.isdisjoint, exceptions))
            ]
            if remaining:
                named.append((need, remaining))
        return named

    def _phrases(self, words: Sequence[str]) -> dict[int, list[Positions]]:
        """Return where the phrases of each group are."""
        spans = self._term_spans(words)
        groups: dict[int, list[Positions]] = defaultdict(list)
        for term in spans:
            for phrase in self._index.phrases_by_term.get(term, ()):
                if all(other in spans for other in phrase.terms):
                    groups[phrase.group] += _placements(phrase, spans)
        return groups

    def _term_spans(self, words: Sequence[str]) -> dict[int, list[Span]]:
        """Return where each term is."""
        parts = self._part_ends(words)
        terms: dict[int, list[Span]] = defaultdict(list)
        for (part, start), ends in parts.items():
            for following, term in self._index.terms_by_part.get(part, ()):
                last = ends
                for other in following:
                    last = [after for end in last for after in parts.get((other, end), ())]
                if last:
                    terms[term].append((start, max(last)))
        return terms

    def _part_ends(self, words: Sequence[str]) -> dict[tuple[int, int], list[int]]:
        """Return where each part may end, by part and start."""
        index, hidden = self._index, self._street_words(words)
        readings = [
            () if at in hidden else self._spelling.readings(word) for at, word in enumerate(words)
        ]
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        for start, word in enumerate(words):
            for reading in readings[start]:
                for alternative in index.by_word.get(reading, ()):
                    end = start + 1 + len(alternative.rest)
                    if not alternative.rest or _are_at(
                        alternative.rest, start + 1, words, readings
                    ):
                        ends[alternative.part, start].append(end)
            if start in hidden:
                continue
            for length in index.beginning_lengths:
                if length > len(word):
                    break
                for alternative in index.by_beginning.get(word[:length], ()):
                    ends[alternative.part, start].append(start + 1)
        return ends

    def _street_words(self, words: Sequence[str]) -> set[int]:
        """Return the positions of streets, of their numbers and of the first word of their names:
        "115 rue de la Santé", but not "à la rue ce soir".
        """
        hidden: set[int] = set()
        for start, (word, following) in enumerate(pairwise(words)):
            if word.isdigit() and following in self._after_house_numbers:
                hidden.add(start)
            if word not in self._street_kinds or not self._may_be_street_name(following):
                continue
            end = start + 1
            while end < len(words) - 1 and words[end] in _LINKS:
                end += 1
            is_on_the = list(words[max(0, start - 2) : start]) == _ON_THE
            if is_on_the and end == start + 1 and self._is_of_phrase(following):
                continue  # "à la rue enceinte"
            hidden.update(range(start, end + 1))
        return hidden

    def _is_of_phrase(self, typed: str) -> bool:
        return not self._index.words.isdisjoint(self._spelling.readings(typed))

    def _may_be_street_name(self, word: str) -> bool:
        return word not in self._not_street_names and not word.isdigit()


@cache
def need_matcher() -> NeedMatcher:
    """Return the matcher of the table of this installation."""
    return NeedMatcher(load_needs())


_LINKS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l"})
_ON_THE = ["a", "la"]
_SUFFIXES = frozenset({"bis", "ter", "quater"})


def _groups(needs: Sequence[Need]) -> Iterator[tuple[Need, Iterable[str]]]:
    """Yield each need with its phrases, and its later phrases after those of the next one."""
    waiting: list[tuple[Need, Iterable[str]]] = []
    for need in needs:
        yield need, need.phrases
        yield from waiting
        waiting = [(need, need.later_phrases)] if need.later_phrases else []
    yield from waiting


def _longest(named: tuple[Need, list[Positions]]) -> int:
    return max(map(len, named[1]))


def _placements(phrase: Phrase, spans: dict[int, list[Span]]) -> Iterator[Positions]:
    """Yield the positions of the words of the phrase where they are near and not shared."""
    for choice in product(*(spans[term][:MOST_PLACES] for term in phrase.terms)):
        start, end = min(span[0] for span in choice), max(span[1] for span in choice)
        if end - start <= REACH or len(choice) == 1:
            used = frozenset(at for span in choice for at in range(*span))
            if len(used) == sum(last - first for first, last in choice):
                yield used


def _are_at(
    rest: Sequence[str], start: int, words: Sequence[str], readings: Sequence[Iterable[str]]
) -> bool:
    if start + len(rest) > len(words):
        return False
    for at, word in enumerate(rest, start):
        if word.endswith("*"):
            if not words[at].startswith(word[:-1]):
                return False
        elif word not in readings[at]:
            return False
    return True


def _without(text: str, words: Sequence[str], positions: Positions) -> str:
    """Return the text without the words at these positions, "" where it cannot be cut so."""
    parts = [
        (part, len(normalise(part).split()) if part[0].isalnum() else 0)
        for part in _split_at_signs(text[:MAX_CHARACTERS])
    ]
    if sum(count for _, count in parts) < len(words):
        return ""
    left, at = [], 0
    for part, count in parts:
        is_of_need = count and not positions.isdisjoint(range(at, at + count))
        left.append(", " if is_of_need else part)
        at += count
    return _SEVERAL_COMMAS.sub(", ", "".join(left)).strip(" ,.;!?")


def _split_at_signs(text: str) -> Iterator[str]:
    """Yield the words and what stands between them, as typed."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or text[at].isalnum() != text[at - 1].isalnum():
            yield text[start:at]
            start = at


_EVERYDAY_WORDS = frozenset(word for name in ORDINARY_WORDS for word in words_of(name))


class _Spelling:
    """The words of the phrases, found with one mistake or by ear too when they are long."""

    def __init__(
        self, words: Iterable[str], well_spelt: Iterable[str], meanings: Mapping[str, str]
    ) -> None:
        self._words = frozenset(words)
        self._well_spelt = _EVERYDAY_WORDS.union(*map(words_of, well_spelt))
        self._meanings = {
            typed: tuple(words_of(meaning))
            for spelling, meaning in meanings.items()
            for typed in words_of(spelling)
        }
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        long_words = [word for word in self._words if len(word) >= LONG]
        for word, key in zip(long_words, sounds(long_words), strict=True):
            self._by_sound[key].append(word)
        self._without_a_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            if len(word) >= LONG:
                for shorter in _without_a_letter(word):
                    self._without_a_letter[shorter].append(word)

    def readings(self, typed: str) -> tuple[str, ...]:
        """Return the words that `typed` may be: itself, what it means, else, where it is no word of
        everyday French, long words with one mistake or that sound alike.
        """
        if meaning := self._meanings.get(typed):
            return (typed, *meaning)
        if len(typed) < LONG - 1 or typed in self._words or typed in self._well_spelt:
            return (typed,)
        near = {
            word
            for shorter in _without_a_letter(typed)
            for word in self._without_a_letter.get(shorter, ())
            if word[0] == typed[0] and OSA.distance(typed, word) == 1
        }
        if len(typed) >= LONG:
            near.update(self._by_sound.get(sound(typed), ()))
        return (typed, *near)


def _without_a_letter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
