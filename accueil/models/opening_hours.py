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
from portal.core.opening_hours.calendars import LegalCalendar
from portal.core.opening_hours.descriptions import describe
from portal.core.opening_hours.hours import (
    APPOINTMENT_NOTE,
    UNKNOWN,
    Day,
    OpeningState,
    check,
    normalise,
    publish,
)
from portal.core.opening_hours.special_days import Effect, SpecialDays, days, state
from portal.core.opening_hours.syntax import HoursError
from portal.territory.legal_calendars import legal_calendar


def validate_hours(expression: str) -> None:
    try:
        check(expression)
    except HoursError as error:
        raise ValidationError(str(error)) from None


class OpeningHoursField(models.CharField):
    """Hours in the OpenStreetMap syntax, as all its readers understand it; "" if unknown."""

    default_validators = [validate_hours]

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return normalise(super().clean(value, model_instance))

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrate as a validated CharField: the database checks nothing more."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, {**kwargs, "validators": [validate_hours]}


class OpeningHoursModel(Maintained):
    """A contact with opening hours: an OpenStreetMap expression, and `hours_text` as printed.

    Empty `hours` are unknown: only special hours, if any, then decide whether it is open.
    """

    hours = OpeningHoursField(_("horaires (OpenStreetMap)"), max_length=250, blank=True)
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
        return self.opening_state(at).is_open

    def next_change(self, at: datetime | None = None) -> datetime | None:
        """Return when it next opens or closes; None when unknown or not within 366 days."""
        return self.opening_state(at).next_change

    def opening_state(self, at: datetime | None) -> OpeningState:
        """Return its state at that moment, now by default; one without an offset is in its zone."""
        minute = (at or clock.now()).replace(second=0, microsecond=0)
        return state(self.hours, self.special_days, minute, self.legal_calendar)

    @property
    def legal_calendar(self) -> LegalCalendar:
        """The public holidays and the time zone of its département."""
        department: str = self.department_id  # type: ignore[attr-defined]
        return legal_calendar(department)

    @property
    def published_hours(self) -> str:
        """The hours for other readers of the syntax, public holidays included; "" if unknown."""
        return publish(self.hours, self.legal_calendar)

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
        return days(self.hours, self.special_days, first, count, self.legal_calendar)


def point_state(
    hours: str,
    appointment_hours: str,
    specials: Sequence[SpecialDays],
    minute: datetime,
    calendar: LegalCalendar,
) -> OpeningState:
    """Return the state of a point, which is not open while it only receives by appointment.

    Without `hours`, whether it receives without appointment is unknown meanwhile.
    """
    walk_in = state(hours, specials, minute, calendar)
    if not appointment_hours or walk_in.is_open:
        return walk_in
    closures = [special for special in specials if special.effect is not Effect.OPEN_ONLY]
    appointments = state(appointment_hours, closures, minute, calendar)
    changes = [found.until for found in (walk_in, appointments) if found.until]
    until = min(changes, default=None)
    if appointments.is_open:
        return OpeningState(walk_in.is_open, walk_in.next_change, APPOINTMENT_NOTE, until)
    if walk_in._replace(until=None) == UNKNOWN:
        return OpeningState(appointments.is_open, None, appointments.note, until)
    return walk_in._replace(until=until)


def attach_special_hours(contacts: Iterable[OpeningHoursModel], index: SpecialHoursIndex) -> None:
    """Set the special hours of each contact from the index, without a query."""
    for contact in contacts:
        by_pk = {
            special.pk: special
            for key in contact.special_hours_keys
            for special in index.get(key, ())
        }
        contact.special_hours = [by_pk[pk] for pk in sorted(by_pk)]
