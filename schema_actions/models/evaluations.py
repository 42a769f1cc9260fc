"""Evaluations: what is published of a sheet in a campaign."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.models import Sourced
from portal.core.text.markdown import to_plain
from schema_actions.enums import Pace
from schema_actions.levels import pace_of
from schema_actions.models.abstract import AbstractEvaluation
from schema_actions.models.campaigns import Campaign
from schema_actions.sheets import SECTIONS, to_search_text


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def public(self) -> "EvaluationQuerySet":
        """Filter evaluations of the public campaigns, the earliest first."""
        campaigns = Campaign.objects.public().order_by()
        return self.filter(campaign__in=campaigns).order_by(
            "campaign__period_earliest", "campaign__slug", "sheet__rank", "pk"
        )

    def filled(self) -> "EvaluationQuerySet":
        """Filter evaluations with text in at least one section."""
        return self.exclude(**dict.fromkeys(SECTIONS, ""))

    def with_vigilance(self) -> "EvaluationQuerySet":
        return self.exclude(vigilance="")

    def levels(self) -> "models.QuerySet[Evaluation, Any]":
        """Return (level_status, level) pairs, in the order of the document."""
        return self.order_by("sheet__rank").values_list("level_status", "level")


class Evaluation(Sourced, AbstractEvaluation):
    """One sheet in one campaign, as published or as validated.

    `version` is incremented by each change, to refuse one decided on an earlier version.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="evaluations", verbose_name=_("campagne")
    )
    sheet = models.ForeignKey(
        "schema_actions.ActionSheet",
        models.CASCADE,
        related_name="evaluations",
        verbose_name=_("fiche action"),
    )
    search_text = models.TextField(editable=False, default="")
    version = models.PositiveIntegerField(
        _("version"), default=1, validators=[MinValueValidator(1)], editable=False
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("évaluation")
        verbose_name_plural = _("évaluations")
        ordering = ["campaign_id", "sheet_id"]
        constraints = [
            *AbstractEvaluation.Meta.constraints,
            models.UniqueConstraint(fields=["campaign", "sheet"], name="schema_evaluation_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="schema_evaluation_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}, {self.campaign}"

    @property
    def is_fictitious(self) -> bool:
        return self.campaign.is_fictitious

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.section_words
        super().save(*args, **kwargs)

    @property
    def section_words(self) -> str:
        """The text of its sections that searches look into."""
        return to_search_text(to_plain(getattr(self, name)) for name in SECTIONS)

    def previous(self) -> "Evaluation | None":
        """Return what the last earlier public campaign says of the sheet, if anything."""
        campaign = self.campaign
        campaigns = Campaign.objects.public().filter(
            plan=campaign.plan_id, is_fictitious=campaign.is_fictitious
        )
        if campaign.period_earliest:
            campaigns = campaigns.filter(period_earliest__lt=campaign.period_earliest)
        evaluations = Evaluation.objects.filter(
            sheet=self.sheet_id, campaign__in=campaigns.order_by()
        ).exclude(pk=self.pk)
        evaluations = evaluations.filled().select_related("campaign")
        return evaluations.order_by("-campaign__period_earliest").first()

    @property
    def pace(self) -> Pace | None:
        return pace_of(self.level) if self.level else None

    @property
    def pace_label(self) -> str:
        return str(self.pace.label) if self.pace else ""


class Remark(models.Model):
    """A warning on an imported text: damage, a lost figure, an odd place.

    `line` is a line number of the document.
    """

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="remarks", verbose_name=_("évaluation")
    )
    line = models.PositiveIntegerField(_("ligne"))
    message = models.TextField(_("remarque"))

    class Meta:
        verbose_name = _("remarque d'import")
        verbose_name_plural = _("remarques d'import")
        ordering = ["evaluation_id", "line", "message"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "line", "message"], name="schema_remark_once"
            )
        ]

    def __str__(self) -> str:
        return self.message
