"""Other published information, as published."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import Sourced
from portal.territory.models import Department
from teams.models.agencies import Agency
from teams.models.teams import Team


class StatementQuerySet(models.QuerySet["Statement"]):
    def about_departments(self, codes: Iterable[str]) -> "StatementQuerySet":
        """Filter what was published about these départements as a whole."""
        whole = self.filter(department__in=codes, agency__isnull=True, team__isnull=True)
        return whole.select_related("source")

    def about_team(self, team: Team) -> "StatementQuerySet":
        """Filter what was published about a team or its agency."""
        return self.filter(Q(team=team) | Q(agency=team.agency_id)).select_related("source")


class Statement(Sourced):
    """Published information about a département, an agency or a team.

    It is shown beside the other data, even where they contradict each other.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("département"), related_name="statements"
    )
    agency = models.ForeignKey(
        Agency,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("agence"),
        related_name="statements",
    )
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("équipe"),
        related_name="statements",
    )
    key = models.SlugField(_("clé"), max_length=80, unique=True)
    topic = models.CharField(_("sujet"), max_length=120)
    text = models.TextField(_("texte"))

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("information publiée")
        verbose_name_plural = _("informations publiées")
        ordering = ["department", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=True) | Q(team__isnull=True),
                name="teams_statement_one_subject",
            )
        ]

    def __str__(self) -> str:
        return self.topic
