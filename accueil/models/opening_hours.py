"""Opening hours, shared by reception points and phone lines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

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
from portal.core.models import Maintained
from portal.core.opening_hours.hours import Day, HoursError, check, describe
from portal.core.opening_hours.special_days import SpecialDays, days, state


def validate_hours(expression: str) -> None:
    try:
        check(expression)
    except HoursError as error:
        raise ValidationError(str(error)) from None


class OpeningHoursModel(Maintained):
    """A contact with opening hours: an OpenStreetMap expression, and `hours_text` as printed.

    Empty `hours` are unknown: only special hours, if any, then decide whether it is open.
    """

    hours = models.CharField(
        _("horaires (OpenStreetMap)"), max_length=250, blank=True, validators=[validate_hours]
    )
    hours_text = models.CharField(_("horaires imprimés"), max_length=250, blank=True)

    field_labels: ClassVar[Mapping[str, Any]] = {
        "hours": _("horaires"),
        "appointment_hours": _("horaires sur rendez-vous"),
        "by_appointment": _("avec ou sans rendez-vous"),
        "site": _("adresse"),
        "closes_on": _("fermeture définitive"),
    }

    class Meta:
        abstract = True

    def printed_value(self, name: str) -> str:
        if name in ("hours", "appointment_hours"):
            return getattr(self, f"{name}_text") or describe(getattr(self, name))
        if name == "by_appointment":
            return ""
        return super().printed_value(name)

    @property
    def special_hours_keys(self) -> Sequence[SpecialHoursKey]:
        """The keys under which special hours that apply to it are indexed."""
        raise NotImplementedError

    @cached_property
    def special_hours(self) -> Sequence[SpecialHours]:
        """The special hours that apply to it, past ones included.

        Reads the cached index, unless `attach_special_hours` set them before.
        """
        attach_special_hours([self], special_hours_cache.get(data_versions.current_versions()))
        return self.special_hours

    @property
    def visible_special_hours(self) -> list[SpecialHours]:
        """The special hours announced or in force today."""
        return [special for special in self.special_hours if special.is_visible(clock.today())]

    @property
    def own_visible_special_hours(self) -> list[SpecialHours]:
        """The visible special hours, without those of the whole Département, shown once."""
        return [special for special in self.visible_special_hours if not special.whole_department]

    def open_now(self, at: datetime | None = None) -> bool | None:
        """Return whether it is open at that moment, now by default; None when hours are unknown."""
        return self.opening_state(at)[0]

    def next_change(self, at: datetime | None = None) -> datetime | None:
        """Return when it next opens or closes; None when unknown or not within 366 days."""
        return self.opening_state(at)[1]

    def opening_state(self, at: datetime | None) -> tuple[bool | None, datetime | None]:
        """Return `open_now` and `next_change`, evaluated together."""
        minute = (at or clock.now()).replace(second=0, microsecond=0)
        return state(self.hours, self.special_days, minute)

    @property
    def special_days(self) -> list[SpecialDays]:
        """The rules that change its hours on some days."""
        return [special.special for special in self.special_hours]

    @property
    def hours_in_words(self) -> str:
        """The hours as printed, else described from the expression; "" when unknown."""
        return self.hours_text or describe(self.hours)

    def next_days(self, first: date, count: int = 14) -> list[Day]:
        """Return the hours of each day, special ones included; none when usual ones are unknown."""
        return days(self.hours, self.special_days, first, count)


def attach_special_hours(contacts: Iterable[OpeningHoursModel], index: SpecialHoursIndex) -> None:
    """Set the special hours of each contact from the index, without a query."""
    for contact in contacts:
        by_pk = {
            special.pk: special
            for key in contact.special_hours_keys
            for special in index.get(key, ())
        }
        contact.special_hours = [by_pk[pk] for pk in sorted(by_pk)]
