"""An index of the names of places: exact, by their beginning, with one typo.

It is built once from all the places and never changes; positions in it are in order of preference,
so that the smallest are the best.
"""

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from accueil.places.wording import without_article, without_links, words_of

SHORTEST_WITH_TYPO = 4  # letters
SHORTEST_WITH_TWO_TYPOS = 9
VERY_SHORT = 3
MOST_COMPLETED = 20  # names kept that complete a very short text
_LAST = "\U0010ffff"
_FAR = 35  # likeness in percent under which a name is not worth proposing


class Kind(StrEnum):
    COMMUNE = "commune"
    FORMER_COMMUNE = "former_commune"
    QUARTER = "quarter"
    TEAM = "team"
    AGENCY = "agency"
    FORMER_AGENCY = "former_agency"


@dataclass(frozen=True, slots=True)
class Place:
    """A thing that people name.

    `key` is the INSEE code of a commune or former commune, the slug of a quarter's sector, of a
    team or of an agency, the id of a former agency. `commune` is the INSEE code of the commune that
    it is, is in or implies, None when it implies none. `weight` (inhabitants) orders homonyms.
    `note` is the name of today's commune for a former one, of its commune for a quarter, the short
    name of a team. `aliases` are the other names it is found by.
    """

    kind: Kind
    name: str
    key: str
    commune: str | None
    department: str
    weight: int = 0
    note: str = ""
    aliases: tuple[str, ...] = ()


