"""Telephone numbers as written in France: parsing, printing, dialling. Pure.

>>> format_number("+33 (0)2.38.25.45.45")
'02 38 25 45 45'

Ten digits in France, three or four for short numbers ("115", "3919"), 116 and three digits for
European ones ("116 006"), a plus and 8 to 15 digits from abroad, without national numbering plans.
"""

import re

from django.utils.translation import gettext as _

MAX_LENGTH = 40  # characters, separators included

_SEPARATORS = re.compile(r"[\s.\-‐‑–]+")  # also hyphen, no-break hyphen, en dash
_FRENCH = re.compile(r"(?:0|(?:\+|00)33(?:\(0\)|0)?)([1-9]\d{8})", re.ASCII)
_SHORT = re.compile(r"[1-9]\d{2,3}", re.ASCII)
_EUROPEAN = re.compile(r"(116)(\d{3})", re.ASCII)
_ABROAD = re.compile(r"\+(?!33)[1-9]\d{7,14}", re.ASCII)


class TelephoneError(ValueError):
    """Not a telephone number; the message is in French, for the person who typed it."""


def format_number(text: str) -> str:
    """Return the printed number, in pairs of digits for a French one. Raises TelephoneError."""
    if number := parse_number(text):
        return number
    message = _(
        "« %s » n'est pas un numéro de téléphone. Écrivez par exemple 02 38 25 45 45, 3919, ou"
        " +32 2 123 45 67 pour un autre pays."
    )
    raise TelephoneError(message % text[:MAX_LENGTH])


def parse_number(text: str) -> str:
    """Return the printed number; "" if it is not one."""
    if len(text) > MAX_LENGTH:
        return ""
    parts = [part for part in _SEPARATORS.split(text) if part]
    digits = "".join(parts)
    if french := _FRENCH.fullmatch(digits):
        number = f"0{french[1]}"
        return " ".join(number[at : at + 2] for at in range(0, 10, 2))
    if european := _EUROPEAN.fullmatch(digits):
        return f"{european[1]} {european[2]}"
    if _SHORT.fullmatch(digits):
        return digits
    return " ".join(parts) if _ABROAD.fullmatch(digits) else ""


def dial_number(text: str) -> str:
    """Return the number for a `tel:` link: "+33238254545", "3919"; "" if it is not one."""
    digits = parse_number(text).replace(" ", "")
    return f"+33{digits[1:]}" if digits.startswith("0") else digits
