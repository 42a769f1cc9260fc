"""Parses dates as French people print them into days.

A phrase is one unit of the calendar, or several joined by words ("du … au …", "d'ici …", "… et …").
Use it through `portal.core.periods.period`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.core.periods.unit_parser import (
    END,
    GAP,
    SP,
    Unit,
    fold_text,
    numbers_at,
    out_of_range,
    units_at,
)
from portal.core.periods.units import (
    FIRST_YEAR,
    LAST_YEAR,
    ONE_DAY,
    PeriodError,
    Precision,
    Span,
    coarser,
    in_order,
)

MAX_LENGTH = 500
MAX_LISTED = 8


class YearContext(NamedTuple):
    """Where a missing year comes from: the previous period, else the day of the source."""

    source_date: date | None = None
    year: int | None = None


class ParsedPeriod(NamedTuple):
    """`start` and `end` are offsets in the text; a null day is unbounded."""

    start: int
    end: int
    earliest: date | None
    latest: date | None
    precision: Precision
    inferred: bool


# Missing years.


class _DatedUnit(NamedTuple):
    unit: Unit
    year: int
    span: Span
    inferred: bool


def _date_all(units: Sequence[Unit], context: YearContext) -> list[_DatedUnit]:
    """Date units from right to left: one without year takes the latest year that keeps the
    order.
    """
    dated = [_date_last(units, context)]
    for unit in reversed(units[:-1]):
        dated.insert(0, _date_before(unit, dated[0], context))
    return dated


def _date_last(units: Sequence[Unit], context: YearContext) -> _DatedUnit:
    unit = units[-1]
    if unit.year is not None:
        return _DatedUnit(unit, unit.year, unit.at(unit.year), inferred=False)
    written = [left.at(left.year) for left in units[:-1] if left.year is not None]
    if written and not unit.shift:  # "du 20 décembre 2023 au 5 janvier"
        left = written[-1]
        years = range(left.earliest.year, left.earliest.year + 9)
        year = unit.first_year(years, lambda span: in_order(left, span))
    else:
        year = _year_in_context(unit, context)
    return _DatedUnit(unit, year, unit.at(year), inferred=True)


def _date_before(unit: Unit, right: _DatedUnit, context: YearContext) -> _DatedUnit:
    if unit.kind is None:
        if not right.unit.counted:
            raise PeriodError(_("Il manque le mois."))
        unit = replace(unit, kind=right.unit.kind, counted=True)
        return _DatedUnit(unit, right.year, unit.at(right.year), right.inferred)
    if unit.year is not None:
        return _DatedUnit(unit, unit.year, unit.at(unit.year), inferred=False)
    if unit.shift:
        year = _year_in_context(unit, context)
        return _DatedUnit(unit, year, unit.at(year), inferred=True)
    latest = right.span.latest.year
    year = unit.first_year(range(latest, latest - 3, -1), lambda span: in_order(span, right.span))
    return _DatedUnit(unit, year, unit.at(year), right.inferred)


def _year_in_context(unit: Unit, context: YearContext) -> int:
    """Return the year of the previous period, else the nearest to the day of the source."""
    if context.year is not None and not unit.shift:
        unit.at(context.year)
        return context.year
    day = context.source_date
    if day is None:
        raise PeriodError(_("Il manque l'année."))
    if unit.shift == "dernier":
        return unit.first_year(range(day.year, day.year - 9, -1), lambda span: span.latest < day)
    return unit.first_year(range(day.year - 1, day.year + 9), lambda span: span.latest >= day)


# Phrases.


class _Bounds(NamedTuple):
    earliest: date | None
    latest: date | None
    precision: Precision


Join = Callable[[Sequence[Span]], _Bounds]


def _enclose(spans: Sequence[Span]) -> _Bounds:
    """Return the bounds of all spans, with the coarser precision of the first and the last."""
    first = min(spans, key=lambda span: (span.earliest, -span.precision.rank))
    last = max(spans, key=lambda span: (span.latest, span.precision.rank))
    return _Bounds(first.earliest, last.latest, coarser(first.precision, last.precision))


def _range(spans: Sequence[Span]) -> _Bounds:
    if not in_order(spans[0], spans[-1]):
        raise PeriodError(_("La fin précède le début."))
    return _enclose(spans)


def _at_best_month(bounds: _Bounds) -> _Bounds:
    """Reduce the precision to the month: the day is not chosen yet."""
    return bounds._replace(precision=coarser(bounds.precision, Precision.MONTH))


def _until(spans: Sequence[Span]) -> _Bounds:
    return _Bounds(None, spans[0].latest, spans[0].precision)


def _before(spans: Sequence[Span]) -> _Bounds:
    return _Bounds(None, _within_limits(spans[0].earliest - ONE_DAY), spans[0].precision)


def _since(spans: Sequence[Span]) -> _Bounds:
    return _Bounds(spans[0].earliest, None, spans[0].precision)


def _after(spans: Sequence[Span]) -> _Bounds:
    return _Bounds(_within_limits(spans[0].latest + ONE_DAY), None, spans[0].precision)


def _within_limits(day: date) -> date:
    """Keep a computed bound a year inside the limits, so that units around it exist."""
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise out_of_range()
    return day


class _PhrasePattern(NamedTuple):
    """`opening`, a unit, then `link` and another unit if there is a link.

    With `many`, comma-separated units may precede the link. A `join` of None is a list, whose units
    must be consecutive.
    """

    opening: re.Pattern[str]
    link: re.Pattern[str] | None
    join: Join | None
    many: bool = False


def _pattern(opening: str, link: str, join: Join | None, *, many: bool = False) -> _PhrasePattern:
    return _PhrasePattern(re.compile(opening), re.compile(link) if link else None, join, many)


_RANGE_LINK = rf"{SP}(?:aux?|a|jusqu'(?:a|aux?|en)){SP}| {{0,3}}[-/] {{0,3}}"
_PATTERNS = (
    _pattern("", "", _enclose),
    _pattern("", rf",?{SP}et{SP}", None, many=True),
    _pattern("", rf",?{SP}ou{SP}", lambda spans: _at_best_month(_enclose(spans)), many=True),
    _pattern(rf"(?:d[eu]{SP}|d')?", _RANGE_LINK, _range),
    _pattern(rf"entre{SP}", rf"{SP}et{SP}", lambda spans: _at_best_month(_range(spans))),
    _pattern(rf"(?:au{SP}plus{SP}tard|d'ici(?:{SP}a(?={SP}))?){SP}", "", _until),
    _pattern(rf"jusqu(?:e{SP}|'(?:a|aux?|en){SP})", "", _until),
    _pattern(rf"avant{SP}(?=(?:la{SP})?fin\b)", "", _until),  # "avant fin juin": by its last day
    _pattern(rf"avant{SP}", "", _before),
    _pattern(rf"a{SP}(?:partir|compter){SP}(?:d[eu]{SP}|d')", "", _since),
    _pattern(rf"(?:des(?!{SP}(?:annees|mois){SP})|depuis|au{SP}plus{SP}tot){SP}", "", _since),
    _pattern(rf"apres{SP}", "", _after),
)
_COMMA = re.compile(rf"{GAP},{GAP}")
_LATER = rf"a{SP}terme"
_TO_COME = rf"a{SP}(?:definir|preciser|determiner|fixer)"
_UNKNOWN_DATE = rf"dates?{SP}(?:inconnues?|(?:non{SP})?(?:definie|precisee|fixee)s?|{_TO_COME})"
_UNDATED = re.compile(rf"(?:{_LATER}|{_UNKNOWN_DATE}|{_TO_COME}|a{SP}l'etude|inconnue?){END}")
# In prose "à définir" and "à l'étude" may be about a place or a budget.
_UNDATED_IN_PROSE = re.compile(rf"(?:{_LATER}|{_UNKNOWN_DATE}){END}")


class _Phrase(NamedTuple):
    start: int
    end: int
    units: Sequence[Unit]
    join: Join | None

    def parse(self, context: YearContext) -> list[ParsedPeriod]:
        """Return one period, or for a list one per run of consecutive units."""
        dated = _date_all(self.units, context)
        if self.join is not None:
            bounds = self.join([item.span for item in dated])
            inferred = any(item.inferred for item in dated)
            return [ParsedPeriod(self.start, self.end, *bounds, inferred)]
        runs = [
            ParsedPeriod(
                run[0].unit.start,
                run[-1].unit.end,
                *_enclose([item.span for item in run]),
                any(item.inferred for item in run),
            )
            for run in _runs(dated)
        ]
        return [runs[0]._replace(start=self.start), *runs[1:]]


def _runs(dated: Sequence[_DatedUnit]) -> list[list[_DatedUnit]]:
    runs = [[dated[0]]]
    for item in dated[1:]:
        if item.span.earliest - ONE_DAY == runs[-1][-1].span.latest:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _phrases(text: str, position: int) -> list[_Phrase]:
    """Yield every phrase that matches at a place, the longest first."""
    phrases = []
    for form in _PATTERNS:
        if opening := form.opening.match(text, position):
            for units in _unit_sequences(text, opening.end(), form):
                phrases.append(_Phrase(position, units[-1].end, units, form.join))
    return sorted(phrases, key=lambda phrase: phrase.end, reverse=True)


def _unit_sequences(text: str, position: int, form: _PhrasePattern) -> Iterator[list[Unit]]:
    if form.link is None:
        yield from ([unit] for unit in units_at(text, position))
        return
    for first in units_at(text, position) + numbers_at(text, position):
        units = _comma_list(text, first) if form.many else [first]
        link = form.link.match(text, units[-1].end)
        for last in units_at(text, link.end())[:1] if link else ():
            yield [*units, last]


def _comma_list(text: str, first: Unit) -> list[Unit]:
    """Return a unit with those that follow after commas."""
    units = [first]
    while len(units) < MAX_LISTED and (comma := _COMMA.match(text, units[-1].end)):
        following = units_at(text, comma.end()) or numbers_at(text, comma.end())
        if not following:
            break
        units.append(following[0])
    return units


def parse_period(text: str, context: YearContext) -> ParsedPeriod:
    """Parse the whole text as one period. Raises `PeriodError`."""
    if len(text) > MAX_LENGTH:
        raise PeriodError(_("Ce texte est trop long pour une date."))
    letters = fold_text(" ".join(text.split())).letters.strip(" .,;:")
    if not letters or _UNDATED.fullmatch(letters):
        return ParsedPeriod(0, len(text), None, None, Precision.UNKNOWN, inferred=False)
    failure: PeriodError | None = None
    for phrase in _phrases(letters, 0):
        if phrase.end < len(letters):
            break
        try:
            readings = phrase.parse(context)
            if len(readings) == 1:
                return readings[0]
            raise PeriodError(
                _("« %s » : ces dates ne se suivent pas. Écrivez « du … au … ».") % text.strip()
            )
        except PeriodError as error:
            failure = failure or error
    raise failure or PeriodError(
        _(
            "Date non comprise : « %s ». Écrivez par exemple « 16 et 17 janvier 2024 », "
            "« mi-mars 2024 » ou « 2e semestre 2024 »."
        )
        % text.strip()
    )


# Prose.

_WORD = re.compile(r"(?<![0-9a-z])(?<![0-9][./-])[0-9a-z]")
# Without a year these often mean something else: "a été", "sept", a flat "T2", "24/7".
_DOUBTFUL = re.compile(
    r"(?<!l')ete|(?:janv|fevr?|avr|juill?|sept|oct|nov|dec)\.?|[ts][0-9]|[0-9]/[0-9]+|[0-9]+/[0-9]"
)


def scan_periods(text: str, source_date: date | None) -> Iterator[ParsedPeriod]:
    """Yield every period of a prose text, from left to right."""
    folded = fold_text(text)
    context = YearContext(source_date)
    position = 0
    while word := _WORD.search(folded.letters, position):
        readings = _parse_at(folded.letters, word.start(), context)
        position = readings[-1].end if readings else word.end()
        for reading in readings:
            context = context._replace(year=_year_of(reading) or context.year)
            start, end = folded.starts[reading.start], folded.ends[reading.end - 1]
            yield reading._replace(start=start, end=end)


def _parse_at(text: str, position: int, context: YearContext) -> list[ParsedPeriod]:
    if undated := _UNDATED_IN_PROSE.match(text, position):
        return [
            ParsedPeriod(position, undated.end(), None, None, Precision.UNKNOWN, inferred=False)
        ]
    for phrase in _phrases(text, position):
        if not _is_doubtful(text, phrase):
            try:
                return phrase.parse(context)
            except PeriodError:
                continue
    return []


def _is_doubtful(text: str, phrase: _Phrase) -> bool:
    return phrase.units[-1].year is None and any(
        _DOUBTFUL.fullmatch(text, unit.start, unit.end) for unit in phrase.units
    )


def _year_of(reading: ParsedPeriod) -> int | None:
    day = reading.earliest or reading.latest
    return day.year if day else None
