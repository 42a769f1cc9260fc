"""Units of figures, which people write in the plural: "places", "milliers d'euros"."""

import re
from decimal import Decimal

_INVARIABLE = {"mois", "fois", "temps", "cas", "avis", "lits-jours", "rendez-vous", "sans", "plus"}
# What follows one of these is another noun, with its own number.
_PREPOSITION = re.compile(r"(?:de|du|des|à|au|aux|par|pour|sur|en|dans|avec|d'.*|d’.*)\Z")
_ENDINGS = (("lieux", "lieu"), ("eaux", "eau"), ("aux", "al"), ("s", ""))


def unit_after(value: Decimal | float, unit: str) -> str:
    """Return the unit as French writes it after the number: singular below 2, as in "1 place"."""
    if not -2 < value < 2:
        return unit
    words = unit.split(" ")
    end = next((at for at, word in enumerate(words) if _PREPOSITION.match(word)), len(words))
    return " ".join([*map(_singular, words[:end]), *words[end:]])


def _singular(word: str) -> str:
    if word.lower() in _INVARIABLE or word.isupper() or len(word) < 3:
        return word
    for plural, singular in _ENDINGS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    return word
