"""Reads a typed text: the need that it names, then the place that the rest of it names."""

from accueil.needs import Match, Need, need_matcher
from accueil.place_search import Gazetteer, ParsedText, names_only
from accueil.place_search.words import MOST_WORDS_OF_NAME
from portal.core.text.normalisation import normalise

_ON_THE_STREET = "a la rue "


def understand(text: str, names: Gazetteer) -> tuple[Need | None, ParsedText]:
    """Return the need of the text, if any, and its place.

    A text that is the exact name of a place is no need: a commune, a street or a team may bear the
    words of one.
    """
    match = need_matcher().find(text)
    if match is None:
        name = _commune_after_on_the_street(text, names)
        return understand(f"à la rue, à {name}", names) if name else (None, names.parse(text))
    whole = names.parse(text, guess=False)
    if _is_name(text, whole, match):
        return None, whole
    return match.need, names.parse(match.rest, guess=False)


def _commune_after_on_the_street(text: str, names: Gazetteer) -> str:
    """Return the name of the served commune in "à la rue Orléans", which is not "rue d'Orléans"."""
    words = normalise(text).partition(_ON_THE_STREET)[2].split()[:MOST_WORDS_OF_NAME]
    for end in range(len(words), 0, -1):
        for place in names.names.exact("".join(words[:end])):
            if place.department in names.local.served:
                return place.name
    return ""


def _is_name(text: str, whole: ParsedText, match: Match) -> bool:
    """Return whether the need is only in the name of a place.

    Words of danger after a street are no part of its name: "rue du Bac je veux mourir". A number is
    to be called unless it may be that of a house or end a name: "115 Olivet", "rue du Bac le 115".
    """
    if all(map(str.isdigit, match.words)):
        *_, last = whole.street.split() or [""]
        may_be_of_street = {number for number in (whole.number, last) if len(number) < 4}
        if not (whole.street and may_be_of_street.issuperset(match.words)):
            return False
    elif match.need.urgent:
        return names_only(text, whole.places)
    return names_only(text, whole.places, whole.street)
