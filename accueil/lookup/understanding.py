"""Reads a typed text: the need that it names, then the place that the rest of it names."""

from accueil.needs import Need
from accueil.needs.current import need_matcher
from accueil.place_search import Gazetteer, ParsedText, names_only


def understand(text: str, names: Gazetteer) -> tuple[Need | None, ParsedText]:
    """Return the need of the text, if any, and its place.

    A text that is the exact name of a place is no need: a commune, a street or a team may bear the
    words of one.
    """
    match = need_matcher().find(text)
    if match is None:
        return None, names.parse(text)
    whole = names.parse(text, guess=False)
    if names_only(text, whole.places, whole.street):
        return None, whole
    return match.need, names.parse(match.rest, guess=False)
