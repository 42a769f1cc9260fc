"""Ways to meet a service besides its reception: group activities, consultations, video, at home."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accueil.enums import MeetingKind
from accueil.models.reception_points import ReceptionPoint
from portal.core.models import Sourced, TelephoneField
from portal.territory.models import Department
from teams.models import Agency, Team


class Meeting(Sourced):
    """A published way to meet a team, an agency or a reception point: exactly one holds it.

    `place` and `rhythm` are as published, "" where they were not; `phone` makes the appointment.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="+"
    )
    key = models.SlugField(_("clé"), max_length=80, unique=True)
    kind = models.CharField(_("nature"), max_length=12, choices=MeetingKind)
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("équipe"),
        related_name="meetings",
    )
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="meetings",
    )
    point = models.ForeignKey(
        ReceptionPoint,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("point d'accueil"),
        related_name="meetings",
    )
    title = models.CharField(_("titre"), max_length=200)
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    rhythm = models.CharField(_("rythme"), max_length=200, blank=True)
    phone = TelephoneField(_("téléphone"), max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("rencontre")
        verbose_name_plural = _("rencontres")
        ordering = ["department", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values), name="accueil_meeting_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False, agency__isnull=True, point__isnull=True)
                | Q(team__isnull=True, agency__isnull=False, point__isnull=True)
                | Q(team__isnull=True, agency__isnull=True, point__isnull=False),
                name="accueil_meeting_one_holder",
                violation_error_message=_("Une équipe, une agence ou un point d'accueil."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
