"""Units of the calendar from day to year: their days, names and EDTF."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portal.core.text.language_cache import cache_by_language

# As typed and printed: in French, in every language of the portal.
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SEASONS = ("printemps", "été", "automne", "hiver")
FIRST_YEAR, LAST_YEAR = 1900, 2100
ONE_DAY = timedelta(days=1)


class PeriodError(ValueError):
    """The text is not a date; the message is in French, for the person who wrote it."""


class Precision(StrEnum):
    """How precisely a date is known, from finest to coarsest."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    HALF = "half"
    YEAR = "year"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {precision: rank for rank, precision in enumerate(Precision)}


def coarser(first: Precision, second: Precision) -> Precision:
    return max(first, second, key=lambda precision: precision.rank)


class Span(NamedTuple):
    """A range of days, both included."""

    earliest: date
    latest: date
    precision: Precision


def in_order(first: Span, second: Span) -> bool:
    """Return whether `first` neither begins nor ends after `second`; they may overlap."""
    return first.earliest <= second.earliest and first.latest <= second.latest


# Units. A day or unit that does not exist raises `PeriodError`.


def day_span(year: int, month: int, day: int) -> Span:
    last = month_span(year, month).latest
    if not 1 <= day <= last.day:
        values = {"day": day, "month": MONTH_NAMES[month], "year": year}
        raise PeriodError(_("Le %(day)s %(month)s %(year)s n'existe pas.") % values)
    return Span(last.replace(day=day), last.replace(day=day), Precision.DAY)


def month_span(year: int, month: int) -> Span:
    if not 1 <= month <= 12:
        raise PeriodError(_("Il n'y a pas de mois %s.") % month)
    return _whole_months(year, month, 1, Precision.MONTH)


def quarter_span(year: int, number: int) -> Span:
    if not 1 <= number <= 4:
        raise PeriodError(_("Une année a quatre trimestres."))
    return _whole_months(year, 3 * number - 2, 3, Precision.QUARTER)


def half_span(year: int, number: int) -> Span:
    if not 1 <= number <= 2:
        raise PeriodError(_("Une année a deux semestres."))
    return _whole_months(year, 6 * number - 5, 6, Precision.HALF)


def season_span(year: int, number: int) -> Span:
    """Return a season; `number` 1 is spring, and winter (4) begins in December of `year`."""
    starts = (
        *(date(year, 3, 21), date(year, 6, 21), date(year, 9, 23), date(year, 12, 22)),
        date(year + 1, 3, 21),
    )
    return Span(starts[number - 1], starts[number] - ONE_DAY, Precision.SEASON)


def year_span(year: int) -> Span:
    return _whole_months(year, 1, 12, Precision.YEAR)


def third_of(span: Span, number: int) -> Span:
    """Return the début (0), mi (1) or fin (2): ten days of a month, whole months of longer
    units.
    """
    if span.precision == Precision.MONTH:
        starts = [span.earliest + timedelta(days=10 * count) for count in range(3)]
    else:
        size = {Precision.HALF: 2, Precision.YEAR: 4}.get(span.precision, 1)
        starts = [_add_months(span.earliest, size * count) for count in range(3)]
    starts.append(span.latest + ONE_DAY)
    precision = Precision.YEAR if span.precision == Precision.YEAR else Precision.MONTH
    return Span(starts[number], starts[number + 1] - ONE_DAY, precision)