class Names:
    """An index of places: of the départements `served` first, then the most peopled."""

    def __init__(self, places: Iterable[Place], served: Collection[str] = ()) -> None:
        self.served = frozenset(served)
        self.places = sorted(places, key=self.preference)
        keys: dict[str, list[int]] = defaultdict(list)
        short: dict[str, list[int]] = defaultdict(list)
        spaced: list[tuple[str, int]] = []
        postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._said: list[str] = []
        for position, place in enumerate(self.places):
            said = [words_of(name) for name in (place.name, *place.aliases)]
            self._said.append("\n".join(" ".join(words) for words in said))
            for words in said:
                _put(keys, "".join(words), position)
                spaced.append((" ".join(words), position))
                if (bare := without_article(words)) is not words:
                    _put(short, "".join(bare), position)
                    spaced.append((" ".join(bare), position))
                if len(kept := without_links(words)) < len(bare):
                    _put(short, "".join(kept), position)
                for word in set(words):
                    postings[word].append(position)
        self._keys = {key: tuple(positions) for key, positions in keys.items()}
        self._short = {key: tuple(found) for key, found in short.items()}
        self._sorted_keys = sorted(self._keys)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for key in self._sorted_keys:
            self._by_length[len(key)].append(key)
        self._sorted_mirrors = sorted(key[::-1] for key in self._keys)
        spaced.sort()
        self._spaced = [name for name, _ in spaced]
        self._spaced_positions = array("I", (position for _, position in spaced))
        self._best_short: dict[str, list[int]] = {}
        self._vocabulary = sorted(postings)
        self._postings = [postings[word] for word in self._vocabulary]

    def preference(self, place: Place) -> tuple[bool, int, str, str]:
        return place.department not in self.served, -place.weight, place.name, place.key

    # Each of these gives places best first.

    def exact(self, key: str) -> list[Place]:
        """Those of this very name, its words glued."""
        return self._at(self._keys.get(key, ()))

    def shortened(self, key: str) -> list[Place]:
        """Those of this name without its article or its small words: "ferté saint aubin"."""
        return self._at(self._short.get(key, ()))

    def knows(self, key: str) -> bool:
        return key in self._keys or key in self._short

    def says(self, words: Sequence[str]) -> bool:
        """Whether a name is written in these very words, cut so."""
        name = " ".join(words)
        at = bisect_left(self._spaced, name)
        return at < len(self._spaced) and self._spaced[at] == name

    def starting(self, words: Sequence[str], limit: int = 20) -> list[Place]:
        """Those whose name goes on after these whole words."""
        return self._at(self._best(self._beginning(f"{' '.join(words)} "), limit))

    def starting_glued(self, key: str, limit: int = 20) -> list[Place]:
        """Those whose name, glued, starts so: "fleuryles"."""
        positions = (at for name in between(self._sorted_keys, key) for at in self._keys[name])
        return self._at(self._best(positions, limit))

    def completing(self, words: Sequence[str], limit: int) -> list[Place]:
        """Those whose words start with these, in order: from the first word, then anywhere."""
        found = self._best_beginning(" ".join(words), limit)
        if len(found) < limit:
            found = found + self._in_order(words, limit, but=set(found))
        return self._at(found[:limit])

    def almost(self, key: str) -> list[Place]:
        """Those two typos away, for a long key. Compares with every name of about its length."""
        if len(key) < SHORTEST_WITH_TWO_TYPOS:
            return []
        names = self._of_length(len(key), 2)
        close = process.extract(key, names, scorer=OSA.distance, score_cutoff=2, limit=None)
        return self._at(sorted({at for name, _, _ in close for at in self._keys[name]}))

    def near(self, key: str) -> list[Place]:
        """Those one typo away: a letter missing, added, changed, or two swapped.

        One edit leaves a half of the word as it was: only names sharing one are compared.
        """
        if len(key) < SHORTEST_WITH_TYPO:
            return []
        half = (len(key) - 1) // 2
        names = set(between(self._sorted_keys, key[:half]))
        mirrored = between(self._sorted_mirrors, key[: -half - 1 : -1])
        names.update(name[::-1] for name in mirrored)
        close = process.extract(key, names, scorer=OSA.distance, score_cutoff=1, limit=None)
        return self._at(sorted({at for name, _, _ in close for at in self._keys[name]}))

    def completing_near(self, key: str, limit: int) -> list[Place]:
        """Those whose glued name starts with something one typo away from `key`."""
        if len(key) <= SHORTEST_WITH_TYPO:
            return []
        names = between(self._sorted_keys, key[: (len(key) - 1) // 2])
        close: set[str] = set()
        for letters in (len(key) - 1, len(key), len(key) + 1):
            starts = [name[:letters] for name in names]
            found = process.extract(key, starts, scorer=OSA.distance, score_cutoff=1, limit=None)
            close.update(names[index] for _, _, index in found)
        return self._at(self._best((at for name in close for at in self._keys[name]), limit))

    def closest(self, key: str, limit: int, likeness: float = _FAR) -> list[Place]:
        """Those whose name looks most like `key`, at least by so many percent."""
        names = self._of_length(len(key), 3)
        found = process.extract(key, names, scorer=fuzz.ratio, score_cutoff=likeness, limit=limit)
        return self._at(self._keys[name][0] for name, _, _ in found)

    # How they are found.

    def _at(self, positions: Iterable[int]) -> list[Place]:
        return [self.places[position] for position in positions]

    def _beginning(self, start: str) -> "array[int]":
        first = bisect_left(self._spaced, start)
        return self._spaced_positions[first : bisect_left(self._spaced, start + _LAST, lo=first)]

    def _best_beginning(self, start: str, limit: int) -> list[int]:
        """Of a few letters, thousands of names: what is best of them is found once."""
        if len(start) > VERY_SHORT or limit > MOST_COMPLETED:
            return self._best(self._beginning(start), limit)
        best = self._best_short.get(start)
        if best is None:
            best = self._best_short[start] = self._best(self._beginning(start), MOST_COMPLETED)
        return best[:limit]

    def _of_length(self, letters: int, margin: int) -> list[str]:
        lengths = range(letters - margin, letters + margin + 1)
        return [name for length in lengths for name in self._by_length.get(length, ())]

    @staticmethod
    def _best(positions: Iterable[int], limit: int) -> list[int]:
        return nsmallest(limit, set(positions))

    def _in_order(self, words: Sequence[str], limit: int, but: Collection[int]) -> list[int]:
        """The best whose name has words that start with these, in their order."""
        containing = sorted((self._containing(word) for word in words), key=_size)
        positions = set(chain(*containing[0]) if containing else ()).difference(but)
        for postings in containing[1:]:
            positions.intersection_update(chain(*postings))
        if len(words) == 1:
            return nsmallest(limit, positions)
        pattern = re.compile(r"\b" + r"[^\n]*? ".join(words))
        found: list[int] = []
        for position in sorted(positions):
            if pattern.search(self._said[position]):
                found.append(position)
            if len(found) == limit:
                break
        return found

    def _containing(self, start: str) -> "list[array[int]]":
        """The positions of the names that have a word starting so, by word."""
        first = bisect_left(self._vocabulary, start)
        return self._postings[first : bisect_left(self._vocabulary, start + _LAST, lo=first)]


def _put(index: dict[str, list[int]], key: str, position: int) -> None:
    """Once, even if two names of the place are the same."""
    if not index[key] or index[key][-1] != position:
        index[key].append(position)


def between(names: Sequence[str], start: str) -> Sequence[str]:
    """The sorted `names` that start so."""
    first = bisect_left(names, start)
    return names[first : bisect_left(names, start + _LAST, lo=first)]


def _size(postings: Iterable[Sequence[int]]) -> int:
    return sum(len(posting) for posting in postings)
