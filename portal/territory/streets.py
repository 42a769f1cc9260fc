"""Names of streets: which spellings name the same street.

"R GAL DE GAULLE" and "Rue du Général de Gaulle" do; "Rue du Bois" and "Rue des Bois" do not, nor do
"Allée A" and "Allée D": nothing that tells two streets apart is dropped. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product

from rapidfuzz import fuzz

from portal.core.text.normalisation import normalise
from portal.territory.street_words import (
    KINDS,
    KINDS_AFTER_RUE,
    MONTHS,
    NO_KIND,
    NOUNS,
    NUMBERED_NAMES,
    NUMBERS,
    ORDINALS,
    ROAD_LETTERS,
    SMALL_WORDS,
    TITLES,
)

MAX_READINGS = 4  # of a name with ambiguous abbreviations
MAX_CLOSEST = 5
MIN_LIKENESS = 60  # percent, for a name to be proposed
LIKENESS_OF_PART = 90  # percent, of a name that has the typed one in it
MIN_LETTERS_OF_PART = 4
BONUS_OF_SAME_KIND = 15
MAX_KIND_WORDS = 6
MAX_CHARACTERS = 200
MAX_KEY_LETTERS = 120

_PIECE = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b([A-Za-z])\.[ -]?(?=[A-Za-z]\.)")
_ORDINAL = re.compile(r"([0-9]+|[ivx]+)(?:er|ere|re|e|eme|ieme|nd|nde)")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
_ROAD = re.compile(r"(rn|rd|cd|vc|cr|cv|n|d|a)([0-9]{1,4})")
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}|[0-9]{2}")
_NUMBER_SIGNS = frozenset({"n", "no", "numero"})
_MONTHS = {short: month for month, shorts in MONTHS.items() for short in (month, *shorts)}


class Likeness(IntEnum):
    """How surely two names are those of one street."""

    DIFFERENT = 0
    COMPATIBLE = 1  # one has small words, or a year, that the other leaves out
    GLUED = 2
    EQUAL = 3


@dataclass(frozen=True, slots=True)
class StreetName:
    """A reading of a street's name.

    `kinds` are its possible kinds ("rue"), {""} without one; `words` all the words that follow, in
    full, with numbers in digits; `year` follows a day and a month: "1918", "" without.
    """

    kinds: frozenset[str]
    words: tuple[str, ...]
    year: str = ""

    @property
    def key(self) -> str:
        """What all spellings of the name share, apart from words glued together."""
        significant = [word for word in self.words[:-1] if word not in SMALL_WORDS]
        key = "".join([*significant, *self.words[-1:]]) or "".join(min(self.kinds).split())
        return key[:MAX_KEY_LETTERS]

    @property
    def is_name(self) -> bool:
        """Whether there is more than small words."""
        return any(word not in SMALL_WORDS for word in self.words)

    @property
    def small_words(self) -> Sequence[str]:
        """The words that a spelling may leave out; never the last: "Allée A"."""
        return [word for word in self.words[:-1] if word in SMALL_WORDS]

    @property
    def leading_small_words(self) -> Sequence[str]:
        words = self.words[:-1]
        return words[
            : next((at for at, word in enumerate(words) if word not in SMALL_WORDS), len(words))
        ]

    @property
    def glued_forms(self) -> set[str]:
        """The name as one word, with its small words, and without the leading ones."""
        leading = len(self.leading_small_words)
        return {"".join(self.words), "".join(self.words[leading:])}

    def likeness(self, other: "StreetName") -> Likeness:
        """Return how surely the other name is that of the same street."""
        if self.kinds.isdisjoint(other.kinds) or not _is_same_year(self.year, other.year):
            return Likeness.DIFFERENT
        if self.words == other.words:
            return Likeness.EQUAL if self.year == other.year else Likeness.COMPATIBLE
        if "".join(self.words) == "".join(other.words):
            return Likeness.GLUED
        if self.key == other.key and _is_abridged(self.small_words, other.small_words):
            return Likeness.COMPATIBLE
        if not self.glued_forms.isdisjoint(other.glued_forms) and _is_abridged(
            self.leading_small_words, other.leading_small_words
        ):
            return Likeness.COMPATIBLE
        return Likeness.DIFFERENT


@dataclass(frozen=True, slots=True)
class StreetMatch:
    """The known names of a typed street, and the closest ones when none is."""

    names: Sequence[str] = ()
    closest: Sequence[str] = ()


def street_key(text: str) -> str:
    """Return the key of a street's name, for an index: "Av. de la République" → "republique".

    Names of the same street have the same key, unless one glues a small word: "rue Lenain". Names
    of the same key may be those of different streets: `likeness` decides.
    """
    readings = read_street(text)
    return readings[0].key if readings else ""


def street_keys(text: str) -> list[str]:
    """Return the keys under which a typed street may be known, at most `MAX_READINGS`."""
    return list(dict.fromkeys(reading.key for reading in read_street(text)))


def spelled_street(text: str) -> str:
    """Return the words of a street's name in full, and its kind: "rue du general leclerc"."""
    reading = next(iter(read_street(text)), None)
    return " ".join([min(reading.kinds), *reading.words, reading.year]) if reading else ""


