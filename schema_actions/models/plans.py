"""Plans, their action sheets, the campaigns that evaluate them, and the indicators followed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Dated, Sourced
from portal.core.periods.period import Period, find_periods, periods_of_years
from portal.core.text.markdown import to_plain
from portal.core.text.normalisation import normalise
from portal.territory.models import Department
from schema_actions.enums import CampaignStatus, LevelStatus, Pace
from schema_actions.levels import pace_of
from schema_actions.models.entries import Written
from schema_actions.sheets import SECTIONS, sheet_key
from schema_actions.synthesis import Counts, Synthesis, compute_counts

TITLE_MAX_LENGTH = 500
MAX_SEARCH_WORDS = 12  # of a search: the others are not looked for
CODE = r"[1-9][0-9]?\.[1-9][0-9]?\.[1-9][0-9]?"
years_list = RegexValidator(r"^\d{4}( \d{4})*\Z", _("Des années séparées par des espaces."))
seven_counts = RegexValidator(r"^\d+( \d+){6}\Z", _("Sept nombres, du rouge au vert."))


def to_search_text(texts: Iterable[str]) -> str:
    """Texts as they are searched: their normalised words, one space before each."""
    return f" {normalise(' '.join(texts))} "


class PlanQuerySet(models.QuerySet["Plan"]):
    def with_structure(self) -> "PlanQuerySet":
        """With their axes, objectives and public campaigns, in a constant number of queries."""
        return self.select_related("department", "source").prefetch_related(
            "axes__objectives", Prefetch("campaigns", Campaign.objects.public(), "public_campaigns")
        )


class Plan(Sourced):
    """A département's plan over some years: its axes, objectives and action sheets."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="plans")
    slug = models.SlugField(_("identifiant"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=250)
    first_year = models.PositiveSmallIntegerField(_("première année"))
    last_year = models.PositiveSmallIntegerField(_("dernière année"))

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("schéma")
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


class Axis(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="axes")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=TITLE_MAX_LENGTH)

    class Meta:
        verbose_name = _("axe")
        ordering = ["plan_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="schema_axis_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Objective(models.Model):
    axis = models.ForeignKey(Axis, models.CASCADE, related_name="objectives")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=TITLE_MAX_LENGTH)

    class Meta:
        verbose_name = _("objectif")
        ordering = ["axis_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["axis", "number"], name="schema_objective_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """ "1.4", with the number of its axis."""
        return f"{self.axis.number}.{self.number}"


class ActionSheetQuerySet(models.QuerySet["ActionSheet"]):
    def in_order(self) -> "ActionSheetQuerySet":
        """As the plan numbers them; two sheets of one code by their place in the document."""
        return self.order_by(
            "plan__slug", "objective__axis__number", "objective__number", "rank", "pk"
        )

    def for_list(self, campaign: "Campaign | None") -> "ActionSheetQuerySet":
        """With what a list shows; `campaign_evaluations` holds the one of the campaign, if any."""
        evaluations = Evaluation.objects.filter(campaign=campaign)
        return (
            self.in_order()
            .select_related("plan", "objective__axis")
            .prefetch_related(
                "periods", Prefetch("evaluations", evaluations, "campaign_evaluations")
            )
        )

    def public(self) -> "ActionSheetQuerySet":
        """With all that anybody may read of them, in a constant number of queries."""
        evaluations = Evaluation.objects.public().select_related("campaign", "source")
        values = IndicatorValue.objects.public().select_related("campaign", "source")
        indicators = Indicator.objects.filter(pk__in=values.order_by().values("indicator"))
        return (
            self.in_order()
            .select_related("plan", "objective__axis", "source")
            .prefetch_related(
                "periods",
                Prefetch("evaluations", evaluations, "public_evaluations"),
                Prefetch("indicators", indicators),
                Prefetch("indicators__values", values, "public_values"),
            )
        )

    def during(self, year: int) -> "ActionSheetQuerySet":
        """Those whose calendar has a day in that year; a calendar without date has none."""
        periods = CalendarPeriod.objects.bounded().during(year)
        return self.filter(pk__in=periods.values("sheet"))

    def evaluated(self, evaluations: "EvaluationQuerySet") -> "ActionSheetQuerySet":
        """Those that have one of these evaluations."""
        return self.filter(pk__in=evaluations.order_by().values("sheet"))

    def matching(self, text: str, evaluations: "EvaluationQuerySet") -> "ActionSheetQuerySet":
        """Those that hold words beginning with each of the words of `text`, there or in one of
        these evaluations."""
        sheets = self
        for word in list(dict.fromkeys(normalise(text).split()))[:MAX_SEARCH_WORDS]:
            has_word = Q(search_text__contains=f" {word}")
            evaluated = evaluations.filter(has_word).order_by().values("sheet")
            sheets = sheets.filter(has_word | Q(pk__in=evaluated))
        return sheets


class ActionSheet(Sourced):
    """One action of the plan; `title` is printed on its page, `summary_title` in the summary table.

    `key` names it within its plan ("1.1.1", "1.3.1-enfance"): its code, and a variant where a
    document prints one code for two sheets. `summary` is
    one line in the portal's own words. `calendar_years` are the crossed years of a grid, as
    "2022 2023"; a sheet without a grid has `calendar_text`. `pilot` is the service that answers
    for it, "" where nobody published it.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sheets")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="sheets")
    code = models.CharField(
        _("code"), max_length=10, validators=[RegexValidator(rf"^{CODE}\Z", _("Code inconnu."))]
    )
    variant = models.SlugField(_("variante"), max_length=40, blank=True)
    key = models.CharField(_("clé"), max_length=51, editable=False)
    rank = models.PositiveIntegerField(_("rang"), default=0, editable=False)
    title = models.CharField(_("titre"), max_length=TITLE_MAX_LENGTH)
    summary_title = models.CharField(_("titre du tableau"), max_length=TITLE_MAX_LENGTH, blank=True)
    summary = models.CharField(_("résumé"), max_length=250, blank=True)
    pilot = models.CharField(_("service pilote"), max_length=150, blank=True)
    calendar_years = models.CharField(
        _("années du calendrier"), max_length=80, blank=True, validators=[years_list]
    )
    calendar_text = models.TextField(_("texte du calendrier"), blank=True)
    search_text = models.TextField(editable=False, default="")

    objects = ActionSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche action")
        verbose_name_plural = _("fiches action")
        ordering = ["plan_id", "rank", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="schema_sheet_key_once"),
            models.CheckConstraint(
                condition=Q(calendar_years="") | Q(calendar_text=""),
                name="schema_sheet_one_calendar",
                violation_error_message=_("Un calendrier est une grille d'années ou un texte."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = sheet_key(self.code, self.variant)
        texts = (self.code, self.title, self.summary_title, self.summary, self.pilot)
        self.search_text = to_search_text(texts)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "key", "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("sheet-detail", args=[self.plan.slug, self.key])

    @property
    def years(self) -> list[int]:
        return [int(year) for year in self.calendar_years.split()]

    def calendar_periods(self, source_date: date | None) -> list[Period]:
        """The periods that its calendar says; none where its text holds no date."""
        if self.years:
            return periods_of_years(self.years)
        matches = find_periods(self.calendar_text, source_date=source_date)
        return [match.period for match in matches if match.period.is_bounded]

    def write_periods(self, source_date: date | None) -> None:
        """Makes its rows of periods those of its calendar, and touches them only if they differ."""
        periods = self.calendar_periods(source_date)
        if [row.period for row in self.periods.all()] == periods:
            return
        self.periods.all().delete()
        for position, period in enumerate(periods):
            row = CalendarPeriod(sheet=self, position=position)
            row.period = period
            row.save()


class CalendarPeriodQuerySet(models.QuerySet["CalendarPeriod"]):
    def bounded(self) -> "CalendarPeriodQuerySet":
        return self.exclude(period_earliest__isnull=True, period_latest__isnull=True)

    def during(self, year: int) -> "CalendarPeriodQuerySet":
        """Those that share a day with the year; an infinite bound does not end it."""
        return self.exclude(period_earliest__gt=date(year, 12, 31)).exclude(
            period_latest__lt=date(year, 1, 1)
        )


class CalendarPeriod(Dated):
    """One period of a sheet's calendar, in the order in which it is written."""

    sheet = models.ForeignKey(ActionSheet, models.CASCADE, related_name="periods")
    position = models.PositiveSmallIntegerField()

    objects = CalendarPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("période du calendrier")
        verbose_name_plural = _("périodes du calendrier")
        ordering = ["sheet_id", "position"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["sheet", "position"], name="schema_period_place_once"),
        ]

    def __str__(self) -> str:
        return self.period_text


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> "CampaignQuerySet":
        """Those that anybody may read, the earliest first; an invented one only in a
        demonstration."""
        campaigns = self.filter(status=CampaignStatus.PUBLISHED)
        if not settings.PORTAL_DEMO:
            campaigns = campaigns.filter(is_fictitious=False)
        return campaigns.order_by("plan_id", "period_earliest", "slug")

    def public_of(self, plan: Plan) -> "CampaignQuerySet":
        """The public ones of the plan, with their source."""
        return self.public().filter(plan=plan).select_related("plan", "source")


