"""Indicators of a sheet, and their values in each campaign."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.core.models import Dated, Sourced
from portal.core.text.units import unit_after
from schema_actions.models.campaigns import Campaign


class Indicator(models.Model):
    """A figure that a sheet follows over time; `unit` is "places", "%" or ""."""

    sheet = models.ForeignKey(
        "schema_actions.ActionSheet",
        models.CASCADE,
        related_name="indicators",
        verbose_name=_("fiche action"),
    )
    slug = models.SlugField(_("identifiant"), max_length=80)
    name = models.CharField(_("nom"), max_length=200)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ["sheet_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "slug"], name="schema_indicator_slug_once")
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def public(self) -> "IndicatorValueQuerySet":
        """Filter the values of public campaigns, in the order of the time that they measure.

        That of a value without period is its campaign's.
        """
        campaigns = Campaign.objects.public().order_by()
        measured = Coalesce("period_latest", "campaign__period_latest")
        return self.filter(campaign__in=campaigns).order_by(
            measured.asc(nulls_last=True), "campaign__period_earliest", "rank"
        )


class IndicatorValue(Sourced, Dated):
    """The value of an indicator for a period in a campaign; `rank` orders those of a campaign."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="values", verbose_name=_("indicateur")
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="indicator_values", verbose_name=_("campagne")
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=1)
    value = models.DecimalField(_("valeur"), max_digits=14, decimal_places=2)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("valeur d'indicateur")
        verbose_name_plural = _("valeurs d'indicateurs")
        ordering = ["indicator_id", "campaign_id", "rank"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["indicator", "campaign", "rank"], name="schema_value_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {unit_after(self.value, self.indicator.unit)}".strip()

    @property
    def is_fictitious(self) -> bool:
        return self.campaign.is_fictitious
