"""Parses one unit of the calendar in French: "28", "1er mars 2022", "mi-janvier", "T2 2025".

Case, accents and apostrophes do not matter; weekdays and small words before a unit ("courant",
"au mois de") are ignored.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.core.periods.units import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    SEASONS,
    PeriodError,
    Span,
    day_span,
    half_span,
    month_span,
    quarter_span,
    season_span,
    third_of,
    year_span,
)

# Letters: lower case without accents, each with its offset in the text.


class FoldedText(NamedTuple):
    letters: str
    starts: list[int]
    ends: list[int]


def fold_text(text: str) -> FoldedText:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for offset, char in enumerate(text):
        for letter in _fold_char(char):
            letters.append(letter)
            starts.append(offset)
            ends.append(offset + 1)
        if ends:  # a combining accent extends the previous letter
            ends[-1] = offset + 1
    return FoldedText("".join(letters), starts, ends)


@lru_cache(maxsize=1024)
def _fold_char(char: str) -> str:
    if char in "\t\n":  # a tab separates table cells
        return char
    if char.isspace():
        return " "
    if char in "'’‘ʼ′´`":
        return "'"
    if char == "−" or unicodedata.category(char) == "Pd":
        return "-"
    if unicodedata.category(char) == "Cf" or (char.isdigit() and not char.isdecimal()):
        return ""  # drops soft hyphens and footnote marks: "2023²" is a year
    parts = unicodedata.normalize("NFKD", char)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


# Words. A gap has one line break at most: a wider one separates cells or paragraphs. Every
# repetition is bounded or possessive, so that no pattern backtracks for long.

GAP = r" {0,3}+\n?+ {0,8}+"
SP = rf"(?=[ \n]){GAP}"
END = r"(?![0-9a-z])"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2}|2100)"
_TAIL = (
    rf"(?:{SP}(?:(?:d[eu]|en){SP})?(?:l')?(?:annee{SP})?{_YEAR}"
    rf"|{SP}(?P<shift>prochain|dernier)e?)?{END}"
)
_MONTH = (
    r"(?P<month>janv(?:ier|\.)?|fevr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|l?\.?)"
    r"|aout|sept(?:embre|\.)?|oct(?:obre|\.)?|nov(?:embre|\.)?|dec(?:embre|\.)?)"
)
_LAST = -1
_WORDS = {
    **{"premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2},
    **{"troisieme": 3, "quatrieme": 4, "dernier": _LAST},
}
_ORDINAL = rf"(?P<number>[0-9]{{1,2}}(?:i?ere?|re|i?e(?:me)?|nde?|d|[°o])|{'|'.join(_WORDS)})"
_THIRDS = {"debut": 0, "mi": 1, "milieu": 1, "fin": 2}
_THIRD = (
    rf"(?:(?P<third>{'|'.join(_THIRDS)})(?:{GAP}-{GAP}|{SP})"
    rf"(?:(?:d[eu]|l[ae]|mois|annee){SP}|[dl]'){{0,4}}+)?"
)
_NOISE = re.compile(
    rf"(?:(?:l[ae]|les|en|aux?|pour|dans|sur|a{SP}la){SP}|(?:a{SP})?l'"
    rf"|(?:cours|courant|horizon|mois|annees?){SP}(?:d[eu]{SP}|d')?"
    rf"|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche){SP}){{0,8}}+"
)
_BARE = re.compile(rf"(?:{_ORDINAL}|(?P<digits>[0-9]{{1,2}})){END}")

Kind = Callable[[int, int], Span]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written: `kind(year, number)` returns its span.

    Without `kind` it is a number alone ("28" in "28 et 29 novembre"), which takes the kind of the
    next unit.
    """

    start: int
    end: int
    kind: Kind | None
    number: int = 0
    counted: bool = False
    year: int | None = None
    shift: str | None = None

    def at(self, year: int) -> Span:
        assert self.kind is not None, "a number alone has no days"
        if FIRST_YEAR <= year <= LAST_YEAR:
            span = self.kind(year, self.number)
            if span.latest.year <= LAST_YEAR:
                return span
        raise out_of_range()

    def first_year(self, years: Iterable[int], fits: Callable[[Span], bool]) -> int:
        """Return the first year in which the unit exists (29 February may not) and fits."""
        for year in years:
            try:
                if fits(self.at(year)):
                    return year
            except PeriodError:
                continue
        raise PeriodError(_("Cette date n'existe pas."))


def out_of_range() -> PeriodError:
    limits = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return PeriodError(_("Les dates vont de %(first)s à %(last)s.") % limits)


