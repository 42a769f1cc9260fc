"""The names by which people know a site, in its printed address: "Cité Administrative Coligny"."""

import re
from collections.abc import Mapping

from accueil.place_search.words import LINK_WORDS, word_set
from portal.core.text.normalisation import normalise
from portal.territory.streets import read_street

_PART = re.compile(r"[,;()«»]|\s[-–—]\s")
# First words of a part that names a place, though streets have them too.
_PLACE_KINDS = word_set(
    "cite pavillon maison centre espace residence hotel immeuble foyer domaine parc chateau villa"
)
# First words of a part that only says where to go, or who is there.
_DETAILS = word_set(
    "batiment bat etage escalier hall porte appartement bureau locaux temporairement implantees"
    " implantee installees ex agence pres dans au a"
)
# Every commune may have one.
_GENERIC = LINK_WORDS | word_set(
    "centre medico social maison sante mairie france services service departement departementale"
    " solidarites solidarite accueil locaux cite pavillon espace residence administrative"
)
_LEFT_OUT = word_set(
    "administrative administratif departementale departemental municipale municipal"
)
MIN_LETTERS = 6


def site_names(text: str, *places: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names in the printed name and address of a site, each with its aliases: without
    the adjectives that people leave out. None is that of `places`, its commune and city.
    """
    known = {normalise(place) for place in places}
    names: dict[str, tuple[str, ...]] = {}
    for part in _PART.split(text):
        words = normalise(part).split()
        if not _is_name(part, words) or " ".join(words) in known:
            continue
        short = [word for word in words if word not in _LEFT_OUT]
        is_alias = len(short) < len(words) and not _GENERIC.issuperset(short)
        names[part.strip()] = (" ".join(short),) if is_alias else ()
    return names


def _is_name(part: str, words: list[str]) -> bool:
    if len("".join(words)) < MIN_LETTERS or words[0] in _DETAILS or _GENERIC.issuperset(words):
        return False
    if any(word[0].isdigit() for word in words):
        return False
    readings = read_street(part)
    return words[0] in _PLACE_KINDS or all(reading.kinds == {""} for reading in readings)
