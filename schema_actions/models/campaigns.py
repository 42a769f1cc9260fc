"""Campaigns: rounds of evaluation of the sheets of a plan."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Dated, Sourced
from schema_actions.enums import CampaignStatus, LevelStatus
from schema_actions.synthesis import Counts, Synthesis, compute_counts
from schema_actions.workflow import CAMPAIGN_STATUSES, PUBLIC_STATUSES, CampaignStatusRow

seven_counts = RegexValidator(r"^\d+( \d+){6}\Z", _("Sept nombres, du rouge au vert."))


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> "CampaignQuerySet":
        """Filter campaigns that anybody may read, the earliest first.

        A fictitious one is public only in a demonstration (PORTAL_DEMO).
        """
        campaigns = self.filter(status__in=PUBLIC_STATUSES)
        if not settings.PORTAL_DEMO:
            campaigns = campaigns.filter(is_fictitious=False)
        return campaigns.order_by("plan_id", "period_earliest", "slug")


class Campaign(Sourced, Dated):
    """One round of evaluation of the sheets of a plan; the slug is unique in the plan.

    `published_levels` are the published counts of sheets, from red to green ("4 8 11 7 9 8 6"), ""
    if none were. `statement` is the published sentence about the axes as a whole, `method` what
    the document says of how the sheets were evaluated.

    A campaign that `is_hosted` is filled in the portal, through the statuses of
    `workflow.CAMPAIGN_STATUSES`, with `due_on` the last day for pilots. The others come from a
    document.
    """

    plan = models.ForeignKey(
        "schema_actions.Plan", models.CASCADE, related_name="campaigns", verbose_name=_("schéma")
    )
    slug = models.SlugField(_("identifiant"), max_length=40)
    title = models.CharField(_("titre"), max_length=150)
    status = models.CharField(
        _("statut"), max_length=12, choices=CampaignStatus, default=CampaignStatus.PREPARATION
    )
    is_fictitious = models.BooleanField(_("fictive"), default=False)
    published_levels = models.CharField(
        _("nombres publiés"), max_length=60, blank=True, validators=[seven_counts]
    )
    statement = models.TextField(_("phrase publiée sur les axes"), blank=True)
    method = models.TextField(_("méthode publiée"), blank=True)
    is_hosted = models.BooleanField(_("tenue dans le portail"), default=False, editable=False)
    due_on = models.DateField(_("à remettre le"), null=True, blank=True)
    instructions = models.TextField(_("consigne aux pilotes"), blank=True)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True, editable=False)
    validated_at = models.DateTimeField(_("validée le"), null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campagne")
        verbose_name_plural = _("campagnes")
        ordering = ["plan_id", "period_earliest", "slug"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "slug"], name="schema_campaign_slug_once"),
            models.CheckConstraint(
                condition=Q(status__in=CampaignStatus.values),
                name="schema_campaign_status_known",
            ),
            models.CheckConstraint(
                condition=Q(is_hosted=False) | Q(due_on__isnull=False),
                name="schema_campaign_hosted_has_due_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaign-detail", args=[self.plan.slug, self.slug])

    def synthesis(self) -> Synthesis:
        """Return the published counts beside those of its evaluations. Two queries.

        A sheet without evaluation counts as missing.
        """
        rows = list(self.evaluations.levels())
        sheets = Campaign.objects.filter(pk=self.pk).aggregate(count=Count("plan__sheets"))
        missing = sheets["count"] - len(rows)
        rows += [(LevelStatus.MISSING, None)] * max(missing, 0)
        return Synthesis(self.published, compute_counts(rows))

    @property
    def status_row(self) -> CampaignStatusRow:
        return CAMPAIGN_STATUSES[CampaignStatus(self.status)]

    @property
    def is_open(self) -> bool:
        return self.status_row.is_open

    @property
    def is_from_document(self) -> bool:
        """Whether a document published it, so that a person may transcribe its levels."""
        return self.status_row.is_public and not self.is_hosted and not self.is_fictitious

    @property
    def is_frozen(self) -> bool:
        """Whether it is hosted and validated: only signed corrections change it."""
        return self.is_hosted and self.status_row.is_frozen

    @property
    def published(self) -> Counts | None:
        """The published counts, None if none were."""
        counts = tuple(int(count) for count in self.published_levels.split())
        return Counts(counts) if counts else None
