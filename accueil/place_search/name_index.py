"""An index of place names: exact, by beginning, with typos.

It is built once and never modified. Positions are in order of preference: the smallest is the best.
"""

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from accueil.place_search.sounds import sound, sounds
from accueil.place_search.words import split_words, without_article, without_link_words

MIN_LETTERS_WITH_TYPO = 4  # letters
MIN_LETTERS_WITH_TWO_TYPOS = 9
MIN_SOUNDS = 2
MAX_LETTERS_CACHED = 3
MAX_COMPLETIONS_CACHED = 20  # cached names that complete a very short text
_AFTER_ALL_LETTERS = "\U0010ffff"
_MIN_LIKENESS = 35  # percent, for a name to be proposed

Postings = defaultdict[str, list[int]]  # positions by word


class Kind(StrEnum):
    COMMUNE = "commune"
    FORMER_COMMUNE = "former_commune"
    QUARTER = "quarter"
    TEAM = "team"
    AGENCY = "agency"
    FORMER_AGENCY = "former_agency"
    SITE = "site"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Place:
    """A place, team or agency that people name.

    `key` is the INSEE code of a commune or former commune, the slug of a quarter's sector, of a
    team or of an agency, the id of a former agency, the ids of the sites of that name. `commune` is
    the INSEE code of the commune that it is, is in or implies, None when it implies none. `weight`
    (inhabitants) orders homonyms.
    `note` is the name of today's commune for a former one, of its commune for a quarter, the short
    name of a team. `aliases` are its other names.
    """

    kind: Kind
    name: str
    key: str
    commune: str | None
    department: str
    weight: int = 0
    note: str = ""
    aliases: tuple[str, ...] = ()


class Positions:
    """The positions of each word, in flat arrays: several times lighter than one list a word."""

    def __init__(self, positions_by_word: Mapping[str, Sequence[int]]) -> None:
        self.words = sorted(positions_by_word)
        self._all = array("I")
        self._starts = array("I", [0])
        for word in self.words:
            self._all.extend(positions_by_word[word])
            self._starts.append(len(self._all))

    def __contains__(self, word: str) -> bool:
        index = bisect_left(self.words, word)
        return index < len(self.words) and self.words[index] == word

    def of(self, word: str) -> Sequence[int]:
        """Return the positions of this word, in order; none when unknown."""
        index = bisect_left(self.words, word)
        if index == len(self.words) or self.words[index] != word:
            return ()
        return self._between(index, index + 1)

    def starting(self, start: str) -> Sequence[int]:
        """Return the positions of all the words with this prefix, word by word."""
        first = bisect_left(self.words, start)
        return self._between(first, bisect_left(self.words, start + _AFTER_ALL_LETTERS, lo=first))

    def _between(self, first: int, last: int) -> "array[int]":
        return self._all[self._starts[first] : self._starts[last]]


