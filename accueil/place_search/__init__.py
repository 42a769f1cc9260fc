"""Finds the place that a typed text names. Pure: no database."""

from accueil.place_search.france import France
from accueil.place_search.gazetteer import Gazetteer
from accueil.place_search.name_index import Kind, NameIndex, Place
from accueil.place_search.naming import begins_only, names_only
from accueil.place_search.parser import ParsedText

__all__ = [
    "France",
    "Gazetteer",
    "Kind",
    "NameIndex",
    "ParsedText",
    "Place",
    "begins_only",
    "names_only",
]