def _add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    return day.replace(year=index // 12, month=index % 12 + 1)


def _whole_months(year: int, month: int, count: int, precision: Precision) -> Span:
    first = date(year, month, 1)
    return Span(first, _add_months(first, count) - ONE_DAY, precision)


# Names.

_QUARTER_NAMES = (
    *(lazy("1er trimestre %s"), lazy("2e trimestre %s")),
    *(lazy("3e trimestre %s"), lazy("4e trimestre %s")),
)
_HALF_NAMES = lazy("1er semestre %s"), lazy("2e semestre %s")
_SEASON_NAMES = lazy("printemps %s"), lazy("été %s"), lazy("automne %s"), lazy("hiver %s")
_THIRD_NAMES = lazy("début %s"), lazy("mi-%s"), lazy("fin %s")


class NamedUnit(NamedTuple):
    """`at` is the preposition before the name ("le ", "en ", "au ", "à l'", or nothing).

    `edtf` is empty where the standard has no name.
    """

    span: Span
    name: str
    at: str = ""
    edtf: str = ""

    @property
    def begin(self) -> str:
        """ "du 4 décembre 2023", "d'octobre 2022"."""
        if self.at in ("le ", "au "):
            return _("du %s") % self.name
        if self.at == "à l'":
            return _("de l'%s") % self.name
        return (_("d'%s") if self.name[0] in "ao" else _("de %s")) % self.name

    @property
    def end(self) -> str:
        """ "au 22 décembre 2023", "à l'été 2024"."""
        if self.at in ("le ", "au "):
            return _("au %s") % self.name
        return (_("à l'%s") if self.at == "à l'" else _("à %s")) % self.name

    @property
    def onwards(self) -> str:
        """ "à partir du 4 décembre 2023", "à partir d'octobre 2022"."""
        if self.at in ("le ", "au "):
            return _("à partir du %s") % self.name
        if self.at == "à l'":
            return _("à partir de l'%s") % self.name
        return (_("à partir d'%s") if self.name[0] in "ao" else _("à partir de %s")) % self.name

    @property
    def at_the_latest(self) -> str:
        """ "au plus tard le 4 décembre 2023", "au plus tard en octobre 2022"."""
        messages = {
            "le ": _("au plus tard le %s"),
            "en ": _("au plus tard en %s"),
            "au ": _("au plus tard au %s"),
            "à l'": _("au plus tard à l'%s"),
        }
        return messages.get(self.at, _("au plus tard %s")) % self.name


def named_day(day: date) -> NamedUnit:
    span = Span(day, day, Precision.DAY)
    return NamedUnit(span, format_day(day), "le ", day.isoformat())


def names_around(day: date) -> Iterator[NamedUnit]:
    """Yield every unit that contains the day, whole ones first; only the day itself outside our
    years.
    """
    yield named_day(day)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return
    year = day.year
    month = format_month(day)
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    whole_month, whole_year = month_span(year, day.month), year_span(year)
    yield NamedUnit(whole_month, month, "en ", f"{year}-{day.month:02}")
    for pattern, span, code in (
        (_QUARTER_NAMES[quarter - 1], quarter_span(year, quarter), 32 + quarter),
        (_HALF_NAMES[half - 1], half_span(year, half), 39 + half),
    ):
        yield NamedUnit(span, str(pattern % year), "au ", f"{year}-{code}")
    yield NamedUnit(whole_year, f"{year}", "en ", f"{year}")
    for span, name in ((whole_month, month), (whole_year, f"{year}")):
        for number, third in enumerate(_THIRD_NAMES):
            yield NamedUnit(third_of(span, number), str(third % name))
    yield from _season_names(day)


def _season_names(day: date) -> Iterator[NamedUnit]:
    """Yield the season and its thirds; none for winters that leave our years."""
    spans = ((y, n, season_span(y, n)) for y in (day.year - 1, day.year) for n in range(1, 5))
    year, number, span = next(item for item in spans if day <= item[2].latest)
    if not FIRST_YEAR <= year <= span.latest.year <= LAST_YEAR:
        return
    years = f"{year}-{year + 1}" if number == 4 else f"{year}"
    name = str(_SEASON_NAMES[number - 1] % years)
    season = NamedUnit(span, name, "au " if number == 1 else "à l'", f"{year}-{20 + number}")
    yield season
    for number, third in enumerate(_THIRD_NAMES):
        of_season = name if number == 1 else season.begin
        yield NamedUnit(third_of(span, number), str(third % of_season))


@cache_by_language(maxsize=4096)
def format_day(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """ "jeudi 30 novembre 2023", "1er décembre"."""
    message = _("%(day)s %(month)s %(year)s") if year else _("%(day)s %(month)s")
    values = {"day": day_number(day), "month": MONTH_NAMES[day.month], "year": day.year}
    text = message % values
    if not weekday:
        return text
    return _("%(weekday)s %(day)s") % {"weekday": WEEKDAYS[day.weekday()], "day": text}


def format_month(day: date) -> str:
    """ "novembre 2023"."""
    return _("%(month)s %(year)s") % {"month": MONTH_NAMES[day.month], "year": day.year}


def day_number(day: date) -> str:
    return _("1er") if day.day == 1 else str(day.day)
