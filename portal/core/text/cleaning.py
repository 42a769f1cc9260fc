"""Characters of texts: cleaned on input, made printable on output. Pure.

On input, `clean_text` and `clean_line` remove invisible characters without meaning (controls, text
direction, zero-width) and compose letters (NFC). A character that no database or file can store
stays, for `refusal` to name.

On output, `printable` and `printable_line` do the same to any stored text, without refusing.
"""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
# Unicode's default ignorable code points except joiners and variation selectors, other control
# characters, noncharacters, and placeholders of objects copied from a document.
_MEANINGLESS = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc\ufdd0-\ufdef"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
)
# Joiners shape some scripts and combine emoji; variation selectors colour signs. After anything
# else they are invisible, and would make different names look the same.
_JOINABLE = "\u0590-\u1cff\u2190-\ud7ff\ufb1d-\ufdff\ufe70-\ufefc\U00010000-\U0003ffff"
_LOOSE = re.compile(
    f"(?<![{_JOINABLE}\ufe00-\ufe0f])[\u200c\u200d]|(?<![{_JOINABLE}#*0-9©®‼⁉™ℹ])[\ufe00-\ufe0f]"
)
_LINE_END = re.compile(f"\r\n|[{_LINE_ENDS}]")
_REMOVED = re.compile(f"[{_MEANINGLESS}]")
_SUSPECT = re.compile(f"[{_LINE_ENDS}{_MEANINGLESS}\u200c\u200d\ufe00-\ufe0f]")
_LINE_BREAKS = re.compile(r" *[\t\n][ \t\n]*")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text in NFC, without invisible characters, with "\\n" as line ends. Idempotent.

    Tabs and line ends stay, and so do the characters that `refusal` reports.
    """
    if text.isascii() and text.isprintable():  # fast path
        return text
    if not _SUSPECT.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    before = None
    while text != before:  # a removed character may have separated a letter and its accent
        before = text
        text = _REMOVED.sub("", _LINE_END.sub("\n", text))
        text = unicodedata.normalize("NFC", _LOOSE.sub("", text))
    return text


def clean_line(text: str) -> str:
    """Return the cleaned text on one line, stripped; tabs and line ends become a space.
    Idempotent.
    """
    text = clean_text(text)
    return _LINE_BREAKS.sub(" ", text).strip(" ") if _LINE_BREAKS.search(text) else text


def clean_values(value: Any) -> Any:
    """Return a JSON value with all texts and keys cleaned."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_values(item) for item in value]
    if isinstance(value, dict):
        return {clean_values(name): clean_values(item) for name, item in value.items()}
    return value


def refusal(value: Any) -> str:
    """Return why a text, or a text in a JSON value, cannot be stored; "" where it can.

    The null character and lone surrogates have no place in databases or in UTF-8.
    """
    if isinstance(value, str):
        match = _UNWRITABLE.search(value)
        if not match:
            return ""
        message = _("Ce texte contient un caractère qui ne peut pas être enregistré (U+%s).")
        return message % f"{ord(match[0]):04X}"
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return next((message for item in value if (message := refusal(item))), "")
    return ""


def printable(text: str) -> str:
    """Return the cleaned text for a file or a page, with � for what cannot be stored."""
    return _UNWRITABLE.sub("\ufffd", clean_text(text))


def printable_line(text: str) -> str:
    """Return the cleaned text on one line, for a subject, header, title or log line."""
    return _UNWRITABLE.sub("\ufffd", clean_line(text))
