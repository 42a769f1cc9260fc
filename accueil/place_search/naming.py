"""Whether a text names a place and says nothing else: only then may its answer be kept."""

from collections.abc import Iterable

from accueil.place_search.name_index import Place
from accueil.place_search.words import LINKS, typed, word_set, words_of

LONGEST_NUMBER = 5  # digits, of a postal code: more is a telephone
# "J'habite à": said of the place, and of nothing else.
LIVING_THERE = word_set("j je habite habitons habitant vis reside demeure bis ter quater")


def names_only(text: str, places: Iterable[Place], street: str = "") -> bool:
    """Whether each word of `text` is of one of these places, of the street or number in it, or a
    small word. False where nothing was found, so that what was not understood is never kept.
    """
    words = _words_of_all(places)
    if not words:
        return False
    words |= LINKS | LIVING_THERE | set(words_of(street))
    return all(word in words or _is_number(word) for word in typed(text).words)


def begins_only(text: str, places: Iterable[Place]) -> bool:
    """The same of a text being typed, whose words may be the beginnings of those of one place."""
    said = [word for word in typed(text).words if word not in LINKS and not _is_number(word)]
    return any(
        all(any(word.startswith(one) for word in _words_of_all([place])) for one in said)
        for place in places
    )


def _words_of_all(places: Iterable[Place]) -> set[str]:
    return {
        word
        for place in places
        for name in (place.name, place.note, *place.aliases)
        for word in words_of(name)
    }


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) <= LONGEST_NUMBER
