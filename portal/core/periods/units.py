"""Units of the calendar from day to year: their days, names and EDTF."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
        names = {"day": day, "month": MONTH_NAMES[month], "year": year}
        raise PeriodError(_("Le %(day)s %(month)s %(year)s n'existe pas.") % names)
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

_SEASON_NAMES = (
    gettext_lazy("printemps"),
    gettext_lazy("été"),
    gettext_lazy("automne"),
    gettext_lazy("hiver"),
)
_QUARTER_NAMES = (
    *(gettext_lazy("1er trimestre"), gettext_lazy("2e trimestre")),
    *(gettext_lazy("3e trimestre"), gettext_lazy("4e trimestre")),
)
_HALF_NAMES = gettext_lazy("1er semestre"), gettext_lazy("2e semestre")

# The French preposition before the name of a unit chooses its phrases.
LE, EN, AU, A_L, NONE = "le", "en", "au", "à l'", ""
_FROM = {
    **{
        LE: gettext_lazy("du %(unit)s"),
        AU: gettext_lazy("du %(unit)s"),
        A_L: gettext_lazy("de l'%(unit)s"),
    },
    **dict.fromkeys((EN, NONE), gettext_lazy("de %(unit)s")),
}
_FROM_VOWEL = gettext_lazy("d'%(unit)s")
_TO = {
    **{
        LE: gettext_lazy("au %(unit)s"),
        AU: gettext_lazy("au %(unit)s"),
        A_L: gettext_lazy("à l'%(unit)s"),
    },
    **dict.fromkeys((EN, NONE), gettext_lazy("à %(unit)s")),
}
_ONWARDS = {
    LE: gettext_lazy("à partir du %(unit)s"),
    AU: gettext_lazy("à partir du %(unit)s"),
    A_L: gettext_lazy("à partir de l'%(unit)s"),
    **dict.fromkeys((EN, NONE), gettext_lazy("à partir de %(unit)s")),
}
_ONWARDS_VOWEL = gettext_lazy("à partir d'%(unit)s")
_AT_THE_LATEST = {
    LE: gettext_lazy("au plus tard le %(unit)s"),
    EN: gettext_lazy("au plus tard en %(unit)s"),
    AU: gettext_lazy("au plus tard au %(unit)s"),
    A_L: gettext_lazy("au plus tard à l'%(unit)s"),
    NONE: gettext_lazy("au plus tard %(unit)s"),
}
_MIDDLE = gettext_lazy("mi-%(unit)s")
_THIRDS = (gettext_lazy("début %(unit)s"), _MIDDLE, gettext_lazy("fin %(unit)s"))
_THIRDS_OF_SEASON = {
    AU: (gettext_lazy("début du %(unit)s"), _MIDDLE, gettext_lazy("fin du %(unit)s")),
    A_L: (gettext_lazy("début de l'%(unit)s"), _MIDDLE, gettext_lazy("fin de l'%(unit)s")),
}


class NamedUnit(NamedTuple):
    """A unit and the messages of its name, translated when the name is asked for.

    `label` is its name without its year, "" for a year and for a day, which is named from `span`;
    `years` is its year as written, "2023-2024" for a winter; `third` is the message of a beginning,
    middle or end. `edtf` is empty where the standard has no name.
    """

    span: Span
    label: str | Promise
    years: str
    preposition: str = NONE
    edtf: str = ""
    third: str | Promise = ""

    @property
    def name(self) -> str:
        """ "4 décembre 2023", "2e semestre 2022", "fin de l'été 2024"."""
        if self.span.precision is Precision.DAY:
            return format_day(self.span.earliest)
        if not self.label:
            return self._in_third(self.years)
        return self._in_third(_("%(unit)s %(year)s") % {"unit": self.label, "year": self.years})

    @property
    def name_without_year(self) -> str:
        """ "4 décembre", "fin de l'été"."""
        if self.span.precision is Precision.DAY:
            return format_day(self.span.earliest, year=False)
        return self._in_third(str(self.label))

    def _in_third(self, name: str) -> str:
        return str(self.third) % {"unit": name} if self.third else name

    @property
    def last_word(self) -> str:
        """The year that ends its name after a space; "" for "2023", "mi-2023" and winters."""
        is_one_word = not self.label and (not self.third or self.third is _MIDDLE)
        is_day = self.span.precision is Precision.DAY
        return "" if "-" in self.years or (is_one_word and not is_day) else self.years

    @property
    def onwards(self) -> str:
        """ "à partir du 4 décembre 2023", "à partir d'octobre 2022"."""
        message = _ONWARDS_VOWEL if self._is_elided(self.name) else _ONWARDS[self.preposition]
        return str(message) % {"unit": self.name}

    @property
    def at_the_latest(self) -> str:
        """ "au plus tard le 22 décembre 2023", "au plus tard en octobre 2022"."""
        return str(_AT_THE_LATEST[self.preposition]) % {"unit": self.name}

    def begin(self, name: str) -> str:
        """ "du 4 décembre 2023", "d'octobre 2022"; `name` has its year or not."""
        message = _FROM_VOWEL if self._is_elided(name) else _FROM[self.preposition]
        return str(message) % {"unit": name}

    @property
    def end(self) -> str:
        """ "au 22 décembre 2023", "à l'été 2024"."""
        return str(_TO[self.preposition]) % {"unit": self.name}

    def _is_elided(self, name: str) -> bool:
        """Return whether French elides "de" before it: the months in a and o."""
        return self.preposition in (EN, NONE) and name[0] in "ao"


def named_day(day: date) -> NamedUnit:
    span = Span(day, day, Precision.DAY)
    return NamedUnit(span, "", str(day.year), LE, day.isoformat())


def names_around(day: date) -> Iterator[NamedUnit]:
    """Yield every unit that contains the day, whole ones first; only the day itself outside our
    years.
    """
    yield named_day(day)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return
    year, month = day.year, MONTH_NAMES[day.month]
    quarter, half = (day.month + 2) // 3, (day.month + 5) // 6
    whole_month, whole_year = month_span(year, day.month), year_span(year)
    years = str(year)
    yield NamedUnit(whole_month, month, years, EN, f"{year}-{day.month:02}")
    for label, span, code in (
        (_QUARTER_NAMES[quarter - 1], quarter_span(year, quarter), 32 + quarter),
        (_HALF_NAMES[half - 1], half_span(year, half), 39 + half),
    ):
        yield NamedUnit(span, label, years, AU, f"{year}-{code}")
    yield NamedUnit(whole_year, "", years, EN, years)
    for number, third in enumerate(_THIRDS):
        yield NamedUnit(third_of(whole_month, number), month, years, third=third)
    for number, third in enumerate(_THIRDS):
        yield NamedUnit(third_of(whole_year, number), "", years, third=third)
    yield from _season_names(day)


def _season_names(day: date) -> Iterator[NamedUnit]:
    """Yield the season and its thirds; none for winters that leave our years."""
    spans = ((y, n, season_span(y, n)) for y in (day.year - 1, day.year) for n in range(1, 5))
    year, number, span = next(item for item in spans if day <= item[2].latest)
    if not FIRST_YEAR <= year <= span.latest.year <= LAST_YEAR:
        return
    years = f"{year}-{year + 1}" if number == 4 else f"{year}"
    label, preposition = _SEASON_NAMES[number - 1], AU if number == 1 else A_L
    yield NamedUnit(span, label, years, preposition, f"{year}-{20 + number}")
    for at, third in enumerate(_THIRDS_OF_SEASON[preposition]):
        yield NamedUnit(third_of(span, at), label, years, third=third)


@cache_by_language(maxsize=4096)
def format_day(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """ "jeudi 30 novembre 2023", "1er décembre"."""
    values = {"day": day_number(day), "month": MONTH_NAMES[day.month], "year": day.year}
    text = (_("%(day)s %(month)s %(year)s") if year else _("%(day)s %(month)s")) % values
    return _after_weekday(day, text) if weekday else text


def format_month(day: date) -> str:
    """ "novembre 2023"."""
    return _("%(unit)s %(year)s") % {"unit": MONTH_NAMES[day.month], "year": day.year}


def day_number(day: date, *, weekday: bool = False) -> str:
    """ "28", "1er", "mardi 28"."""
    number = _("1er") if day.day == 1 else str(day.day)
    return _after_weekday(day, number) if weekday else number


def _after_weekday(day: date, text: str) -> str:
    return _("%(weekday)s %(day)s") % {"weekday": WEEKDAYS[day.weekday()], "day": text}
