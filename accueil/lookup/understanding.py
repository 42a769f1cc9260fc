"""Reads a typed text: the need that it names, then the place that the rest of it names."""

from accueil.needs import Match, Need, need_matcher
from accueil.place_search import Gazetteer, ParsedText, names_only
from portal.core.text.normalisation import normalise


def understand(text: str, names: Gazetteer) -> tuple[Need | None, ParsedText]:
    """Return the need of the text, if any, and its place.

    A text that is the exact name of a place is no need: a commune, a street or a team may bear the
    words of one.
    """
    match = need_matcher().find(text)
    if match is None:
        parsed = names.parse(text)
        name = _commune_after_on_the_street(text, parsed, names)
        return understand(f"à la rue, à {name}", names) if name else (None, parsed)
    whole = names.parse(text, guess=False)
    if _is_name(text, whole, match):
        return None, whole
    return match.need, names.parse(match.rest, guess=False)


def _commune_after_on_the_street(text: str, parsed: ParsedText, names: Gazetteer) -> str:
    """Return the name of the served commune in "à la rue Orléans", which is not "rue d'Orléans"."""
    if not parsed.is_lone_street or f"a la {parsed.street}" not in normalise(text):
        return ""
    named = names.names.exact("".join(parsed.street.split()[1:]))
    return next((place.name for place in named if place.department in names.local.served), "")


def _is_name(text: str, whole: ParsedText, match: Match) -> bool:
    """Return whether the need is only in the name of a place.

    Words of danger after a street are no part of its name, and a number without street is to be
    called: "rue du Bac je veux mourir", "115 Olivet".
    """
    is_number = all(map(str.isdigit, match.words))
    if is_number and not whole.street:
        return False
    if match.need.urgent and not is_number:
        return names_only(text, whole.places)
    return names_only(text, whole.places, whole.street)
