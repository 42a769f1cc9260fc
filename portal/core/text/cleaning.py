"""The characters of a text: what is kept where it enters, what is written where it leaves. Pure.

Entering: `clean_text` and `clean_line` silently remove what nobody sees and nobody means (controls,
directions of writing, zero-width signs), and give each letter its composed form (NFC). A character
that no database or file can hold is left where it is, for `refusal` to name.

Leaving: `printable` and `printable_line` do the same with any text that a database may already
hold, and never refuse it.
"""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
# Unicode's default ignorable code points but joiners and variation selectors, its other controls,
# its noncharacters, and the marks of what stood in a document that the text was copied from.
_MEANINGLESS = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc\ufdd0-\ufdef"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
)
# Joiners shape the letters of some scripts and make one emoji of several; a variation selector
# gives a sign its colours. After anything else they only hide: two names would look the same.
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
    """The text without what is invisible and means nothing, in NFC; its line ends are "\\n".

    Tabs and line ends stay, and so does what `refusal` refuses. Idempotent.
    """
    if text.isascii() and text.isprintable():  # most cells of a table
        return text
    if not _SUSPECT.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    before = None
    while text != before:  # what is removed may have stood between a letter and its accent
        before = text
        text = _REMOVED.sub("", _LINE_END.sub("\n", text))
        text = unicodedata.normalize("NFC", _LOOSE.sub("", text))
    return text


def clean_line(text: str) -> str:
    """The same on one line: tabs and line ends become one space, none at either end. Idempotent."""
    text = clean_text(text)
    return _LINE_BREAKS.sub(" ", text).strip(" ") if _LINE_BREAKS.search(text) else text


def clean_values(value: Any) -> Any:
    """A JSON value with each of its texts, keys too, as `clean_text` gives it."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_values(item) for item in value]
    if isinstance(value, dict):
        return {clean_values(name): clean_values(item) for name, item in value.items()}
    return value


def refusal(value: Any) -> str:
    """Why a text, or a text inside a JSON value, can be kept nowhere; "" where it can.

    The null character and a half of a surrogate pair: databases and UTF-8 hold neither.
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
    """`clean_text` of any text, for a file or a page: what can be kept nowhere is shown as �."""
    return _UNWRITABLE.sub("\ufffd", clean_text(text))


def printable_line(text: str) -> str:
    """`clean_line` of any text, for a subject, a header, a title or a line of a log."""
    return _UNWRITABLE.sub("\ufffd", clean_line(text))
