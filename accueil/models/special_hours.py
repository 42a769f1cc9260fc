"""Closures and other hours on some days, of one or several points and phone lines."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accueil.enums import SpecialHoursEffect
from portal.core import clock
from portal.core.caching.data_versions import VersionedCache
from portal.core.models import Maintained
from portal.core.opening_hours.descriptions import describe_spans, format_clock, is_weekly
from portal.core.opening_hours.special_days import Effect, SpecialDays
from portal.core.opening_hours.syntax import MIDNIGHT, HoursError, parse
from portal.core.opening_hours.week_grid import NO_DAYS, Week
from portal.core.periods.period import Period, Precision
from portal.core.templatetags.display import days
from portal.territory.models import Department
from teams.models import Agency

NOTICE_PERIOD = timedelta(days=15)  # shown from so long before the first day
MAX_DAYS = 366  # days
SpecialHoursKey = tuple[str, int | str]  # "point", 12; "department", "45"


class SpecialHoursQuerySet(models.QuerySet["SpecialHours"]):
    def with_targets(self) -> "SpecialHoursQuerySet":
        """Load the points, lines and agencies, in a constant number of queries."""
        return self.select_related("department", "source").prefetch_related(
            "points", "phone_lines", "agencies"
        )

    def visible(self, today: date) -> "SpecialHoursQuerySet":
        """Filter those announced or in force."""
        return self.not_withdrawn().filter(
            first_day__lte=today + NOTICE_PERIOD, last_day__gte=today
        )

    def not_withdrawn(self) -> "SpecialHoursQuerySet":
        """Filter those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class SpecialHours(Maintained):
    """A closure, or other hours, from `first_day` to `last_day`, both included.

    It applies to the chosen `points` and `phone_lines`, to all the points of the chosen `agencies`
    and, with `whole_department`, to every point of the Département's own, published here or not.
    `spans` and `weekdays` are as in `portal.core.opening_hours.special_days`. `message` is shown as
    written. Withdrawn special hours have no effect, and can be put back.
    """

    key = models.SlugField(_("clé"), max_length=80, unique=True, null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="special_hours"
    )
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    effect = models.CharField(_("effet"), max_length=15, choices=SpecialHoursEffect)
    spans = models.CharField(_("heures"), max_length=100, blank=True)
    weekdays = models.CharField(_("jours de la semaine"), max_length=30, blank=True)
    message = models.CharField(_("message"), max_length=300, blank=True)
    whole_department = models.BooleanField(_("tous les accueils du Département"), default=False)
    points = models.ManyToManyField(
        "accueil.ReceptionPoint", verbose_name=_("points d'accueil"), blank=True
    )
    phone_lines = models.ManyToManyField(
        "accueil.PhoneLine", verbose_name=_("lignes téléphoniques"), blank=True
    )
    agencies = models.ManyToManyField(
        Agency, verbose_name=_("agences entières"), blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True, editable=False)

    objects = SpecialHoursQuerySet.as_manager()
    coded_columns: ClassVar = ("weekdays", "spans")

    class Meta:
        verbose_name = _("horaires exceptionnels")
        verbose_name_plural = _("horaires exceptionnels")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="accueil_special_days_ordered",
                violation_error_message=_("Le dernier jour est avant le premier."),
            ),
            models.CheckConstraint(
                condition=Q(effect=Effect.CLOSED, spans="")
                | (~Q(effect=Effect.CLOSED) & ~Q(spans="")),
                name="accueil_special_spans_when_needed",
                violation_error_message=_("Donnez les heures, sauf pour une journée entière."),
            ),
        ]

    def __str__(self) -> str:
        return self.in_words

    def clean(self) -> None:
        """Refuse more than a year and unreadable hours; an end at 00:00 becomes 24:00."""
        if self.first_day and self.last_day and (self.last_day - self.first_day).days > MAX_DAYS:
            raise ValidationError(
                {"last_day": _("Plus d'un an : changez plutôt les horaires habituels.")}
            )
        self.spans = self.spans.replace("-00:00", f"-{MIDNIGHT}")
        try:
            rules = parse(f"{self.weekdays or 'Mo-Su'} {self.spans or 'off'}").rules
        except HoursError:
            rules = ()
        is_plain = (
            len(rules) == 1
            and is_weekly(rules[0])
            and not (rules[0].holidays or rules[0].comment)
            and self.spans == ",".join(f"{start}-{end}" for start, end in rules[0].spans)
        )
        if not is_plain:
            raise ValidationError({"spans": _("Ces heures ne sont pas comprises.")})
        if fault := Week((rules[0].spans, *NO_DAYS[1:])).faults().get(0):
            messages = {
                "ends": _("La fin doit être après le début."),
                "overlaps": _("Ces heures se chevauchent."),
            }
            raise ValidationError({"spans": messages[fault]})

    @property
    def special(self) -> SpecialDays:
        return SpecialDays(
            self.first_day, self.last_day, Effect(self.effect), self.spans, self.weekdays
        )

    @property
    def period(self) -> Period:
        return Period("", self.first_day, self.last_day, Precision.DAY)

    def is_visible(self, today: date) -> bool:
        """Return whether it is shown that day: announced, or in force."""
        return self.first_day - NOTICE_PERIOD <= today <= self.last_day

    def is_under_way(self, today: date) -> bool:
        return self.first_day <= today <= self.last_day

    @property
    def is_current(self) -> bool:
        return self.is_under_way(clock.today())

    @property
    def in_words(self) -> str:
        """ "du 4 décembre 2023 au 22 décembre 2023 : fermé jusqu'à 13 h"."""
        values = {"days": days(self.period), "effect": self.effect_in_words}
        return gettext("%(days)s : %(effect)s") % values

    @property
    def effect_in_words(self) -> str:
        pairs = [span.split("-") for span in self.spans.split(",") if span]
        if self.effect == Effect.CLOSED:
            return gettext("fermé")
        if self.effect == Effect.OPEN_ONLY:
            return gettext("ouvert seulement %(hours)s") % {"hours": describe_spans(pairs)}
        (start, end), is_alone = pairs[0], len(pairs) == 1
        if is_alone and start == "00:00":
            return gettext("fermé jusqu'à %(time)s") % {"time": format_clock(end)}
        if is_alone and end == MIDNIGHT:
            return gettext("fermé à partir de %(time)s") % {"time": format_clock(start)}
        return gettext("fermé %(hours)s") % {"hours": describe_spans(pairs)}


SpecialHoursIndex = Mapping[SpecialHoursKey, Sequence[SpecialHours]]


def build_special_hours_index() -> SpecialHoursIndex:
    """Return the special hours in effect by what they apply to, in four queries."""
    index: dict[SpecialHoursKey, list[SpecialHours]] = {}
    for special in SpecialHours.objects.not_withdrawn().prefetch_related(
        "points", "phone_lines", "agencies"
    ):
        keys: list[SpecialHoursKey] = [
            *(("point", point.pk) for point in special.points.all()),
            *(("line", line.pk) for line in special.phone_lines.all()),
            *(("agency", agency.pk) for agency in special.agencies.all()),
        ]
        if special.whole_department:
            keys.append(("department", special.department_id))
        for key in keys:
            index.setdefault(key, []).append(special)
    return index


special_hours_cache = VersionedCache(build_special_hours_index, "accueil", has_text=False)
