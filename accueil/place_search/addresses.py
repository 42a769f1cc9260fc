"""Finds the house number, the street and the codes in typed words."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from accueil.place_search.words import LINK_WORDS, STOP_WORDS, Tokens, word_set
from portal.territory.street_words import KINDS_AFTER_RUE, MONTHS, NUMBERED_ROADS
from portal.territory.streets import KIND_WORDS

MAX_STREET_WORDS = 10

STREET_KINDS = word_set("rue avenue av ave boulevard bd bld chemin impasse imp allee quai rte")
# Street kinds that are also common words: only at the start, or after a number or a comma.
_AMBIGUOUS_STREET_KINDS = word_set(
    """
    allees route place pl square sq cours passage lotissement residence res cite faubourg fbg fg
    venelle sentier clos hameau villa mail esplanade rond cour ruelle ch che lot all r voie levee
    sente promenade parvis montee traverse impasses rocade chaussee zone ruellette placette galerie
    carrefour corniche giratoire peripherique domaine quartier lieudit
    crs esp espl rpt rdpt sen sent qua qrt rle ham dom vla ven mte prom rn rd za zi zac zae faub
    chs car imm ld pas tra roc prv gr ach vc cr bcle
    """
)
# Before a street kind, part of it: "grande rue", "vieux chemin".
_KIND_ADJECTIVES = word_set(
    "grande grand petite petit vieille vieux ancienne ancien nouvelle gde gd pte pt"
)
_NUMBER = re.compile(r"[0-9]{1,4}[a-d]?")
_SUFFIXES = word_set("bis ter quater quinquies a b c d")
_LETTERS = frozenset("adl")
_ELISION = re.compile(r"[aeiouyh]")  # how a word starts after "d" or "l": "rue d Orléans"
# What follows the name of a street, never in it.
_CLOSING_WORDS = word_set(
    """
    merci svp stp bonjour bonsoir cordialement france
    je il ils nous me te ce cette cet ai suis habite habitons avec depuis parce
    maintenant aidez besoin cherche veux voudrais
    """
)
_CLOSING_AFTER_A_NAME = word_set("elle elles mon ma mes ses vos")  # "rue Mon Repos" is a street
_ELIDED = word_set("j m t s n c qu")
_NUMBER_SIGNS = frozenset({"n", "no", "numero"})


@dataclass(frozen=True, slots=True)
class Address:
    """`number` as typed ("12 bis"), `street` as words ("rue danton"); "" when missing."""

    number: str = ""
    street: str = ""


def is_house_number(word: str) -> bool:
    """Return whether it is a house number: "12", "12b"."""
    return _NUMBER.fullmatch(word) is not None


def find_street_start(tokens: Tokens, excluded: Container[int] = ()) -> int | None:
    """Return the position of the street kind ("rue", "avenue"…), None without a street."""
    for index, word in enumerate(tokens.words):
        if index in excluded:
            continue
        starts = index == 0 or index in tokens.pauses or bool(_number_before(tokens.words, index))
        if starts and _is_adjective_of_kind(tokens, index):
            return index
        if word in STREET_KINDS and index + 1 < len(tokens.words):
            return index
        if starts and word in _AMBIGUOUS_STREET_KINDS:
            return index
        if word in KIND_WORDS and _number_before(tokens.words, index):
            return index
    return None


def _is_adjective_of_kind(tokens: Tokens, index: int) -> bool:
    words = tokens.words
    return (
        words[index] in _KIND_ADJECTIVES
        and index + 1 < len(words)
        and index + 1 not in tokens.pauses
        and words[index + 1] in KIND_WORDS
        and words[index + 1] in STREET_KINDS | _AMBIGUOUS_STREET_KINDS
    )


def is_name_of_street(tokens: Tokens, start: int, street_start: int | None) -> bool:
    """Return whether the name at `start` is that of the street itself: "rue d'Orléans", "rue du
    faubourg d'Orléans". That of "rue D" is its letter.
    """
    if street_start is None or start <= street_start or _is_letter(tokens, street_start + 1):
        return False
    between = range(street_start + 1, start)
    return all(
        tokens.words[index] in LINK_WORDS | KINDS_AFTER_RUE and index not in tokens.pauses
        for index in between
    ) and (start not in tokens.pauses)


def _is_letter(tokens: Tokens, index: int) -> bool:
    """Return whether the word after the kind of a street is its name, or "à": "rue A", "rue D"."""
    word, *following = tokens.words[index : index + 2]
    if word == "a" or not following or index + 1 in tokens.pauses:
        return word in _LETTERS
    return word in ("d", "l") and not _ELISION.match(following[0])


def parse_address(tokens: Tokens, place: range, excluded: Sequence[int]) -> Address:
    """Return the number and street around the words of the place.

    A street ends where the place, a pause or an excluded position (a code) starts.
    """
    words = tokens.words
    street_start = find_street_start(tokens, place)
    if street_start is None:
        return _address_without_street_kind(tokens, place, excluded)
    number = _number_before(words, street_start)
    stops = [index for index in (*tokens.pauses, *excluded, place.start) if index > street_start]
    end = min([*stops, len(words), street_start + MAX_STREET_WORDS])
    end = _sentence_start(words, street_start, end)
    street = _without_trailing_links(words[street_start:end])
    if not number and len(street) > 2 and _is_number_after(street):
        number = street.pop()
    if len(street) == 1 and street[0] in KIND_WORDS:  # the place itself: "quartier des Blossières"
        street = []
    return Address(number, " ".join(street))


def _sentence_start(words: Sequence[str], start: int, end: int) -> int:
    """Return where a sentence starts after the street at `start`, `end` without one."""
    has_name = False
    for index in range(start + 1, end):
        word = words[index]
        if word in _CLOSING_WORDS or (has_name and word in _CLOSING_AFTER_A_NAME):
            return index - 1 if words[index - 1] in _ELIDED else index
        has_name = has_name or word not in LINK_WORDS
    return end


def _is_number_after(street: Sequence[str]) -> bool:
    """Whether the last word is a house number, not that of a road or a year: "rue Danton 12"."""
    before, last = street[-2], street[-1]
    if before in NUMBERED_ROADS or before in MONTHS:
        return False
    return is_house_number(last) and len(last) < 4


def _address_without_street_kind(tokens: Tokens, place: range, excluded: Sequence[int]) -> Address:
    """ "12 danton fleury": a leading number means that a street precedes the place."""
    words = tokens.words
    if not words or 0 in excluded or 0 in place or not is_house_number(words[0]):
        return Address()
    start = 2 if len(words) > 1 and words[1] in _SUFFIXES and 1 not in place else 1
    stops = [index for index in (*excluded, *place) if index >= start] + [len(words)]
    street = _without_trailing_links(words[start : min(stops)])
    if all(word in STOP_WORDS for word in street):
        street = []
    return Address(" ".join(words[:start]), " ".join(street[:MAX_STREET_WORDS]))


def _number_before(words: Sequence[str], index: int) -> str:
    """Return the house number just before a position, "" without one."""
    if index >= 2 and words[index - 1] in _SUFFIXES and is_house_number(words[index - 2]):
        return f"{words[index - 2]} {words[index - 1]}"
    if index >= 1 and is_house_number(words[index - 1]):
        return words[index - 1]
    return ""


def _without_trailing_links(words: Sequence[str]) -> list[str]:
    """Return the words of a street without the links to what follows: "rue Danton à"."""
    street = list(words)
    if len(street) == 2 and street[1] in _LETTERS:  # "rue A", "allée D"
        return street
    while street and (street[-1] in LINK_WORDS or street[-1] in _NUMBER_SIGNS):
        street.pop()
    return street


def digit_positions(words: Sequence[str], digits: int) -> Iterator[int]:
    """Yield the positions of the words of that many digits."""
    return (index for index, word in enumerate(words) if len(word) == digits and word.isdigit())
