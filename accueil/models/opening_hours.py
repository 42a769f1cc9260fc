"""What opens and closes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accueil.models.special_hours import (
    SpecialHours,
    SpecialHoursIndex,
    SpecialHoursKey,
    special_hours_cache,
)
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.opening_hours.hours import Day, HoursError, check, describe
from portal.core.opening_hours.special_days import SpecialDays, days, state


def validate_hours(expression: str) -> None:
    try:
        check(expression)
    except HoursError as error:
        raise ValidationError(str(error)) from None


class OpeningHoursModel(models.Model):
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
    def special_hours_keys(self) -> Sequence[SpecialHoursKey]:
        """By what special hours may concern it."""
        raise NotImplementedError

    @cached_property
    def special_hours(self) -> Sequence[SpecialHours]:
        """Those that concern it, past or not. A query, unless `tell` gave them before."""
        attach_special_hours([self], special_hours_cache.get(data_versions.current_versions()))
        return self.special_hours

    @property
    def visible_special_hours(self) -> list[SpecialHours]:
        """Those announced or under way today."""
        return [special for special in self.special_hours if special.is_visible(clock.today())]

    @property
    def own_visible_special_hours(self) -> list[SpecialHours]:
        """Those that are not said once for all the Département's doors."""
        return [special for special in self.visible_special_hours if not special.whole_department]

    def open_now(self, at: datetime | None = None) -> bool | None:
        """Whether it is open at that moment, now by default; None when hours are unknown."""
        return self.opening_state(at)[0]

    def next_change(self, at: datetime | None = None) -> datetime | None:
        """When it next opens or closes; None when that is unknown or not within 366 days."""
        return self.opening_state(at)[1]

    def opening_state(self, at: datetime | None) -> tuple[bool | None, datetime | None]:
        """Both."""
        minute = (at or clock.now()).replace(second=0, microsecond=0)
        return state(self.hours, self.special_days, minute)

    @property
    def special_days(self) -> list[SpecialDays]:
        """What changes its hours on some days."""
        return [special.special for special in self.special_hours]

    @property
    def hours_in_french(self) -> str:
        """As printed, else said from the expression; "" when unknown."""
        return self.hours_text or describe(self.hours)

    def next_days(self, first: date, count: int = 14) -> list[Day]:
        """Each day's hours, special ones included; none when the usual ones are unknown."""
        return days(self.hours, self.special_days, first, count)


def attach_special_hours(contacts: Iterable[OpeningHoursModel], index: SpecialHoursIndex) -> None:
    """Gives contacts and lines their special hours."""
    for contact in contacts:
        by_pk = {
            special.pk: special
            for key in contact.special_hours_keys
            for special in index.get(key, ())
        }
        contact.special_hours = [by_pk[pk] for pk in sorted(by_pk)]
