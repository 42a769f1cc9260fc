"""Plans of a département: axes and objectives."""

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.core.models import Sourced
from portal.territory.models import Department
from schema_actions.models.campaigns import Campaign

TITLE_MAX_LENGTH = 500


class PlanQuerySet(models.QuerySet["Plan"]):
    def with_structure(self) -> "PlanQuerySet":
        """Prefetch axes, objectives and `public_campaigns`, in a constant number of queries."""
        return self.select_related("department", "source").prefetch_related(
            "axes__objectives", Prefetch("campaigns", Campaign.objects.public(), "public_campaigns")
        )


class Plan(Sourced):
    """A département's plan over some years: its axes, objectives and action sheets."""

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="plans", verbose_name=_("département")
    )
    slug = models.SlugField(_("identifiant"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=250)
    first_year = models.PositiveSmallIntegerField(_("première année"))
    last_year = models.PositiveSmallIntegerField(_("dernière année"))

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("schéma")
        verbose_name_plural = _("schémas")
        ordering = ["department_id", "first_year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")), name="schema_plan_years_ordered"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plan-detail", args=[self.slug])

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @cached_property
    def structure(self) -> "list[Axis]":
        """Its axes with their objectives, in order. Two queries."""
        return list(self.axes.prefetch_related("objectives"))


class Axis(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="axes", verbose_name=_("schéma"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=TITLE_MAX_LENGTH)

    class Meta:
        verbose_name = _("axe")
        verbose_name_plural = _("axes")
        ordering = ["plan_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="schema_axis_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Objective(models.Model):
    axis = models.ForeignKey(Axis, models.CASCADE, related_name="objectives", verbose_name=_("axe"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=TITLE_MAX_LENGTH)

    class Meta:
        verbose_name = _("objectif")
        verbose_name_plural = _("objectifs")
        ordering = ["axis_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["axis", "number"], name="schema_objective_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """The number of its axis and its own: "1.4"."""
        return f"{self.axis.number}.{self.number}"
