"""Action sheets of a plan, and the periods of their calendars."""

from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, FilteredRelation, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Dated, Sourced
from portal.core.periods.period import Period, find_periods, periods_of_years
from portal.core.text.normalisation import normalise
from schema_actions.models.campaigns import Campaign
from schema_actions.models.evaluations import Evaluation, EvaluationQuerySet
from schema_actions.models.indicators import Indicator, IndicatorValue
from schema_actions.models.plans import TITLE_MAX_LENGTH, Objective, Plan
from schema_actions.sheets import sheet_key, to_search_text

MAX_SEARCH_WORDS = 12  # the words of a search after these are ignored
CODE = r"[1-9][0-9]?\.[1-9][0-9]?\.[1-9][0-9]?"
years_list = RegexValidator(r"^\d{4}( \d{4})*\Z", _("Des années séparées par des espaces."))


class ActionSheetQuerySet(models.QuerySet["ActionSheet"]):
    def in_order(self) -> "ActionSheetQuerySet":
        """Order by number in the plan; two sheets with one code keep the order of the document."""
        return self.order_by(
            "plan__slug", "objective__axis__number", "objective__number", "rank", "pk"
        )

    def with_levels(self, campaign: "Campaign | None") -> "ActionSheetQuerySet":
        """Annotate with `level` and `level_status` in the campaign, None where it has none."""
        evaluation = FilteredRelation("evaluations", condition=Q(evaluations__campaign=campaign))
        return self.in_order().annotate(
            campaign_evaluation=evaluation,
            level=F("campaign_evaluation__level"),
            level_status=F("campaign_evaluation__level_status"),
        )

    def with_texts(self, campaign: "Campaign | None") -> "ActionSheetQuerySet":
        """Prefetch the campaign's evaluation, if any, into `campaign_evaluations`. One query."""
        evaluations = Evaluation.objects.filter(campaign=campaign)
        return self.prefetch_related(Prefetch("evaluations", evaluations, "campaign_evaluations"))

    def for_print(self, campaign: "Campaign") -> "ActionSheetQuerySet":
        """Prefetch all that a document shows of them. Three queries."""
        sheets = self.with_levels(campaign).with_texts(campaign)
        return sheets.select_related("objective__axis").prefetch_related("periods")

    def public(self) -> "ActionSheetQuerySet":
        """Prefetch all that is public, in a constant number of queries."""
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
        """Filter sheets whose calendar has a day in that year; without a date it has none."""
        periods = CalendarPeriod.objects.bounded().during(year)
        return self.filter(pk__in=periods.values("sheet"))

    def evaluated(self, evaluations: "EvaluationQuerySet") -> "ActionSheetQuerySet":
        """Filter sheets that have one of these evaluations."""
        return self.filter(pk__in=evaluations.order_by().values("sheet"))

    def matching(self, text: str, evaluations: "EvaluationQuerySet") -> "ActionSheetQuerySet":
        """Filter sheets with words that begin with each word of `text`.

        The words may be in the sheet or in one of these evaluations.
        """
        sheets = self
        for word in list(dict.fromkeys(normalise(text).split()))[:MAX_SEARCH_WORDS]:
            has_word = Q(search_text__contains=f" {word}")
            evaluated = evaluations.filter(has_word).order_by().values("sheet")
            sheets = sheets.filter(has_word | Q(pk__in=evaluated))
        return sheets


class ActionSheet(Sourced):
    """An action of a plan.

    - `key` is unique in the plan ("1.1.1", "1.3.1-enfance"): the code, and a variant where a
      document prints one code for two sheets;
    - `title` is printed on the page of the sheet, `summary_title` in the summary table, and
      `summary` is one line in the portal's own words;
    - `calendar_years` are the crossed years of a grid, as "2022 2023"; a sheet without a grid has
      `calendar_text`;
    - `pilot` is the service in charge, "" where it was not published.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sheets", verbose_name=_("schéma"))
    objective = models.ForeignKey(
        Objective, models.PROTECT, related_name="sheets", verbose_name=_("objectif")
    )
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
        """Return the periods of its calendar; none where its text has no date."""
        if self.years:
            return periods_of_years(self.years)
        matches = find_periods(self.calendar_text, source_date=source_date)
        return [match.period for match in matches if match.period.is_bounded]

    def write_periods(self, source_date: date | None) -> None:
        """Replace its period rows with those of its calendar, only if they differ."""
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
        """Filter periods that share a day with the year; an open end has no limit."""
        return self.exclude(period_earliest__gt=date(year, 12, 31)).exclude(
            period_latest__lt=date(year, 1, 1)
        )


class CalendarPeriod(Dated):
    """One period of a sheet's calendar, in the order of the text."""

    sheet = models.ForeignKey(
        ActionSheet, models.CASCADE, related_name="periods", verbose_name=_("fiche action")
    )
    position = models.PositiveSmallIntegerField(_("rang"))

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
