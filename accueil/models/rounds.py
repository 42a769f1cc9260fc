"""The stops of itinerant receptions: places, days, and changes of single passages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accueil.enums import Weekday
from accueil.models.reception_points import ReceptionPoint, not_permanently_closed
from portal.core.models import Maintained
from portal.core.opening_hours.calendars import LegalCalendar
from portal.core.opening_hours.descriptions import describe_spans
from portal.core.opening_hours.recurrence import Recurrence
from portal.core.periods.period import format_day
from portal.territory.legal_calendars import legal_calendar
from teams.models import Site

DEFAULT_FIRST_DAY = date(2000, 1, 3)  # of a stop whose first day is unknown


@dataclass(frozen=True, slots=True)
class Passage:
    """One coming of an itinerant reception to a stop, from `start` to `end`, in its time zone.

    `planned_on` is the day given by the rhythm; `message` explains a cancelled or moved passage.
    """

    stop: "Stop"
    planned_on: date
    start: datetime
    end: datetime
    place: str
    is_cancelled: bool = False
    is_moved: bool = False
    message: str = ""

    @property
    def in_words(self) -> str:
        """ "mardi 24 novembre de 9 h 30 à 12 h"."""
        day = format_day(self.start.date(), weekday=True, year=False)
        hours = describe_spans([(f"{self.start:%H:%M}", f"{self.end:%H:%M}")])
        return gettext("%(day)s %(hours)s") % {"day": day, "hours": hours}


class StopQuerySet(models.QuerySet["Stop"]):
    def with_places(self) -> "StopQuerySet":
        """Load the place, changes and itinerant point, in a constant number of queries."""
        return self.select_related("site__commune", "point", "source").prefetch_related("changes")

    def not_permanently_closed(self, today: date) -> "StopQuerySet":
        """Filter the stops of receptions not closed for good that day."""
        return self.filter(not_permanently_closed(today, of="point__"))


class Stop(Maintained):
    """A place where an itinerant reception comes, and when.

    A null `weekday` or null hours are unknown: then `rhythm_text` is all that was published.
    `weeks` ("1 2") are weeks of a `cycle` of that many, counted from the week of `valid_from`.
    `month_positions` ("1", "1 3", "-1") are the weekdays of the month on which it comes, -1 for the
    last. `revision` grows with each change of the stop or of its passages, undone ones included:
    calendars ignore an event whose number is not higher than before.
    """

    point = models.ForeignKey(
        ReceptionPoint, models.CASCADE, verbose_name=_("accueil itinérant"), related_name="stops"
    )
    key = models.SlugField(_("clé"), max_length=80, unique=True, null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("lieu"), related_name="stops")
    weekday = models.PositiveSmallIntegerField(_("jour"), choices=Weekday, null=True, blank=True)
    starts_at = models.TimeField(_("de"), null=True, blank=True)
    ends_at = models.TimeField(_("à"), null=True, blank=True)
    valid_from = models.DateField(_("premier jour"), null=True, blank=True)
    valid_to = models.DateField(_("dernier jour"), null=True, blank=True)
    cycle = models.PositiveSmallIntegerField(_("nombre de semaines du cycle"), default=1)
    weeks = models.CharField(_("semaines du cycle"), max_length=20, blank=True)
    month_positions = models.CharField(_("semaines du mois"), max_length=20, blank=True)
    rhythm_text = models.CharField(_("rythme imprimé"), max_length=150, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=0, db_default=0, editable=False)

    objects = StopQuerySet.as_manager()
    coded_columns: ClassVar = ("weeks", "month_positions")

    class Meta:
        verbose_name = _("arrêt")
        verbose_name_plural = _("arrêts")
        ordering = ["point_id", "weekday", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="accueil_stop_hours_ordered",
                violation_error_message=_("La fin doit être après le début."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="accueil_stop_days_ordered",
                violation_error_message=_("Le dernier jour est avant le premier."),
            ),
            models.CheckConstraint(
                condition=Q(cycle=1) | Q(cycle__range=(2, 12), valid_from__isnull=False),
                name="accueil_stop_cycle_counted",
                violation_error_message=_(
                    "Un rythme de plusieurs semaines se compte depuis un premier jour."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} ({self.rhythm})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        self.revision = (
            F("revision") + 1
        )  # read in the database: another process may have incremented it
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "revision"}
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["revision"])

    def clean(self) -> None:
        if self.weekday is not None and self.weekday not in Weekday.values:
            return  # refused by its field
        try:
            self.recurrence  # noqa: B018
        except ValueError:
            message = _("Ces semaines ne sont pas celles du cycle.")
            raise ValidationError({"weeks": message}) from None

    @property
    def recurrence(self) -> Recurrence | None:
        """Its recurrence; None when the day or the hours are unknown."""
        if self.weekday is None or self.starts_at is None or self.ends_at is None:
            return None
        return Recurrence(
            weekday=self.weekday,
            since=self.valid_from or DEFAULT_FIRST_DAY,
            until=self.valid_to,
            cycle=self.cycle,
            weeks=_parse_numbers(self.weeks) or tuple(range(1, self.cycle + 1)),
            month_positions=_parse_numbers(self.month_positions),
        )

    @property
    def rhythm(self) -> str:
        """ "chaque mardi"; else as printed; "" when nothing is known."""
        return self.recurrence.in_words if self.recurrence else self.rhythm_text

    def passages(self, first: date, last: date) -> Iterator[Passage]:
        """Return the passages between two days, in order, cancelled ones included.

        None when the recurrence is unknown or once the reception is closed for good. A moved
        passage counts on its new day.
        """
        recurrence = self.recurrence
        if recurrence is None:
            return iter(())
        if self.point.closes_on:
            last = min(last, self.point.closes_on - timedelta(days=1))
        changes = {change.day: change for change in self.changes.all()}
        passages = [
            changes[day].passage if day in changes else self._regular_passage(day)
            for day in recurrence.days(first, last)
        ]
        passages += [change.passage for day, change in changes.items() if not first <= day <= last]
        within = [passage for passage in passages if first <= passage.start.date() <= last]
        return iter(sorted(within, key=lambda passage: passage.start))

    @property
    def legal_calendar(self) -> LegalCalendar:
        """The public holidays and the time zone of its département."""
        return legal_calendar(self.point.department_id)

    def _regular_passage(self, day: date) -> Passage:
        """Return the passage of a day that nobody changed: none on a public holiday."""
        assert self.starts_at is not None
        assert self.ends_at is not None
        calendar = self.legal_calendar
        is_holiday = calendar.holiday(day) is not None
        return Passage(
            self,
            day,
            datetime.combine(day, self.starts_at, calendar.zone),
            datetime.combine(day, self.ends_at, calendar.zone),
            self.site.label,
            is_cancelled=is_holiday,
            message=gettext("jour férié") if is_holiday else "",
        )


class StopChange(models.Model):
    """A passage that is cancelled, or moved to another day, other hours or another place.

    `day` is the day given by the rhythm. Without `new_day` the passage is cancelled; empty hours
    and an empty place stay those of the stop.
    """

    stop = models.ForeignKey(Stop, models.CASCADE, verbose_name=_("arrêt"), related_name="changes")
    day = models.DateField(_("passage du"))
    new_day = models.DateField(_("remplacé le"), null=True, blank=True)
    starts_at = models.TimeField(_("de"), null=True, blank=True)
    ends_at = models.TimeField(_("à"), null=True, blank=True)
    new_place = models.CharField(_("lieu"), max_length=200, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("passage changé")
        verbose_name_plural = _("passages changés")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["stop", "day"], name="accueil_change_once"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="accueil_change_hours_ordered",
                violation_error_message=_("La fin doit être après le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} → {self.new_day or '×'}"

    def clean(self) -> None:
        """Refuse a change on a day without a passage."""
        if self.stop_id is None:
            return  # refused by its field
        recurrence = self.stop.recurrence
        if self.day and (recurrence is None or not [*recurrence.days(self.day, self.day)]):
            raise ValidationError({"day": _("Il n'y a pas de passage prévu ce jour-là.")})

    @property
    def passage(self) -> Passage:
        day = self.new_day or self.day
        starts_at, ends_at = (
            self.starts_at or self.stop.starts_at,
            self.ends_at or self.stop.ends_at,
        )
        assert starts_at is not None
        assert ends_at is not None
        zone = self.stop.legal_calendar.zone
        return Passage(
            self.stop,
            self.day,
            datetime.combine(day, starts_at, zone),
            datetime.combine(day, ends_at, zone),
            self.new_place or self.stop.site.label,
            is_cancelled=self.new_day is None,
            is_moved=self.new_day is not None,
            message=self.message,
        )


def _parse_numbers(text: str) -> tuple[int, ...]:
    """ "1 2" → 1, 2; raises ValueError."""
    return tuple(int(number) for number in text.split())
