"""The monthly counts of the reception. No personal data.

A month without a row was not counted, which is not zero.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accueil.enums import Channel
from accueil.models.phone_lines import PhoneLine
from accueil.models.reception_points import ReceptionPoint
from portal.core import clock
from portal.territory.models import Department
from teams.models import Agency

MAX_COUNT = 1_000_000  # per month
MAX_DELAY_DAYS = 3_650  # days
# Three months, from the shortest (1 February to 1 May) to the longest.
THREE_MONTHS_DAYS = 89, 92


def month_start(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def _count_field(label: Any, **more: Any) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, validators=[MaxValueValidator(MAX_COUNT)], **more)


class Monthly(models.Model):
    """Counts of a month, identified by its first day. No public page shows them."""

    changes_public_pages = False

    month = models.DateField(_("mois"))
    entered_at = models.DateTimeField(_("saisi le"), auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.month = month_start(self.month)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a future month."""
        if self.month:
            self.month = month_start(self.month)
            if self.month > clock.today():
                raise ValidationError({"month": gettext("Ce mois n'a pas encore commencé.")})


class ActivityQuerySet(models.QuerySet["Activity"]):
    def of_department(self, code: str) -> "ActivityQuerySet":
        return self.filter(Q(point__department=code) | Q(phone_line__department=code))

    def since(self, month: date) -> "ActivityQuerySet":
        return self.filter(month__gte=month_start(month))


class Activity(Monthly):
    """The requests received by a point or a phone line in a month, through one channel.

    `answered` counts those that the reception answered itself, `referred` those sent to a team;
    null when not counted.
    """

    point = models.ForeignKey(
        ReceptionPoint,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("point d'accueil"),
        related_name="activity",
    )
    phone_line = models.ForeignKey(
        PhoneLine,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("ligne téléphonique"),
        related_name="activity",
    )
    channel = models.CharField(_("par où"), max_length=11, choices=Channel)
    requests = _count_field(_("demandes"))
    answered = _count_field(_("réponses dès l'accueil"), null=True, blank=True)
    referred = _count_field(_("orientées vers une équipe"), null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activité d'un mois")
        verbose_name_plural = _("activité par mois")
        ordering = ["-month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(point__isnull=True) ^ Q(phone_line__isnull=True),
                name="accueil_activity_one_place",
                violation_error_message=_("Choisissez un point d'accueil, ou bien une ligne."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values),
                name="accueil_activity_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(phone_line__isnull=True) | Q(channel=Channel.PHONE),
                name="accueil_activity_line_by_phone",
                violation_error_message=_("Une ligne reçoit des appels seulement."),
            ),
            models.CheckConstraint(
                condition=Q(answered__isnull=True) | Q(answered__lte=F("requests")),
                name="accueil_activity_answered_among_requests",
                violation_error_message=_("Il y a plus de réponses que de demandes."),
            ),
            models.CheckConstraint(
                condition=Q(referred__isnull=True) | Q(referred__lte=F("requests")),
                name="accueil_activity_referred_among_requests",
                violation_error_message=_("Il y a plus de demandes orientées que de demandes."),
            ),
            models.CheckConstraint(
                condition=Q(answered__isnull=True)
                | Q(referred__isnull=True)
                | Q(requests__gte=F("answered") + F("referred")),
                name="accueil_activity_both_among_requests",
                violation_error_message=_(
                    "Les réponses et les demandes orientées dépassent les demandes."
                ),
            ),
            models.UniqueConstraint(
                fields=["month", "point", "channel"],
                condition=Q(point__isnull=False),
                name="accueil_activity_point_once",
            ),
            models.UniqueConstraint(
                fields=["month", "phone_line", "channel"],
                condition=Q(phone_line__isnull=False),
                name="accueil_activity_line_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.get_channel_display()}, {self.month:%Y-%m}"

    @property
    def place(self) -> ReceptionPoint | PhoneLine:
        place = self.point or self.phone_line
        assert place
        return place


class Referrals(Monthly):
    """The « informations préoccupantes » of a month, of an agency or else of the whole département.

    `received` in that month; `in_time` and `late` are those whose evaluation ended in that month,
    within the three months of the law or after, whenever they came;
    `mean_days` is the mean of their delays, null where none ended.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="+"
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="referrals",
        help_text=_("vide : tout le département"),
    )
    received = _count_field(_("reçues"))
    in_time = _count_field(_("évaluées en trois mois au plus"))
    late = _count_field(_("évaluées plus tard"))
    mean_days = models.PositiveIntegerField(
        _("délai moyen, en jours"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_DELAY_DAYS)],
    )

    class Meta:
        verbose_name = _("informations préoccupantes d'un mois")
        verbose_name_plural = _("informations préoccupantes par mois")
        ordering = ["-month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mean_days__isnull=False) | Q(in_time=0, late=0),
                name="accueil_referrals_delay_of_those_ended",
                violation_error_message=_("Donnez le délai moyen de celles qui ont été évaluées."),
            ),
            models.CheckConstraint(
                condition=Q(mean_days__isnull=True) | ~Q(in_time=0, late=0),
                name="accueil_referrals_no_delay_of_none",
                violation_error_message=_("Aucune n'a été évaluée : le délai reste vide."),
            ),
            models.UniqueConstraint(
                fields=["month", "agency"],
                condition=Q(agency__isnull=False),
                name="accueil_referrals_agency_once",
            ),
            models.UniqueConstraint(
                fields=["month", "department"],
                condition=Q(agency__isnull=True),
                name="accueil_referrals_department_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.department}, {self.month:%Y-%m}"

    def clean(self) -> None:
        """Refuse an impossible mean delay, and an agency of another département."""
        super().clean()
        if self.agency and self.agency.department_id != self.department_id:
            raise ValidationError({"agency": gettext("Cette agence est d'un autre département.")})
        if message := self._mean_days_error():
            raise ValidationError({"mean_days": message})

    def _mean_days_error(self) -> str:
        if self.mean_days is None or None in (self.in_time, self.late):
            return ""
        least, most = THREE_MONTHS_DAYS
        if self.in_time and not self.late and self.mean_days > most:
            return gettext(
                "Aucune n'a dépassé trois mois : le délai moyen ne peut pas les dépasser."
            )
        if self.late and not self.in_time and self.mean_days < least:
            return gettext("Toutes ont dépassé trois mois : le délai moyen les dépasse aussi.")
        return ""

    @property
    def ended(self) -> int:
        return self.in_time + self.late


def department_referrals(code: str) -> QuerySet[Referrals]:
    """Return the referrals of a département with their agencies, its own row first each month."""
    rows = Referrals.objects.filter(department=code).select_related("agency")
    return rows.order_by("month", F("agency").asc(nulls_first=True))
