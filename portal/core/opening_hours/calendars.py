"""Public holidays and time zones: when a place is closed by law, and how late it is there.

The days are those of the Code du travail (articles L3133-1, L3134-13 and L3422-2), written here one
by one: lists of holidays found in packages also have customary days, on which offices are open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portal.core.opening_hours.syntax import MONTHS

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: a day of each year, or so many days after Easter Sunday."""

    name: str | Promise
    month: int = 0
    day: int = 0
    after_easter: int = 0

    def in_year(self, year: int) -> date:
        if self.month:
            return date(year, self.month, self.day)
        return easter(year) + timedelta(days=self.after_easter)

    @property
    def selector(self) -> str:
        """The day in the syntax of opening hours: "Dec 25", "easter +1 day"."""
        if self.month:
            return f"{MONTHS[self.month - 1]} {self.day:02}"
        return f"easter {self.after_easter:+} day{'s' if abs(self.after_easter) > 1 else ''}"


# L3133-1, in the order of the law.
NATIONAL_HOLIDAYS = (
    Holiday(gettext_lazy("jour de l'An"), 1, 1),
    Holiday(gettext_lazy("lundi de Pâques"), after_easter=1),
    Holiday(gettext_lazy("fête du Travail"), 5, 1),
    Holiday(gettext_lazy("8 mai 1945"), 5, 8),
    Holiday(gettext_lazy("Ascension"), after_easter=39),
    Holiday(gettext_lazy("lundi de Pentecôte"), after_easter=50),
    Holiday(gettext_lazy("fête nationale"), 7, 14),
    Holiday(gettext_lazy("Assomption"), 8, 15),
    Holiday(gettext_lazy("Toussaint"), 11, 1),
    Holiday(gettext_lazy("11 novembre 1918"), 11, 11),
    Holiday(gettext_lazy("Noël"), 12, 25),
)
# L3134-13: in Alsace and Moselle. Good Friday too, but only in the communes with a Protestant
# church or one of both faiths: each place says so in its hours.
SECOND_DAY_OF_CHRISTMAS = Holiday(gettext_lazy("deuxième jour de Noël"), 12, 26)


def abolition_of_slavery(month: int, day: int) -> Holiday:
    """Return the day of an overseas territory (L3422-2)."""
    return Holiday(gettext_lazy("abolition de l'esclavage"), month, day)


@dataclass(frozen=True, slots=True, eq=False)
class LegalCalendar:
    """The time zone of a territory, and its public holidays beside the national ones."""

    zone: ZoneInfo = PARIS
    own_holidays: tuple[Holiday, ...] = ()
    _years: dict[int, dict[date, Holiday]] = field(default_factory=dict, init=False, repr=False)

    @property
    def holidays(self) -> tuple[Holiday, ...]:
        return (*NATIONAL_HOLIDAYS, *self.own_holidays)

    @property
    def selectors(self) -> Sequence[str]:
        """The holidays in published hours: "PH" where every reader knows them, else each day."""
        return [holiday.selector for holiday in self.holidays] if self.own_holidays else ["PH"]

    def holiday(self, day: date) -> Holiday | None:
        return self._of_year(day.year).get(day)

    def holiday_name(self, day: date) -> str:
        """Return the name of the holiday, "" on other days."""
        holiday = self.holiday(day)
        return str(holiday.name) if holiday else ""

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the holidays from `first` to `last`, both included, in order."""
        return tuple(
            day
            for year in range(first.year, last.year + 1)
            for day in self._of_year(year)
            if first <= day <= last
        )

    def _of_year(self, year: int) -> dict[date, Holiday]:
        """Return the holidays of a year by day, in order. Computed once."""
        if year not in self._years:
            days = {holiday.in_year(year): holiday for holiday in reversed(self.holidays)}
            self._years[year] = dict(sorted(days.items()))
        return self._years[year]

    def localise(self, at: datetime) -> datetime:
        """Return the moment in this zone; one without an offset is read in this zone.

        By way of UTC, so that the result is never in the hour that clocks skip in spring.
        """
        local = at if at.tzinfo else at.replace(tzinfo=self.zone)
        return local.astimezone(UTC).astimezone(self.zone)

    def today(self, now: datetime) -> date:
        return self.localise(now).date()


MAINLAND = LegalCalendar()


@lru_cache(maxsize=1024)
def easter(year: int) -> date:
    """Return Easter Sunday, by the Gregorian computus (Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    corrected = century - (century + 8) // 25
    epact = (19 * golden + century - century // 4 - (corrected + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
