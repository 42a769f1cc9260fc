"""Text to place: what a person typed, and the place that it names. Pure: no database."""

from accueil.places.france import France
from accueil.places.gazetteer import Gazetteer
from accueil.places.names import Kind, Names, Place
from accueil.places.naming import begins_only, names_only
from accueil.places.readings import Reading

__all__ = ["France", "Gazetteer", "Kind", "Names", "Place", "Reading", "begins_only", "names_only"]
