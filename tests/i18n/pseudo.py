"""A pseudo-language: the words of every message of the code and of the libraries, in ⟦ and ⟧."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from django.test import override_settings
from django.utils.formats import reset_format_cache
from django.utils.translation import trans_real

from portal.core.http.language import SOURCE_LANGUAGE

CODE = "eo"  # Esperanto: Django asks for a language that it knows
FORMATS = "tests.i18n.formats"  # numbers and days are printed as in French
OPENS, CLOSES = "⟦", "⟧"
# Where a value is inserted: %(name)s, %s, {name}. A value is outside: it must be a message too, or data.
_PLACEHOLDERS = re.compile(r"(%(?:\(\w+\))?[-0-9.]*[sdf]|\{\w*\})")

_LETTER = re.compile(r"[^\W\d_]")


class PseudoLanguage(NullTranslations):
    """The French of each message, with its words between brackets."""

    def __init__(self, french: NullTranslations) -> None:
        super().__init__()
        self._french = french

    def gettext(self, message: str) -> str:
        return self._wrap(self._french.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._wrap(self._french.ngettext(msgid1, msgid2, n))

    def _wrap(self, text: str) -> str:
        """`pgettext` gives the context and the message joined: only the message is shown."""
        words = _PLACEHOLDERS.split(text.rpartition(trans_real.CONTEXT_SEPARATOR)[2])
        words[::2] = [
            f"{OPENS}{word}{CLOSES}" if _LETTER.search(word) else word for word in words[::2]
        ]
        return "".join(words)

    def to_language(self) -> str:
        return CODE


def install() -> None:
    """Make the pseudo-language one of Django's, until settings of languages change."""
    reset_format_cache()
    french = trans_real.translation(SOURCE_LANGUAGE)
    trans_real._translations[CODE] = PseudoLanguage(french)


@contextmanager
def beside_french() -> Iterator[None]:
    """Configure the pseudo-language as a second language, French being the default."""
    languages = [(SOURCE_LANGUAGE, "français"), (CODE, "pseudo")]
    with override_settings(LANGUAGES=languages, FORMAT_MODULE_PATH=FORMATS):
        install()
        yield
    reset_format_cache()


@contextmanager
def alone() -> Iterator[None]:
    """Configure the pseudo-language as the only one: also that of e-mails and tasks."""
    languages = [(CODE, "pseudo")]
    with override_settings(LANGUAGE_CODE=CODE, LANGUAGES=languages, FORMAT_MODULE_PATH=FORMATS):
        install()
        yield
    reset_format_cache()