def begins_with_kind(text: str) -> bool:
    """Return whether a text is the name of a street after its kind: "rue Marat"."""
    return any(reading.kinds != {""} and reading.words for reading in read_street(text))


def likeness(name: str, other: str) -> Likeness:
    """Return how surely two names are those of the same street, by their likeliest readings."""
    return max(
        (
            reading.likeness(other_reading)
            for reading in read_street(name)
            for other_reading in read_street(other)
        ),
        default=Likeness.DIFFERENT,
    )


def is_same_street(name: str, other: str) -> bool:
    """Return whether two names are those of the same street; two empty ones are."""
    return name == other or likeness(name, other) > Likeness.DIFFERENT


def same_streets(typed: str, names: Iterable[str]) -> list[str]:
    """Return those of the `names` that are the typed street's: the likest only.

    Several distinct streets when the typed name leaves out what tells them apart.
    """
    by_likeness: dict[Likeness, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        by_likeness[likeness(typed, name)].append(name)
    by_likeness.pop(Likeness.DIFFERENT, None)
    return by_likeness[max(by_likeness)] if by_likeness else []


def match_street(typed: str, names: Sequence[str]) -> StreetMatch:
    """Return which of a commune's streets the typed one is, else the closest names."""
    if same := same_streets(typed, names):
        return StreetMatch(same)
    return StreetMatch(closest=closest_streets(typed, names))


def closest_streets(typed: str, names: Sequence[str]) -> list[str]:
    """Return the names most like the typed one, one for each street, most alike first."""
    readings = read_street(typed)
    if not readings:
        return []
    closeness = {
        name: max(_closeness(readings[0], reading) for reading in read_street(name))
        for name in names
        if read_street(name)
    }
    closest: list[str] = []
    for name in sorted(closeness, key=lambda name: (-closeness[name], name)):
        if not closeness[name] or len(closest) == MAX_CLOSEST:
            break
        if not any(is_same_street(name, other) for other in closest):
            closest.append(name)
    return closest


def _closeness(typed: StreetName, name: StreetName) -> float:
    """Return how alike two names are, in percent; 0 below `MIN_LIKENESS`."""
    likeness = fuzz.ratio(typed.key, name.key)
    if len(typed.key) >= MIN_LETTERS_OF_PART and typed.key in name.key:
        likeness = max(likeness, LIKENESS_OF_PART)
    if likeness < MIN_LIKENESS:
        return 0
    return likeness + (0 if typed.kinds.isdisjoint(name.kinds) else BONUS_OF_SAME_KIND)


def typed_name(text: str, words: str) -> str:
    """Return the part of a typed text that these normalised words come from, else the words."""
    wanted = "".join(words.split())
    if not wanted:
        return ""
    pieces = [(match, normalise(match[0]).replace(" ", "")) for match in _PIECE.finditer(text)]
    for at, (first, _normal) in enumerate(pieces):
        key = ""
        for last, normal in pieces[at:]:
            key += normal
            if key == wanted:
                return " ".join(text[first.start() : last.end()].split())
            if not wanted.startswith(key):
                break
    return words


# Reading a name


@lru_cache(maxsize=4096)
def read_street(text: str) -> tuple[StreetName, ...]:
    """Return the readings of a street's name, the likeliest first; none without a word."""
    text = _INITIALS.sub(r"\1", text[:MAX_CHARACTERS])
    words = _split_roads(normalise(text).split())
    kinds, rest = _split_kind(words)
    readings = dict.fromkeys(
        _reading(kinds, words) for words in _expanded(_with_digits(_with_months(rest)))
    )
    return tuple(reading for reading in readings if reading.kinds != {""} or reading.is_name)


def _split_roads(words: Sequence[str]) -> list[str]:
    """Split "rn20" and leave the sign of its number out: "RN n° 20"."""
    split = [part for word in words for part in _parts_of_road(word)]
    return [
        word
        for at, word in enumerate(split)
        if not (word in _NUMBER_SIGNS and 0 < at < len(split) - 1 and split[at + 1].isdigit())
    ]


def _parts_of_road(word: str) -> Sequence[str]:
    match = _ROAD.fullmatch(word)
    return match.groups() if match else [word]


def _kinds_by_spelling() -> Mapping[tuple[str, ...], frozenset[str]]:
    kinds: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for line in KINDS.strip().splitlines():
        kind, _, others = line.partition(":")
        short, *phrases = others.split(",")
        for spelling in (kind, *short.split(), *phrases):
            kinds[tuple(spelling.split())].add(kind)
    kinds[("za",)] |= {"zone artisanale", "zone d activite"}
    return {spelling: frozenset(found) for spelling, found in kinds.items() if spelling}


_KINDS = _kinds_by_spelling()
_NO_KIND = frozenset(tuple(spelling.split()) for spelling in NO_KIND)
KIND_WORDS = frozenset(spelling[0] for spelling in _KINDS if len(spelling) == 1)


def _split_kind(words: Sequence[str]) -> tuple[frozenset[str], Sequence[str]]:
    """Return the possible kinds of a street and the words of its name."""
    for length in range(min(2, len(words) - 1), 0, -1):
        if tuple(words[:length]) in _NO_KIND:
            return _split_kind(words[length:])
    without_article = (
        words[1:] if len(words) > 1 and words[0] in ("le", "la", "les", "l") else words
    )
    if len(words) > 1 and words[0] in ROAD_LETTERS and words[1].isdigit():
        return frozenset({ROAD_LETTERS[words[0]]}), words[1:]
    for length in range(min(MAX_KIND_WORDS, len(without_article)), 0, -1):
        kinds = _KINDS.get(tuple(without_article[:length]))
        rest = without_article[length:]
        if kinds is None or (not rest and without_article[0] not in _FULL_KIND_WORDS):
            continue
        if kinds == {"rue"} and (inner := _kind_after_rue(rest)):
            return inner
        repeated = _KINDS.get(tuple(rest[:length]))
        if repeated == kinds and len(rest) > length:  # "GR GRANDE RUE", "R R DANTON"
            rest = rest[length:]
        return kinds, rest
    return frozenset({""}), words


_FULL_KIND_WORDS = frozenset(
    line.partition(":")[0].split()[0] for line in KINDS.strip().splitlines()
)


def _kind_after_rue(rest: Sequence[str]) -> tuple[frozenset[str], Sequence[str]] | None:
    """Return the kind and name of "[rue] du faubourg Bannier"."""
    start = next((at for at, word in enumerate(rest) if word not in SMALL_WORDS), len(rest))
    kinds = _KINDS.get(tuple(rest[start : start + 1]))
    if kinds and kinds <= KINDS_AFTER_RUE and len(rest) > start + 1:
        return kinds, rest[start + 1 :]
    return None


def _with_months(words: Sequence[str]) -> list[str]:
    return [
        _MONTHS.get(word, word) if at and _is_day(words[at - 1]) else word
        for at, word in enumerate(words)
    ]


def _is_day(word: str) -> bool:
    return bool(_ORDINAL.fullmatch(word)) or word.isdigit() or word in NUMBERS or word in ORDINALS


def _with_digits(words: Sequence[str]) -> list[str]:
    """Return the words with their numbers in digits: "onze", "XI", "11e"."""
    result: list[str] = []
    at = 0
    while at < len(words):
        if (number := _spelled_number(words, at)) is not None:
            value, at = number
            result.append(str(value))
            continue
        result.append(_digits(words, at))
        at += 1
    return result


def _spelled_number(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """Return a number in words and its end: "mille neuf cent dix huit"; None without."""
    total = current = 0
    at = start
    while at < len(words):
        word = words[at]
        if word in NUMBERS:
            value = NUMBERS[word]
            current = current * value if value == 20 and current % 100 == 4 else current + value
        elif word in ("cent", "cents"):
            current = max(current, 1) * 100
        elif word in ("mille", "mil") and (at > start or word == "mille"):
            total, current = max(current, 1) * 1000, 0
        elif word in ORDINALS and (at == start or ORDINALS[word] < 20):
            return total + current + ORDINALS[word], at + 1
        elif not (word in ("et", "un", "une") and current >= 20 and _continues_number(words, at)):
            break
        elif word != "et":
            current += 1
        at += 1
    return (total + current, at) if at > start else None


def _continues_number(words: Sequence[str], at: int) -> bool:
    """Whether "et" or "un" goes on with a number: "vingt et un"."""
    following = words[at + 1] if at + 1 < len(words) else ""
    return words[at] != "et" or following in ("un", "une", "onze")


def _digits(words: Sequence[str], at: int) -> str:
    word = words[at]
    if match := _ORDINAL.fullmatch(word):
        number = match[1]
        if number.isdigit():
            return str(int(number))
        if _ROMAN.fullmatch(number) and (len(number) > 1 or word in ("ier", "ire", "iere")):
            return str(_roman(number))
    is_alone = len(word) == 1 and not (at and words[at - 1] in NUMBERED_NAMES)
    if word and _ROMAN.fullmatch(word) and not is_alone:
        return str(_roman(word))
    return str(int(word)) if word.isdigit() else word


def _roman(number: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in number]
    return sum(
        -value if any(later > value for later in values[at:]) else value
        for at, value in enumerate(values)
    )


def _expanded(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield the words with their abbreviations in full, in their likeliest meanings first."""
    meanings: list[list[str]] = []
    for at, word in enumerate(words):
        is_last = at == len(words) - 1
        meanings.append(NOUNS.get(word) or (not is_last and TITLES.get(word)) or [word])
    for at, chosen in enumerate(product(*meanings)):
        if at == MAX_READINGS:
            return
        yield [part for meaning in chosen for part in meaning.split()]


def _reading(kinds: frozenset[str], words: list[str]) -> StreetName:
    """Return the reading of a name in full."""
    year = ""
    if len(words) > 2 and words[-2] in MONTHS and _YEAR.fullmatch(words[-1]):
        year = words.pop()
    return StreetName(kinds, tuple(words), year)


def _is_same_year(year: str, other: str) -> bool:
    """Whether the years agree; a missing one agrees with all, "45" with "1945"."""
    return not year or not other or year.endswith(other) or other.endswith(year)


def _is_abridged(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one sequence is the other with some words left out."""
    short, long = sorted((words, others), key=len)
    remaining = iter(long)
    return all(word in remaining for word in short)