class Campaign(Sourced, Dated):
    """One round of evaluation of a plan's sheets; its key is its plan and slug.

    `published_levels` are the counts of sheets that were published, from red to green ("4 8 11 7 9
    8 6"); "" where none were. `statement` is what was published about the axes as a whole.

    One that `is_hosted` is filled in the portal: prepared, opened to its pilots until `due_on`,
    validated (then frozen), and published at last. The others are told by a document.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="campaigns")
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
    is_hosted = models.BooleanField(_("tenue dans le portail"), default=False, editable=False)
    due_on = models.DateField(_("à remettre le"), null=True, blank=True)
    instructions = models.TextField(_("consigne aux pilotes"), blank=True)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True, editable=False)
    validated_at = models.DateTimeField(_("validée le"), null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campagne")
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
        """What was published beside what its evaluations make; a sheet without one is missing."""
        rows = list(self.evaluations.levels())
        missing = ActionSheet.objects.filter(plan=self.plan_id).count() - len(rows)
        rows += [(LevelStatus.MISSING, None)] * max(missing, 0)
        return Synthesis(self.published, compute_counts(rows))

    @property
    def is_open(self) -> bool:
        return self.status == CampaignStatus.OPEN

    @property
    def is_in_preparation(self) -> bool:
        return self.status == CampaignStatus.PREPARATION

    @property
    def is_from_document(self) -> bool:
        """Published by a document, of which a person may transcribe the levels."""
        is_published = self.status == CampaignStatus.PUBLISHED
        return is_published and not self.is_hosted and not self.is_fictitious

    @property
    def is_frozen(self) -> bool:
        """Held here and validated: from then on each change is a signed correction."""
        return self.is_hosted and self.status in (
            CampaignStatus.VALIDATED,
            CampaignStatus.PUBLISHED,
        )

    @property
    def published(self) -> Counts | None:
        """The published counts, None where none were."""
        counts = tuple(int(count) for count in self.published_levels.split())
        return Counts(counts) if counts else None


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def public(self) -> "EvaluationQuerySet":
        """Those of the public campaigns, the earliest first."""
        campaigns = Campaign.objects.public().order_by()
        return self.filter(campaign__in=campaigns).order_by(
            "campaign__period_earliest", "campaign__slug", "sheet__rank", "pk"
        )

    def filled(self) -> "EvaluationQuerySet":
        """Those of which at least one section says something."""
        return self.exclude(**dict.fromkeys(SECTIONS, ""))

    def with_vigilance(self) -> "EvaluationQuerySet":
        return self.exclude(vigilance="")

    def levels(self) -> "models.QuerySet[Evaluation, Any]":
        return self.order_by("sheet__rank").values_list("level_status", "level")


class Evaluation(Sourced, Written):
    """One sheet in one campaign, as published or as validated.

    `version` grows with each change, so that two people cannot undo each other.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="evaluations")
    sheet = models.ForeignKey(ActionSheet, models.CASCADE, related_name="evaluations")
    search_text = models.TextField(editable=False, default="")
    version = models.PositiveIntegerField(
        _("version"), default=1, validators=[MinValueValidator(1)], editable=False
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("évaluation")
        ordering = ["campaign_id", "sheet_id"]
        constraints = [
            *Written.Meta.constraints,
            models.UniqueConstraint(fields=["campaign", "sheet"], name="schema_evaluation_once"),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="schema_evaluation_version_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}, {self.campaign}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = self.section_words
        super().save(*args, **kwargs)

    @property
    def section_words(self) -> str:
        """Its sections as they are searched."""
        return to_search_text(to_plain(getattr(self, name)) for name in SECTIONS)

    @property
    def pace(self) -> Pace | None:
        return pace_of(self.level) if self.level else None

    @property
    def pace_label(self) -> str:
        return str(self.pace.label) if self.pace else ""


class Remark(models.Model):
    """What a person must know of a text that was imported: damage, a lost figure, an odd place.

    `line` is that of the document.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="remarks")
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


class Indicator(models.Model):
    """A figure that a sheet follows in time: its name and its unit ("places", "%", "")."""

    sheet = models.ForeignKey(ActionSheet, models.CASCADE, related_name="indicators")
    slug = models.SlugField(_("identifiant"), max_length=80)
    name = models.CharField(_("nom"), max_length=200)
    unit = models.CharField(_("unité"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("indicateur")
        ordering = ["sheet_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "slug"], name="schema_indicator_slug_once")
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def public(self) -> "IndicatorValueQuerySet":
        campaigns = Campaign.objects.public().order_by()
        return self.filter(campaign__in=campaigns).order_by(
            "campaign__period_earliest", F("period_latest").asc(nulls_first=True), "rank"
        )


class IndicatorValue(Sourced, Dated):
    """The figure for a period, as a campaign gave it; `rank` orders those of one campaign."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="indicator_values")
    rank = models.PositiveSmallIntegerField(default=1)
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
        return f"{self.value} {self.indicator.unit}".strip()
