"""The codes and départements in a text, found before any name is searched."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from accueil.place_search.addresses import (
    digit_positions,
    find_street_start,
    is_house_number,
    is_name_of_street,
)
from accueil.place_search.france import France
from accueil.place_search.name_index import NameIndex, Place
from accueil.place_search.words import ARTICLES, Tokens, word_set

LONGEST_DEPARTMENT = 6  # words
_CORSICAN_CODE = re.compile(r"2[ab][0-9]{3}")
_BEFORE_DEPARTMENT = word_set("j je habite suis dans le la les l en du de departement")


@dataclass(frozen=True)
class Hints:
    """Hints about the place from the typed codes and départements.

    `zone` are the INSEE codes of the postal code; `insee` is the commune of a typed INSEE code.
    `unknown_code` are five digits that are no postal code: a CEDEX, or the code of `insee`.
    `excluded` are positions that no name may use. With `is_limited` only places of `department` are
    accepted; otherwise the département is only deduced from the postal code.
    """

    postal_code: str = ""
    zone: Sequence[str] = ()
    department: str = ""
    insee: Place | None = None
    unknown_code: str = ""
    excluded: frozenset[int] = frozenset()
    is_limited: bool = False

    @property
    def are_binding(self) -> bool:
        return bool(self.zone or self.is_limited)

    def accepts(self, place: Place) -> bool:
        """Return whether no hint contradicts the place."""
        if self.zone:
            return place.commune in self.zone
        return not self.is_limited or place.department == self.department

    def limited_to(self, department: str, span: range) -> "Hints":
        """Return the hints limited to the département that the words of `span` name."""
        excluded = self.excluded.union(span)
        return replace(self, department=department, excluded=excluded, is_limited=True)


def find_hints(tokens: Tokens, france: France) -> Hints:
    """Return the last valid postal code, else the INSEE code, or the département of a CEDEX."""
    words = tokens.words
    codes = list(digit_positions(words, 5))
    corsican = [index for index, word in enumerate(words) if _CORSICAN_CODE.fullmatch(word)]
    excluded = frozenset([*codes, *corsican, *_cedex_positions(words)])
    for index in reversed(codes):
        if zone := france.zone(words[index]):
            department = france.communes[zone[0]].department
            return Hints(words[index], zone, department, excluded=excluded)
    if not codes:
        insee = next(filter(None, (france.with_insee_code(words[at]) for at in corsican)), None)
        return Hints(insee=insee, excluded=excluded)
    code = words[codes[-1]]
    department = code[:3] if code.startswith(("97", "98")) else code[:2]
    return Hints(
        insee=france.with_insee_code(code),
        unknown_code=code,
        department=france.department_codes.get(department, ""),
        excluded=excluded,
    )


def _cedex_positions(words: Sequence[str]) -> Iterator[int]:
    for index, word in enumerate(words):
        if word == "cedex":
            yield index
            if (
                index + 1 < len(words)
                and is_house_number(words[index + 1])
                and len(words[index + 1]) < 3
            ):
                yield index + 1


def find_sole_department(tokens: Tokens, france: France, names: NameIndex) -> str:
    """Return the code of the département when the text names nothing else, otherwise ""."""
    words = tokens.words
    start = next((index for index, word in enumerate(words) if word not in _BEFORE_DEPARTMENT), 0)
    for name in ("".join(words), "".join(words[start:])):
        if name in france.department_codes:
            return france.department_codes[name]
        if name in france.departments and not names.has_name(name):
            return france.departments[name]
    return ""


def find_departments(
    tokens: Tokens, france: France, names: NameIndex
) -> Iterable[tuple[range, str]]:
    """Return the spans of départements beside a name, last first: "Olivet (45)", "Loiret, Gien",
    "Cernon dans la Marne". Whole names only, never the Marne of Haute-Marne.
    """
    words = tokens.words
    street_start = find_street_start(tokens)
    departments = []
    end = 0
    for start in range(len(words)):
        if start < end:
            continue
        if words[start] in france.department_codes:
            if len(words) > 1 and _may_be_department(tokens, start, names):
                departments.append((range(start, start + 1), france.department_codes[words[start]]))
            continue
        code, last = _department_named(words, start, france)
        if (
            code
            and last - start < len(words)
            and not is_name_of_street(tokens, start, street_start)
        ):
            departments.append((range(_introduction_start(words, start), last), code))
            end = last
    return reversed(departments)


def _department_named(words: Sequence[str], start: int, france: France) -> tuple[str, int]:
    """Return the code of the longest département name at `start`, "" without, and its end."""
    for end in range(min(len(words), start + LONGEST_DEPARTMENT), start, -1):
        if code := france.departments.get("".join(words[start:end])):
            return code, end
    return "", start


def _introduction_start(words: Sequence[str], start: int) -> int:
    """Return where the words that introduce a département start: "dans la Marne"."""
    index = start - 1 if start and words[start - 1] in ARTICLES else start
    return index - 1 if index and words[index - 1] == "dans" else start


def _may_be_department(tokens: Tokens, index: int, names: NameIndex) -> bool:
    """Return whether this code is neither a house number nor an arrondissement ("Paris 12")."""
    words = tokens.words
    if index + 1 < len(words) and find_street_start(tokens) == index + 1:
        return False
    return index == 0 or not names.has_name(words[index - 1] + words[index])