class NameIndex:
    """An index of places: those of `served` départements first, then the most populated."""

    def __init__(self, places: Iterable[Place], served: Collection[str] = ()) -> None:
        self.served = frozenset(served)
        self.places = sorted(places, key=self.preference)
        glued: Postings = defaultdict(list)
        short: Postings = defaultdict(list)
        spaced: Postings = defaultdict(list)
        by_word: Postings = defaultdict(list)
        interned: dict[str, str] = {}  # one string for equal keys, to save memory
        self._spellings: list[str] = []
        for position, place in enumerate(self.places):
            names = [split_words(name) for name in (place.name, *place.aliases)]
            whole = "\n".join(" ".join(words) for words in names)
            self._spellings.append(interned.setdefault(whole, whole))
            for words in names:
                unarticled = without_article(words)
                significant = without_link_words(words)
                _add_position(glued, "".join(words), position, interned)
                _add_position(spaced, " ".join(words), position, interned)
                if unarticled is not words:
                    _add_position(short, "".join(unarticled), position, interned)
                    _add_position(spaced, " ".join(unarticled), position, interned)
                if len(significant) < len(unarticled):
                    _add_position(short, "".join(significant), position, interned)
                for word in words:
                    _add_position(by_word, word, position, interned)
        self._glued = Positions(glued)
        self._short = Positions(short)
        self._spaced = Positions(spaced)
        self._words = Positions(by_word)
        self._by_reversed_name = array(
            "I", sorted(range(len(self._glued.words)), key=self._reversed_name)
        )
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for key in self._glued.words:
            self._by_length[len(key)].append(key)
        self._best_short: dict[str, list[int]] = {}
        self._sounding = self._read_sounds()

    def preference(self, place: Place) -> tuple[bool, int, str, str]:
        return place.department not in self.served, -place.weight, place.name, place.key

    # Lookups: places, best first.

    def exact(self, key: str) -> list[Place]:
        """Return the places whose concatenated name is this key."""
        return self._at(self._glued.of(key))

    def shortened(self, key: str) -> list[Place]:
        """Return the places of this name without article or link words: "ferté saint aubin"."""
        return self._at(self._short.of(key))

    def has_name(self, key: str) -> bool:
        return key in self._glued or key in self._short

    def has_words(self, words: Sequence[str]) -> bool:
        """Return whether a name is made of exactly these words."""
        return " ".join(words) in self._spaced

    def starting(self, words: Sequence[str], limit: int = 20) -> list[Place]:
        """Return the places whose name continues after these whole words."""
        return self._at(self._best(self._spaced.starting(f"{' '.join(words)} "), limit))

    def starting_glued(self, key: str, limit: int = 20) -> list[Place]:
        """Return the places whose concatenated name has this prefix: "fleuryles"."""
        return self._at(self._best(self._glued.starting(key), limit))

    def completing(self, words: Sequence[str], limit: int) -> list[Place]:
        """Return the places whose words start with these, in order: at the start, then anywhere."""
        positions = self._best_beginning(" ".join(words), limit)
        if len(positions) < limit:
            positions = positions + self._in_order(words, limit, excluded=set(positions))
        return self._at(positions[:limit])

    def within_two_typos(self, key: str) -> list[Place]:
        """Return the places two typos away from a long key, among names of about its length."""
        if len(key) < MIN_LETTERS_WITH_TWO_TYPOS:
            return []
        names = self._of_length(len(key), 2)
        matches = process.extract(key, names, scorer=OSA.distance, score_cutoff=2, limit=None)
        return self._at(sorted(self._named(name for name, _, _ in matches)))

    def within_one_typo(self, key: str) -> list[Place]:
        """Return the places one typo away: a letter missing, added or changed, or two swapped.

        A single edit changes only half of the word: only names that share a half are compared.
        """
        if len(key) < MIN_LETTERS_WITH_TYPO:
            return []
        half = (len(key) - 1) // 2
        names = {*with_prefix(self._glued.words, key[:half]), *self._ending(key[-half:])}
        matches = process.extract(key, names, scorer=OSA.distance, score_cutoff=1, limit=None)
        return self._at(sorted(self._named(name for name, _, _ in matches)))

    def completing_with_typo(self, key: str, limit: int) -> list[Place]:
        """Return the places whose concatenated name starts with something one typo from `key`."""
        if len(key) <= MIN_LETTERS_WITH_TYPO:
            return []
        names = with_prefix(self._glued.words, key[: (len(key) - 1) // 2])
        matches: set[str] = set()
        for letters in (len(key) - 1, len(key), len(key) + 1):
            beginnings = [name[:letters] for name in names]
            results = process.extract(
                key, beginnings, scorer=OSA.distance, score_cutoff=1, limit=None
            )
            matches.update(names[index] for _, _, index in results)
        return self._at(self._best(self._named(matches), limit))

    def sounding(self, words: Sequence[str]) -> list[Place]:
        """Return the places whose name is said like these words, the best written first."""
        key = sound(" ".join(words))
        if len(key) < MIN_SOUNDS:
            return []
        typed = "".join(words)
        return sorted(
            self._at(self._sounding.of(key)),
            key=lambda place: -fuzz.ratio(typed, "".join(split_words(place.name))),
        )

    def _read_sounds(self) -> Positions:
        """Read how all the names sound: 0.4 s for the communes of France."""
        spellings = [
            (name, position)
            for position, names in enumerate(self._spellings)
            for name in names.split("\n")
        ]
        by_sound: Postings = defaultdict(list)
        keys = sounds([name for name, _position in spellings])
        for key, (_name, position) in zip(keys, spellings, strict=True):
            by_sound[key].append(position)
        return Positions(by_sound)

    def closest(self, key: str, limit: int, likeness: float = _MIN_LIKENESS) -> list[Place]:
        """Return the places whose name is most similar to `key`, at least by that percentage."""
        names = self._of_length(len(key), 3)
        matches = process.extract(key, names, scorer=fuzz.ratio, score_cutoff=likeness, limit=limit)
        return self._at(self._glued.of(name)[0] for name, _, _ in matches)

    # Search in the positions.

    def _at(self, positions: Iterable[int]) -> list[Place]:
        return [self.places[position] for position in positions]

    def _named(self, keys: Iterable[str]) -> set[int]:
        return {position for key in keys for position in self._glued.of(key)}

    def _reversed_name(self, rank: int) -> str:
        return self._glued.words[rank][::-1]

    def _ending(self, end: str) -> Iterator[str]:
        """Yield the concatenated names with this suffix, adjacent when sorted reversed."""
        start = end[::-1]
        first = bisect_left(self._by_reversed_name, start, key=self._reversed_name)
        last = bisect_left(
            self._by_reversed_name, start + _AFTER_ALL_LETTERS, lo=first, key=self._reversed_name
        )
        return (self._glued.words[rank] for rank in islice(self._by_reversed_name, first, last))

    def _best_beginning(self, start: str, limit: int) -> list[int]:
        """Return the best positions for a prefix; cached for short ones, common to many names."""
        if len(start) > MAX_LETTERS_CACHED or limit > MAX_COMPLETIONS_CACHED:
            return self._best(self._spaced.starting(start), limit)
        best = self._best_short.get(start)
        if best is None:
            best = self._best_short[start] = self._best(
                self._spaced.starting(start), MAX_COMPLETIONS_CACHED
            )
        return best[:limit]

    def _of_length(self, letters: int, margin: int) -> list[str]:
        lengths = range(letters - margin, letters + margin + 1)
        return [name for length in lengths for name in self._by_length.get(length, ())]

    @staticmethod
    def _best(positions: Iterable[int], limit: int) -> list[int]:
        return nsmallest(limit, set(positions))

    def _in_order(self, words: Sequence[str], limit: int, excluded: Collection[int]) -> list[int]:
        """Return the best positions whose name has words with these prefixes, in order."""
        containing = sorted((self._words.starting(word) for word in words), key=len)
        positions = set(containing[0] if containing else ()).difference(excluded)
        for more in containing[1:]:
            positions.intersection_update(more)
        if len(words) == 1:
            return nsmallest(limit, positions)
        pattern = re.compile(r"\b" + r"[^\n]*? ".join(words))
        matches: list[int] = []
        for position in sorted(positions):
            if pattern.search(self._spellings[position]):
                matches.append(position)
            if len(matches) == limit:
                break
        return matches


def _add_position(postings: Postings, word: str, position: int, interned: dict[str, str]) -> None:
    """Add a position once, even when two names of the place are equal."""
    positions = postings[interned.setdefault(word, word)]
    if not positions or positions[-1] != position:
        positions.append(position)


def with_prefix(names: Sequence[str], start: str) -> Sequence[str]:
    """Return the slice of the sorted `names` with this prefix."""
    first = bisect_left(names, start)
    return names[first : bisect_left(names, start + _AFTER_ALL_LETTERS, lo=first)]
