"""What opens and closes."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accueil.models.special_hours import Key, SpecialHours, calendar, tell
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.opening_hours.hours import Day, HoursError, check, describe
from portal.core.opening_hours.special_days import Special, days, state


def validate_hours(expression: str) -> None:
    try:
        check(expression)
    except HoursError as error:
        raise ValidationError(str(error)) from None


class Open(models.Model):
    """What has opening hours: `hours` for the machine, `hours_text` as printed.

    Empty `hours` are unknown: then only special hours, where there are any, say whether it is open.
    `checked_on` is when somebody last made sure of it.
    """

    hours = models.CharField(
        _("horaires (OpenStreetMap)"), max_length=250, blank=True, validators=[validate_hours]
    )
    hours_text = models.CharField(_("horaires imprimés"), max_length=250, blank=True)
    checked_on = models.DateField(_("vérifié le"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def special_keys(self) -> Sequence[Key]:
        """By what special hours may concern it."""
        raise NotImplementedError

    @cached_property
    def special_hours(self) -> Sequence[SpecialHours]:
        """Those that concern it, past or not. A query, unless `tell` gave them before."""
        tell([self], calendar.at(data_versions.current()))
        return self.special_hours

    @property
    def special_hours_shown(self) -> list[SpecialHours]:
        """Those announced or under way today."""
        return [one for one in self.special_hours if one.is_shown(clock.today())]

    @property
    def own_special_hours_shown(self) -> list[SpecialHours]:
        """Those that are not said once for all the Département's doors."""
        return [one for one in self.special_hours_shown if not one.whole_department]

    def open_now(self, at: datetime | None = None) -> bool | None:
        """Whether it is open at that moment, now by default; None when hours are unknown."""
        return self.openness(at)[0]

    def next_change(self, at: datetime | None = None) -> datetime | None:
        """When it next opens or closes; None when that is unknown or not within 366 days."""
        return self.openness(at)[1]

    def openness(self, at: datetime | None) -> tuple[bool | None, datetime | None]:
        """Both."""
        minute = (at or clock.now()).replace(second=0, microsecond=0)
        return state(self.hours, self.specials, minute)

    @property
    def specials(self) -> list[Special]:
        """What changes its hours on some days."""
        return [one.special for one in self.special_hours]

    @property
    def hours_in_french(self) -> str:
        """As printed, else said from the expression; "" when unknown."""
        return self.hours_text or describe(self.hours)

    def next_days(self, first: date, count: int = 14) -> list[Day]:
        """Each day's hours, special ones included; none when the usual ones are unknown."""
        return days(self.hours, self.specials, first, count)
