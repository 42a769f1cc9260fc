"""Units of figures, which people write in the plural: "places", "milliers d'euros"."""

import re
from decimal import Decimal

# Words that are written alike in both numbers.
_INVARIABLE = {
    *("abus", "accès", "acquis", "admis", "autobus", "avis", "bas", "bois", "bras", "bus"),
    *("campus", "cas", "colis", "compris", "compromis", "concours", "congrès", "corps", "cours"),
    *("cursus", "devis", "discours", "divers", "décès", "encours", "faux", "fois", "fonds"),
    *("frais", "français", "gens", "gros", "inclus", "lits-jours", "logis", "minibus", "mis"),
    *("moins", "mois", "parcours", "pays", "permis", "plus", "poids", "pris", "procès"),
    *("processus", "progrès", "promis", "propos", "préavis", "précis", "recours", "refus"),
    *("relais", "remis", "rendez-vous", "repas", "secours", "sens", "soumis", "succès"),
    *("surplus", "sursis", "taudis", "taux", "temps", "tiers", "transmis", "univers"),
}
# What follows one of these is another noun, with its own number.
_PREPOSITION = re.compile(
    r"(?:de|du|des|à|au|aux|par|pour|sur|sous|sans|en|entre|dans|avec|chez|hors|d'.*|d’.*)\Z"
)
_ENDINGS = (
    *(("lieux", "lieu"), ("jeux", "jeu"), ("eaux", "eau"), ("travaux", "travail")),
    *(("baux", "bail"), ("vœux", "vœu"), ("yaux", "yau"), ("aux", "al")),
    ("s", ""),
)


def unit_after(value: Decimal | float, unit: str) -> str:
    """Return the unit as French writes it after the number: singular below 2, as in "1 place"."""
    if not -2 < value < 2:
        return unit
    words = unit.split(" ")
    numbers_of_their_own = (at for at, word in enumerate(words) if _has_own_number(word, at))
    end = next(numbers_of_their_own, len(words))
    return " ".join([*map(_singular, words[:end]), *words[end:]])


def _has_own_number(word: str, at: int) -> bool:
    """Return whether a word and those after it keep their number: a preposition, or a name.

    A first word with a capital is a name if it has no plural: "France services".
    """
    is_name = word.istitle() and (at > 0 or _singular(word) == word)
    return is_name or _PREPOSITION.match(word) is not None


def _singular(word: str) -> str:
    if word.lower() in _INVARIABLE or word.isupper() or len(word) < 3:
        return word
    for plural, singular in _ENDINGS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    return word
