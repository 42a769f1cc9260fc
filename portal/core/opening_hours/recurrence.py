"""Recurring days: each Tuesday, two weeks out of three, the first Monday of the month.

>>> Recurrence(weekday=1, since=date(2026, 11, 2)).in_words
'chaque mardi'
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from portal.core.text.normalisation import join_words

LAST = -1  # in the month
_ORDINALS = {
    **{1: gettext_noop("premier"), 2: gettext_noop("deuxième"), 3: gettext_noop("troisième")},
    **{4: gettext_noop("quatrième"), 5: gettext_noop("cinquième"), LAST: gettext_noop("dernier")},
}
_NUMBERS = {
    **{2: gettext_noop("deux"), 3: gettext_noop("trois"), 4: gettext_noop("quatre")},
    **{5: gettext_noop("cinq"), 6: gettext_noop("six")},
}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A weekday (0 is Monday) from `since` to `until`, both included; `until` None means no end.

    `weeks` are the weeks of a `cycle` that begins in the week of `since`: (1, 2) of 3 is two weeks
    out of three. `month_positions` selects weekdays of each month instead, 1 for the first, -1 for
    the last. Raises ValueError for impossible values.
    """

    weekday: int
    since: date
    until: date | None = None
    cycle: int = 1
    weeks: tuple[int, ...] = (1,)
    month_positions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(self.weekday)
        if not self.weeks or not set(self.weeks) <= set(range(1, self.cycle + 1)):
            raise ValueError(self.weeks)
        if not set(self.month_positions) <= {1, 2, 3, 4, 5, LAST}:
            raise ValueError(self.month_positions)

    def days(self, first: date, last: date) -> Iterator[date]:
        """Return its days from `first` to `last`, both included, in order."""
        first = max(first, self.since)
        last = min(last, self.until) if self.until else last
        for ahead in range((self.weekday - first.weekday()) % 7, (last - first).days + 1, 7):
            day = first + timedelta(days=ahead)
            if self._includes(day):
                yield day

    def _includes(self, day: date) -> bool:
        if self.month_positions:
            is_last = day.day + 7 > monthrange(day.year, day.month)[1]
            return (day.day - 1) // 7 + 1 in self.month_positions or (
                LAST in self.month_positions and is_last
            )
        weeks = (_monday_of(day) - _monday_of(self.since)).days // 7
        return weeks % self.cycle + 1 in self.weeks

    @property
    def in_words(self) -> str:
        """Describe it: "chaque mardi", "le mardi, deux semaines sur trois", "le premier lundi du
        mois".
        """
        weekday = str(WEEKDAYS[self.weekday])
        if self.month_positions:
            ordinals = join_words([_(_ORDINALS[nth]) for nth in self.month_positions])
            return _("le %(nth)s %(weekday)s du mois") % {"nth": ordinals, "weekday": weekday}
        if len(self.weeks) == self.cycle:
            return _("chaque %(weekday)s") % {"weekday": weekday}
        message = ngettext(
            "le %(weekday)s, une semaine sur %(cycle)s",
            "le %(weekday)s, %(weeks)s semaines sur %(cycle)s",
            len(self.weeks),
        )
        return message % {
            "weekday": weekday,
            "weeks": _number_word(len(self.weeks)),
            "cycle": _number_word(self.cycle),
        }


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _number_word(number: int) -> str:
    return _(_NUMBERS[number]) if number in _NUMBERS else str(number)
