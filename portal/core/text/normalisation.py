"""Normalised names for comparison: no accents, case, punctuation or abbreviated saints."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Return lower-case words of a-z and 0-9: "St-Jean-d'Œuvre" → "saint jean d oeuvre"."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_SAINTS.get(word, word) for word in _NOT_A_WORD.split(plain) if word)


_STREET_WORDS = {
    **dict.fromkeys(["av", "ave", "aven"], "avenue"),
    **dict.fromkeys(["bd", "bld", "blvd", "boul", "bvd"], "boulevard"),
    **dict.fromkeys(["r"], "rue"),
    **dict.fromkeys(["pl"], "place"),
    **dict.fromkeys(["ch", "che", "chem"], "chemin"),
    **dict.fromkeys(["all"], "allee"),
    **dict.fromkeys(["imp"], "impasse"),
    **dict.fromkeys(["rte"], "route"),
    **dict.fromkeys(["sq"], "square"),
    **dict.fromkeys(["fg", "fbg", "faub"], "faubourg"),
    **dict.fromkeys(["qu"], "quai"),
    **dict.fromkeys(["res"], "residence"),
    **dict.fromkeys(["lot"], "lotissement"),
    **dict.fromkeys(["dr"], "docteur"),
    **dict.fromkeys(["gal", "gen"], "general"),
    **dict.fromkeys(["mal"], "marechal"),
    **dict.fromkeys(["pdt"], "president"),
}
_LINK_WORDS = {"de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et"}


def street_key(text: str) -> str:
    """Return a street name for comparison: "Av. de la République" → "avenue republique"."""
    words = normalise(text).split()
    return " ".join(_STREET_WORDS.get(word, word) for word in words if word not in _LINK_WORDS)


def join_words(parts: Sequence[str]) -> str:
    """Join in French: "a", "a et b", "a, b et c"; "" for none."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%s et %s") % (", ".join(parts[:-1]), parts[-1])
