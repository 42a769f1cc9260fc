"""Streets that sectors know, completing a text being typed: "12 rue dan", "rue danton fl"."""

from collections.abc import Mapping, Sequence
from datetime import date

from accueil.lookup.services import CommuneSummary
from accueil.place_search import Kind, Place
from accueil.place_search.addresses import find_street_start
from accueil.place_search.words import LINK_WORDS, Tokens, split_words, tokenize
from portal.territory.streets import MAX_READINGS, read_street
from teams.models import Sector

MAX_COMMUNE_WORDS = 3  # last words that may begin the name of the commune
MIN_LETTERS_WITHOUT_KIND = 4
MAX_ROWS = 100  # read for each beginning


def suggest_streets(
    text: str, communes: Mapping[str, CommuneSummary], on: date, limit: int
) -> list[Place]:
    """Return the streets that complete the text, in one query for each place where the name of the
    street may end, `MAX_COMMUNE_WORDS` more at most.
    """
    tokens = tokenize(text)
    start = find_street_start(tokens)
    words = tokens.words[start or 0 :]
    if start is None and not _may_be_name(tokens):
        return []
    for end in range(len(words), max(0, len(words) - 1 - MAX_COMMUNE_WORDS), -1):
        rest = [word for word in words[end:] if not word.isdigit()]
        streets = _starting(words[:end], on, has_kind=start is not None)
        places = [
            Place(Kind.STREET, street, street, code, commune.department, note=commune.name)
            for street, code in streets
            if (commune := communes[code]) and _begins(rest, commune.name)
        ]
        if places:
            return places[:limit]
    return []


def _may_be_name(tokens: Tokens) -> bool:
    letters = "".join(word for word in tokens.words if not word.isdigit())
    return len(letters) >= MIN_LETTERS_WITHOUT_KIND


def _starting(words: Sequence[str], on: date, *, has_kind: bool) -> list[tuple[str, str]]:
    """Return the streets whose name begins so, and their communes; of the typed kind, if any."""
    readings = read_street(" ".join(_without_last_links(words)))
    keys = dict.fromkeys(reading.key for reading in readings if reading.words)
    found: dict[tuple[str, str], None] = {}
    for key in [*keys][:MAX_READINGS]:
        for street, commune in Sector.objects.streets_starting(key, on, MAX_ROWS):
            if not has_kind or _has_kind_of(street, readings[0].kinds):
                found[street, commune] = None
    return list(found)


def _without_last_links(words: Sequence[str]) -> Sequence[str]:
    """Return the words without those that only announce more: "rue de la"; not of "rue A"."""
    if len(words) > 2:
        while words and words[-1] in LINK_WORDS:
            words = words[:-1]
    return words


def _has_kind_of(street: str, kinds: frozenset[str]) -> bool:
    return any(not kinds.isdisjoint(reading.kinds) for reading in read_street(street))


def _begins(words: Sequence[str], name: str) -> bool:
    """Return whether each word begins one of the name's."""
    of_name = split_words(name)
    return all(any(part.startswith(word) for part in of_name) for word in words)
