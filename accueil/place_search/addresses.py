"""The number, the street and the codes among the words that a person types."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from accueil.place_search.words import LINK_WORDS, STOP_WORDS, Tokens, word_set

MAX_STREET_WORDS = 10

_STREET_KINDS = word_set("rue avenue av ave boulevard bd bld chemin impasse imp allee quai rte")
# Other kinds of streets, which are also plain words: only first, or after a number or a comma.
_AMBIGUOUS_STREET_KINDS = word_set(
    """
    allees route place pl square sq cours passage lotissement residence res cite faubourg fbg fg
    venelle sentier clos hameau villa mail esplanade rond cour ruelle ch che lot all r voie levee
    """
)
_NUMBER = re.compile(r"[0-9]{1,4}[a-d]?")
_SUFFIXES = word_set("bis ter quater quinquies a b c d")
_CLOSING_WORDS = word_set("merci svp stp bonjour bonsoir cordialement france")
_NUMBER_SIGNS = frozenset({"n", "no", "numero"})


@dataclass(frozen=True, slots=True)
class Address:
    """`number` as typed ("12 bis") and `street` as words ("rue danton"), "" when there is none."""

    number: str = ""
    street: str = ""


def is_house_number(word: str) -> bool:
    """Whether a house may bear it: "12", "12b"."""
    return _NUMBER.fullmatch(word) is not None


def find_street_start(said: Tokens, but: Container[int] = ()) -> int | None:
    """Where the street starts: its "rue", "avenue"… outside the positions `but`."""
    for at, word in enumerate(said.words):
        if at in but:
            continue
        if word in _STREET_KINDS and at + 1 < len(said.words):
            return at
        if word in _AMBIGUOUS_STREET_KINDS and (
            at == 0 or at in said.pauses or _number_before(said.words, at)
        ):
            return at
    return None


def is_name_of_street(said: Tokens, at: int, kind_at: int | None) -> bool:
    """Whether the name at `at` is that of the street itself: "rue d'Orléans", "rue de Paris"."""
    if kind_at is None or at <= kind_at:
        return False
    between = range(kind_at + 1, at)
    return all(said.words[one] in LINK_WORDS and one not in said.pauses for one in between) and (
        at not in said.pauses
    )


def parse_address(said: Tokens, place: range, closed: Sequence[int]) -> Address:
    """The number and street around the words of the place found.

    A street ends where the place, a pause or one of the positions `closed` (codes) starts.
    """
    words = said.words
    kind_at = find_street_start(said, place)
    if kind_at is None:
        return _address_without_street_kind(said, place, closed)
    number = _number_before(words, kind_at)
    stops = [at for at in (*said.pauses, *closed, place.start) if at > kind_at]
    stops += [at for at in range(kind_at + 1, len(words)) if words[at] in _CLOSING_WORDS]
    end = min([*stops, len(words), kind_at + MAX_STREET_WORDS])
    street = _without_trailing_links(words[kind_at:end])
    if not number and len(street) > 2 and is_house_number(street[-1]) and len(street[-1]) < 4:
        number = street.pop()
    return Address(number, " ".join(street))


def _address_without_street_kind(said: Tokens, place: range, closed: Sequence[int]) -> Address:
    """ "12 danton fleury": a first number says that a street comes before the place."""
    words = said.words
    if not words or 0 in closed or 0 in place or not is_house_number(words[0]):
        return Address()
    start = 2 if len(words) > 1 and words[1] in _SUFFIXES and 1 not in place else 1
    stops = [at for at in (*closed, *place) if at >= start] + [len(words)]
    street = _without_trailing_links(words[start : min(stops)])
    if all(word in STOP_WORDS for word in street):
        street = []
    return Address(" ".join(words[:start]), " ".join(street[:MAX_STREET_WORDS]))


def _number_before(words: Sequence[str], at: int) -> str:
    """The number that ends just before the position `at`, "" when there is none."""
    if at >= 2 and words[at - 1] in _SUFFIXES and is_house_number(words[at - 2]):
        return f"{words[at - 2]} {words[at - 1]}"
    if at >= 1 and is_house_number(words[at - 1]):
        return words[at - 1]
    return ""


def _without_trailing_links(words: Sequence[str]) -> list[str]:
    kept = list(words)
    while kept and (kept[-1] in LINK_WORDS or kept[-1] in _NUMBER_SIGNS):
        kept.pop()
    return kept


def digit_positions(words: Sequence[str], digits: int) -> Iterator[int]:
    """The positions of the words made of so many digits."""
    return (at for at, word in enumerate(words) if len(word) == digits and word.isdigit())