def _month_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    names = (fold_text(name).letters for name in MONTHS)
    return next(n for n, name in enumerate(names, 1) if name.startswith(word.rstrip(".")))


def _number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    word = groups.get("number") or groups.get("digits") or "0"
    return _WORDS.get(word) or int(re.sub(r"[^0-9]", "", word))


def _day_kind(match: re.Match[str]) -> Kind:
    month = _month_number(match["month"])
    return lambda year, number: day_span(year, month, number)


def _month_kind(match: re.Match[str]) -> Kind:
    month = _month_number(match["month"])
    return lambda year, number: month_span(year, month)


def _quarter_kind(match: re.Match[str]) -> Kind:
    return lambda year, number: quarter_span(year, 4 if number == _LAST else number)


def _half_kind(match: re.Match[str]) -> Kind:
    return lambda year, number: half_span(year, 2 if number == _LAST else number)


def _season_kind(match: re.Match[str]) -> Kind:
    number = [fold_text(name).letters for name in SEASONS].index(match["season"])

    def build(year: int, _number: int) -> Span:
        if match["next"] and int(match["next"]) != year + 1:
            raise PeriodError(_("Un hiver va d'une année à la suivante."))
        return season_span(year, number + 1)

    return build


def _year_kind(match: re.Match[str]) -> Kind:
    return lambda year, number: year_span(year)


KindOf = Callable[[re.Match[str]], Kind]
_PATTERNS: tuple[tuple[str, KindOf], ...] = (
    (rf"{_YEAR}-(?P<month>[0-9]{{2}})-(?P<number>[0-9]{{2}}){END}", _day_kind),
    (r"(?P<number>[0-9]{1,2})/(?P<month>[0-9]{1,2})(?!/?[0-9a-z])", _day_kind),
    (rf"(?P<number>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})/{_YEAR}{END}", _day_kind),
    (rf"(?P<number>[0-9]{{1,2}}(?:[il]?er|e|[°o])?|premier){GAP}{_MONTH}{_TAIL}", _day_kind),
    (rf"{_YEAR}-(?P<month>[0-9]{{2}})(?!-?[0-9a-z])", _month_kind),
    (rf"(?P<month>[0-9]{{1,2}})/{_YEAR}{END}", _month_kind),
    (rf"{_THIRD}{_MONTH}{_TAIL}", _month_kind),
    (rf"{_THIRD}{_ORDINAL}{SP}trimestres?{_TAIL}", _quarter_kind),
    (rf"t(?P<number>[1-4]){_TAIL}", _quarter_kind),
    (rf"{_THIRD}{_ORDINAL}{SP}semestres?{_TAIL}", _half_kind),
    (rf"s(?P<number>[12]){_TAIL}", _half_kind),
    (rf"{_THIRD}(?P<season>hiver){SP}{_YEAR}[-/](?P<next>[0-9]{{4}}){END}", _season_kind),
    (rf"{_THIRD}(?P<season>printemps|ete|automne|hiver)(?P<next>){_TAIL}", _season_kind),
    (rf"{_THIRD}{_YEAR}{END}", _year_kind),
    (rf"(?P<third>{'|'.join(_THIRDS)}){SP}de{SP}l'annee{END}", _year_kind),  # of the source
)
_COMPILED = tuple((re.compile(pattern), kind_of) for pattern, kind_of in _PATTERNS)


def units_at(text: str, position: int) -> list[Unit]:
    """Return the units that match at a place, after small words, the longest first."""
    start = _skip_noise(text, position)
    matches = ((pattern.match(text, start), kind_of) for pattern, kind_of in _COMPILED)
    units = [_as_unit(match, kind_of(match)) for match, kind_of in matches if match]
    return sorted(units, key=lambda unit: unit.end, reverse=True)


def _as_unit(match: re.Match[str], kind: Kind) -> Unit:
    groups = match.groupdict()
    year = groups.get("year")
    third = groups.get("third")

    def third_kind(year: int, number: int) -> Span:
        return third_of(kind(year, number), _THIRDS[third or ""])

    return Unit(
        start=match.start(),
        end=match.end(),
        kind=third_kind if third else kind,
        number=_number(match),
        counted="number" in groups and not third,
        year=int(year) if year else None,
        shift=groups.get("shift"),
    )


def numbers_at(text: str, position: int) -> list[Unit]:
    match = _BARE.match(text, _skip_noise(text, position))
    return [Unit(match.start(), match.end(), None, _number(match))] if match else []


def _skip_noise(text: str, position: int) -> int:
    match = _NOISE.match(text, position)
    return match.end() if match else position
