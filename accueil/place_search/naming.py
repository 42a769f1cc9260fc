"""Whether a text names a place and nothing else: only then may its answer be cached."""

from collections.abc import Iterable

from accueil.place_search.name_index import Place
from accueil.place_search.words import LINK_WORDS, split_words, tokenize, word_set

LONGEST_NUMBER = 5  # digits, of a postal code: more is a telephone number
# Words that only introduce a place: "J'habite à".
LIVING_THERE = word_set("j je habite habitons habitant vis reside demeure bis ter quater")


def names_only(text: str, places: Iterable[Place], street: str = "") -> bool:
    """Return whether every word belongs to these places, to the street or number, or links them.

    False without a place, so that a text that was not understood is never cached.
    """
    allowed = _words_of_all(places)
    if not allowed:
        return False
    allowed |= LINK_WORDS | LIVING_THERE | set(split_words(street))
    return all(word in allowed or _is_number(word) for word in tokenize(text).words)


def begins_only(text: str, places: Iterable[Place]) -> bool:
    """Return the same for a text being typed, whose words may be beginnings of a place's words."""
    typed_words = [
        word for word in tokenize(text).words if word not in LINK_WORDS and not _is_number(word)
    ]
    return any(
        all(
            any(word.startswith(typed_word) for word in _words_of_all([place]))
            for typed_word in typed_words
        )
        for place in places
    )


def _words_of_all(places: Iterable[Place]) -> set[str]:
    return {
        word
        for place in places
        for name in (place.name, place.note, *place.aliases)
        for word in split_words(name)
    }


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) <= LONGEST_NUMBER
