"""A date as people write it, with the days it may mean.

>>> str(Period.parse("2ème semestre 2022"))
'2e semestre 2022'
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, total_ordering
from itertools import product
from typing import Literal, Self

from django.utils.translation import gettext as _

from portal.core.periods.phrase_parser import ParsedPeriod, YearContext, parse_period, scan_periods
from portal.core.periods.units import (
    MONTHS,
    ONE_DAY,
    SEASONS,
    NamedUnit,
    PeriodError,
    Precision,
    coarser,
    day_number,
    format_day,
    format_month,
    in_order,
    named_day,
    names_around,
)
from portal.core.text.language_cache import cache_by_language

__all__ = [
    "USUAL",
    "Period",
    "PeriodError",
    "PeriodMatch",
    "Precision",
    "find_periods",
    "format_day",
    "format_month",
    "periods_of_years",
]

# Usual forms, for help texts; many others are understood.
_MONTH, _YEAR = "|".join(MONTHS), "(19|20)[0-9]{2}"
_UNITS = (
    *(f"({_MONTH})", f"([1-9]|1[0-9]|2[0-8]) ({_MONTH})", f"(début|mi|fin)[ -]({_MONTH})"),
    *("(1er|2e) semestre", "(1er|[2-4]e) trimestre", "T[1-4]", f"({'|'.join(SEASONS)})"),
)
USUAL = f"(({'|'.join(_UNITS)}) )?{_YEAR}|à terme"


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """Both bounds are included; a null `earliest` or `latest` is unbounded.

    `text` is as written. `inferred` means that the year was not written.
    """

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision
    inferred: bool = False

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"{self.earliest} is after {self.latest}")

    def __str__(self) -> str:
        """Format from the days and the precision; in French, `parse` returns the same days."""
        return _describe(self.earliest, self.latest, self.precision)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return self._sort_key < other._sort_key

    @classmethod
    def parse(
        cls, text: str, *, source_date: date | None = None, previous: "Period | None" = None
    ) -> Self:
        """Parse a French date. Raises `PeriodError`, in French.

        A missing year is that of `previous`, else the nearest on or after `source_date`; "prochain"
        and "dernier" depend on `source_date` only. An empty text is an unknown period.
        """
        start = (previous.earliest or previous.latest) if previous else None
        context = YearContext(source_date, start.year if start else None)
        return cls._from_reading(text, parse_period(text, context))

    @classmethod
    def unknown(cls, text: str = "") -> Self:
        return cls(text, None, None, Precision.UNKNOWN)

    @classmethod
    def of_years(cls, first: int, last: int) -> Self:
        """Return the period of whole years, both included."""
        text = f"{first}" if first == last else f"{first}-{last}"
        return cls(text, date(first, 1, 1), date(last, 12, 31), Precision.YEAR)

    @classmethod
    def _from_reading(cls, text: str, reading: ParsedPeriod) -> Self:
        return cls(text, reading.earliest, reading.latest, reading.precision, reading.inferred)

    @property
    def in_full(self) -> str:
        """Format days with their weekdays and their year: "mardi 28 novembre 2023".

        A coarser period is as written, with its year where the text omits it; "" without any.
        """
        if self.precision is Precision.DAY and self.is_bounded:
            return _describe_days(self.earliest, self.latest)
        if self.text and not self.inferred:
            return self.text
        return str(self) if self.is_bounded else ""

    @property
    def other_text(self) -> str:
        """Its text as written, where `in_full` says it otherwise; else ""."""
        return "" if self.text == self.in_full else self.text

    @property
    def in_full_and_as_written(self) -> str:
        """ "mardi 28 et mercredi 29 novembre 2023, annoncé « 28 et 29 novembre »"."""
        if not self.other_text:
            return self.in_full
        values = {"date": self.in_full, "text": self.text}
        return _("%(date)s, annoncé « %(text)s »") % values

    @property
    def edtf(self) -> str:
        """Format in ISO 8601-2; ".." for an unbounded side, and then the other is a day."""
        if self.earliest and self.latest:
            return _closed_edtf(self.earliest, self.latest, self.precision)
        return f"{self.earliest or '..'}/{self.latest or '..'}"

    @property
    def is_bounded(self) -> bool:
        """Return whether at least one side is bounded."""
        return self.earliest is not None or self.latest is not None

    @property
    def has_exact_days(self) -> bool:
        """True when its first and last days are known."""
        return bool(self.precision is Precision.DAY and self.earliest and self.latest)

    @property
    def _sort_key(self) -> tuple[tuple[bool, date], tuple[bool, date], int, str, bool]:
        return (
            (self.earliest is not None, self.earliest or date.min),
            (self.latest is None, self.latest or date.max),
            self.precision.rank,
            self.text,
            self.inferred,
        )

    def relation(self, day: date) -> Literal["before", "around", "after"]:
        """Return where `day` is: "before" the earliest day, "after" the latest, else "around"."""
        if self.earliest is not None and day < self.earliest:
            return "before"
        if self.latest is not None and day > self.latest:
            return "after"
        return "around"

    def contains(self, day: date) -> bool:
        return self.relation(day) == "around"

    def overlaps(self, other: "Period") -> bool:
        """Return whether the periods share a day; an unknown period may be any day."""
        return not (
            (self.latest and other.earliest and self.latest < other.earliest)
            or (other.latest and self.earliest and other.latest < self.earliest)
        )

    def is_overdue(self, today: date) -> bool:
        return self.latest is not None and self.latest < today

    def has_begun_without_end(self, today: date) -> bool:
        """Return whether only its first day is known, and past: it may be over or not."""
        return self.latest is None and self.earliest is not None and self.earliest < today

    def to_dict(self) -> dict[str, str | bool | None]:
        return {
            "text": self.text,
            "edtf": self.edtf,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "precision": self.precision.value,
            "inferred": self.inferred,
        }


@dataclass(frozen=True, slots=True)
class PeriodMatch:
    """A period in a longer text, at `text[start:end]`."""

    start: int
    end: int
    period: Period


def find_periods(text: str, *, source_date: date | None = None) -> list[PeriodMatch]:
    """Return the periods of a prose text in order, with the longest match at each place.

    A missing year is that of the previous period of the text, else the nearest on or after
    `source_date`; without either, the date is skipped. Dates joined by "et" that are not
    consecutive are separate periods.
    """
    return [
        PeriodMatch(reading.start, reading.end, Period._from_reading(written, reading))
        for reading in scan_periods(text, source_date)
        for written in [text[reading.start : reading.end]]
    ]


def periods_of_years(years: Iterable[int]) -> list[Period]:
    """Return one period for each run of consecutive years."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [Period.of_years(run[0], run[-1]) for run in runs]


