"""What a page shows that is data: never translated.

A text is data where the whole of it is a value of a text column of the test database (the profile
and the reference data are rows too), or a long part of one, as a paragraph, or one of its parts
between punctuation marks where the column is a short text. Values may be joined by punctuation, or
two of them by a space, as a number and its unit.
A month is data where it is printed so, with its day or year: the portal prints days too.
Numbers, addresses of the web, code in backquotes and names of other services have no language.
"""

import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from portal.core.periods.units import MONTHS

LONG_PART = 20  # characters: a shorter part of a value may be a word of the portal by chance
SHORT_TEXT = 250  # characters: longer values are prose, whose parts between commas are any words
# "PH off": public holidays in the syntax of opening hours.
PROPER_NAMES = ("openstreetmap", "google maps", "apple plans", "mit", "ph off")
# What Django itself does not translate: pictures of its administration, hidden fields that are
# missing, rows that link two models.
LIBRARIES = (
    *("search", "true", "false", "total_forms", "initial_forms"),
    *("figures-total_forms", "figures-initial_forms"),
    *("relations specialhours-receptionpoint", "relation specialhours-receptionpoint"),
    "specialhours_points object",
)
TEXT_FIELDS = (models.CharField, models.TextField)
_ADDRESSES = re.compile(r"`[^`]+`|(https?:/|www\.)\S+|/[\w{}/.-]+/\S*|\S+@\S+")
_SHEETS = re.compile(r"\b\d\.\d\.\d+(-[a-z]+)?")  # keys of action sheets
_SEPARATORS = re.compile(r"[\n,;:·–—()«»|→+›]| - |\. ")
_SPACE = re.compile(" ")
_MARKS = " .,;:!?…"
_LETTER = re.compile(r"[^\W\d_]")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")  # marks and numbers around a text


def normalise(text: str) -> str:
    """Return the text with ordinary spaces, apostrophes and lower case, without Markdown's stars."""
    return " ".join(text.replace("’", "'").replace("*", "").split()).casefold()


def parts(text: str) -> list[str]:
    """Return the parts of a normalised text between punctuation marks."""
    bare = _SHEETS.sub("", _ADDRESSES.sub("\n", text))
    return [part.strip() for part in _SEPARATORS.split(bare)]


def words(text: str) -> str:
    """Return a normalised text without the marks and numbers around its words."""
    return _EDGES.sub("", text)


class Data:
    """The texts of the database."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = {normalise(line) for text in texts for line in (text, *text.splitlines())}
        short = {part for line in lines if len(line) <= SHORT_TEXT for part in parts(line)}
        printed = lines | short
        self._values = {words(text) for text in printed} - set(MONTHS)
        self._values |= {*printed, *PROPER_NAMES, *LIBRARIES}
        self._all = "\n".join(line for line in lines if len(line) >= LONG_PART)

    def left_out_of(self, text: str) -> list[str]:
        """Return the parts of a text that are not data."""
        if self._is_data(_SHEETS.sub("", normalise(text))):
            return []
        escaped = (
            part
            for line in text.splitlines()
            for part in parts(normalise(line))
            if not self._is_data(part)
        )
        return [words(part) for part in escaped]

    def _is_data(self, text: str) -> bool:
        return (
            not _LETTER.search(text)
            or self._is_value(text)
            or (len(text) >= LONG_PART and words(text) in self._all)
            or any(
                self._is_value(text[: space.start()]) and self._is_value(text[space.end() :])
                for space in _SPACE.finditer(text)
            )
        )

    def _is_value(self, text: str) -> bool:
        return text.strip(_MARKS) in self._values or words(text) in self._values


def texts_of_database() -> Iterator[str]:
    """Yield every text of every row, one query for each column."""
    yield settings.PORTAL_NAME
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            values = model._default_manager.order_by().values_list(field.attname, flat=True)
            if isinstance(field, TEXT_FIELDS):
                yield from (str(value) for value in values.distinct() if value)
            elif isinstance(field, models.JSONField):
                yield from (text for value in values for text in _texts_in(value))


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _texts_in(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts_in(item))
