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


def join_words(parts: Sequence[str]) -> str:
    """Join in French: "a", "a et b", "a, b et c"; "" for none."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%s et %s") % (", ".join(parts[:-1]), parts[-1])
