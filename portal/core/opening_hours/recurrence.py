"""Recurring days: each Tuesday, two weeks out of three, the first Monday of the month.

>>> Recurrence(weekday=1, since=date(2026, 11, 2)).in_french
'chaque mardi'
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.core.text.normalisation import join_words

LAST = -1  # in the month


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
    def in_french(self) -> str:
        """Describe it: "chaque mardi", "le mardi, deux semaines sur trois", "le premier lundi du
        mois".
        """
        weekday = _weekdays()[self.weekday]
        if self.month_positions:
            ordinals = join_words([_ordinals()[nth] for nth in self.month_positions])
            return _("le %(nth)s %(weekday)s du mois") % {"nth": ordinals, "weekday": weekday}
        if len(self.weeks) == self.cycle:
            return _("chaque %s") % weekday
        named = {
            "weekday": weekday,
            "weeks": _number_word(len(self.weeks)),
            "cycle": _number_word(self.cycle),
        }
        if len(self.weeks) == 1:
            return _("le %(weekday)s, une semaine sur %(cycle)s") % named
        return _("le %(weekday)s, %(weeks)s semaines sur %(cycle)s") % named


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weekdays() -> tuple[str, ...]:
    return (
        *(_("lundi"), _("mardi"), _("mercredi"), _("jeudi")),
        *(_("vendredi"), _("samedi"), _("dimanche")),
    )


def _ordinals() -> dict[int, str]:
    return {
        **{1: _("premier"), 2: _("deuxième"), 3: _("troisième")},
        **{4: _("quatrième"), 5: _("cinquième"), LAST: _("dernier")},
    }


def _number_word(number: int) -> str:
    names = (_("une"), _("deux"), _("trois"), _("quatre"), _("cinq"), _("six"))
    return names[number - 1] if number <= len(names) else str(number)