@cache_by_language(maxsize=4096)
def _describe(earliest: date | None, latest: date | None, precision: Precision) -> str:
    if earliest and latest:
        return _closed_name(earliest, latest, precision)
    if earliest:
        return next(_units_starting(earliest, precision), named_day(earliest)).onwards
    if latest:
        return next(_units_ending(latest, precision), named_day(latest)).at_the_latest
    return _("date à préciser")


@cache_by_language(maxsize=4096)
def _describe_days(earliest: date | None, latest: date | None) -> str:
    """Return days with their weekdays and their year; at least one is a day."""
    first = format_day(earliest, weekday=True) if earliest else ""
    last = format_day(latest, weekday=True) if latest else ""
    if not latest:
        return _("à partir du %(unit)s") % {"unit": first}
    if not earliest:
        return _("au plus tard le %(unit)s") % {"unit": last}
    if earliest == latest:
        return first
    days = {"first": _short_day(earliest, latest, weekday=True), "last": last}
    if earliest + ONE_DAY == latest:
        return _("%(first)s et %(last)s") % days
    return _("du %(first)s au %(last)s") % days


# Closed spans are named as one unit if possible, else by their first and last units.


def _units_starting(day: date, precision: Precision) -> Iterator[NamedUnit]:
    return (
        unit
        for unit in names_around(day)
        if unit.span.earliest == day and unit.span.precision == precision
    )


def _units_ending(day: date, precision: Precision) -> Iterator[NamedUnit]:
    return (
        unit
        for unit in names_around(day)
        if unit.span.latest == day and unit.span.precision == precision
    )


def _closed_name(earliest: date, latest: date, precision: Precision) -> str:
    for unit in _units_starting(earliest, precision):
        if unit.span.latest == latest:
            return unit.name
    days = {"first": _short_day(earliest, latest), "last": format_day(latest)}
    if precision == Precision.DAY:
        if earliest + ONE_DAY == latest:
            return _("%(first)s et %(last)s") % days
        return _("du %(first)s au %(last)s") % days
    if ends := _boundary_units(earliest, latest, precision):
        first, last = ends
        values = {"begin": first.begin(_name_before(first, last)), "end": last.end}
        return _("%(begin)s %(end)s") % values
    return _("entre le %(first)s et le %(last)s") % days


def _boundary_units(
    earliest: date, latest: date, precision: Precision
) -> tuple[NamedUnit, NamedUnit] | None:
    """Return two units, one of that precision and none coarser; both if it is the month."""
    finer = [item for item in reversed(Precision) if item.rank <= precision.rank]
    if precision == Precision.MONTH:
        finer = [precision]
    for first_precision, last_precision in product(finer, finer):
        if coarser(first_precision, last_precision) == precision:
            pairs = product(
                _units_starting(earliest, first_precision), _units_ending(latest, last_precision)
            )
            for first, last in pairs:
                if in_order(first.span, last.span):
                    return first, last
    return None


def _name_before(first: NamedUnit, last: NamedUnit) -> str:
    """ "juin" in "de juin à octobre 2022": without the year that ends both names.

    A part of a year keeps it.
    """
    if first.span.precision == Precision.YEAR or not last.last_word:
        return first.name
    return first.name_without_year if first.last_word == last.last_word else first.name


def _short_day(earliest: date, latest: date, *, weekday: bool = False) -> str:
    """Format a day before another without the month and the year they share."""
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        return day_number(earliest, weekday=weekday)
    return format_day(earliest, weekday=weekday, year=earliest.year != latest.year)


@lru_cache(maxsize=4096)
def _closed_edtf(earliest: date, latest: date, precision: Precision) -> str:
    """Format one unit, or a range of days, months or years, by name; otherwise by days."""
    first = next((unit for unit in _units_starting(earliest, precision) if unit.edtf), None)
    last = next((unit for unit in _units_ending(latest, precision) if unit.edtf), None)
    if first and last and first == last:
        return first.edtf
    if first and last and precision in (Precision.DAY, Precision.MONTH, Precision.YEAR):
        return f"{first.edtf}/{last.edtf}"
    return f"{earliest}/{latest}"
