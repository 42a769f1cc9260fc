"""Filters of the sheets, by public keys; an unknown value is a fault of that parameter."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from portal.core.characters import printable_line
from portal.territory.models import Department
from schema_actions.levels import LEVEL_WORDS, LEVELS, PACE_WORDS, Pace, levels_of
from schema_actions.models import (
    ActionSheet,
    ActionSheetQuerySet,
    Axis,
    Campaign,
    Evaluation,
    EvaluationQuerySet,
    Objective,
    Plan,
)
from teams.filters import FilterForm, slug_filter

YES, NO = "yes", "no"
UNKNOWN_PILOT = "-"
LEVEL_CHOICES = [(str(level), f"{level} · {LEVEL_WORDS[level]}") for level in LEVELS]
PACE_CHOICES = [(pace.value, PACE_WORDS[pace]) for pace in Pace]


class KnownField(forms.CharField):
    """A public key that some row has; `known` says whether."""

    def __init__(self, *args: Any, known: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known

    def clean(self, value: str) -> str:
        text = super().clean(value)
        if text and not self._known(text):
            raise forms.ValidationError(
                _("« %(value)s » est inconnu."), params={"value": text[:40]}
            )
        return text


class WordsField(forms.CharField):
    """Anything that may be typed."""

    def clean(self, value: str | None) -> str:
        return super().clean(printable_line(value or ""))


class WordsFilter(django_filters.CharFilter):
    field_class = WordsField


class KnownFilter(django_filters.CharFilter):
    field_class = KnownField


def _is_axis(text: str) -> bool:
    return _is_number(text) and Axis.objects.filter(number=text).exists()


def _is_objective(text: str) -> bool:
    axis, dot, number = text.partition(".")
    if not (dot and _is_number(axis) and _is_number(number)):
        return False
    return Objective.objects.filter(axis__number=axis, number=number).exists()


def _is_year(text: str) -> bool:
    known = {"first_year__lte": text, "last_year__gte": text}
    return _is_number(text) and Plan.objects.filter(**known).exists()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _is_campaign(text: str) -> bool:
    return Campaign.objects.public().filter(slug=text).exists()


class SheetFilter(django_filters.FilterSet):
    """What a sheet is and what it was evaluated to be; `evaluations` are those looked into."""

    q = WordsFilter(method="saying", label=_("Mots"))
    axis = KnownFilter(known=_is_axis, field_name="objective__axis__number", label=_("Axe"))
    objective = KnownFilter(known=_is_objective, method="of_objective", label=_("Objectif"))
    level = django_filters.ChoiceFilter(
        choices=LEVEL_CHOICES, method="at_level", label=_("Niveau"), empty_label=_("tous")
    )
    pace = django_filters.ChoiceFilter(
        choices=PACE_CHOICES, method="at_pace", label=_("Rythme"), empty_label=_("tous")
    )
    year = KnownFilter(known=_is_year, method="during", label=_("Année du calendrier"))
    vigilance = django_filters.ChoiceFilter(
        choices=[(YES, _("avec")), (NO, _("sans"))],
        method="with_vigilance",
        label=_("Points de vigilance"),
        empty_label=_("avec ou sans"),
    )
    updated = django_filters.ChoiceFilter(
        choices=[(YES, _("oui")), (NO, _("non"))],
        method="are_updated",
        label=_("Mise à jour dans cette campagne"),
        empty_label=_("oui ou non"),
    )

    class Meta:
        model = ActionSheet
        fields: list[str] = []
        form = FilterForm

    @property
    def evaluations(self) -> EvaluationQuerySet:
        return Evaluation.objects.public()

    def saying(self, sheets: ActionSheetQuerySet, name: str, text: str) -> ActionSheetQuerySet:
        return sheets.saying(text, self.evaluations)

    def of_objective(
        self, sheets: ActionSheetQuerySet, name: str, text: str
    ) -> ActionSheetQuerySet:
        axis, _dot, number = text.partition(".")
        return sheets.filter(objective__axis__number=axis, objective__number=number)

    def at_level(self, sheets: ActionSheetQuerySet, name: str, level: str) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations.filter(level=level))

    def at_pace(self, sheets: ActionSheetQuerySet, name: str, pace: str) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations.filter(level__in=levels_of(Pace(pace))))

    @extend_schema_field(OpenApiTypes.INT)
    def during(self, sheets: ActionSheetQuerySet, name: str, year: str) -> ActionSheetQuerySet:
        return sheets.during(int(year))

    def with_vigilance(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        return _chosen(sheets, sheets.evaluated(self.evaluations.with_vigilance()), value)

    def are_updated(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        return _chosen(sheets, sheets.evaluated(self.evaluations.filled()), value)


def _chosen(
    sheets: ActionSheetQuerySet, found: ActionSheetQuerySet, value: str
) -> ActionSheetQuerySet:
    return found if value == YES else sheets.exclude(pk__in=found.order_by().values("pk"))


class SheetPageFilter(SheetFilter):
    """The same as lists to choose from, for one plan and one campaign."""

    axis = django_filters.ChoiceFilter(
        field_name="objective__axis__number", label=_("Axe"), empty_label=_("tous")
    )
    objective = django_filters.ChoiceFilter(
        method="of_objective", label=_("Objectif"), empty_label=_("tous")
    )
    year = django_filters.ChoiceFilter(
        method="during", label=_("Année du calendrier"), empty_label=_("toutes")
    )
    pilot = django_filters.ChoiceFilter(
        method="of_pilot", label=_("Service pilote"), empty_label=_("tous")
    )

    def __init__(self, *args: Any, plan: Plan, campaign: Campaign | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._campaign = campaign
        axes = list(plan.axes.prefetch_related("objectives__axis"))
        pilots = plan.sheets.exclude(pilot="").order_by("pilot").values_list("pilot", flat=True)
        choices: dict[str, list[tuple[str, Any]]] = {
            "axis": [(str(axis.number), str(axis)) for axis in axes],
            "objective": [(o.code, str(o)) for axis in axes for o in axis.objectives.all()],
            "year": [(str(year), str(year)) for year in plan.years],
            "pilot": [
                (UNKNOWN_PILOT, _("à renseigner")),
                *((name, name) for name in dict.fromkeys(pilots)),
            ],
        }
        for name, known in choices.items():
            self.filters[name].extra["choices"] = known

    @property
    def evaluations(self) -> EvaluationQuerySet:
        return super().evaluations.filter(campaign=self._campaign)

    def of_pilot(self, sheets: ActionSheetQuerySet, name: str, pilot: str) -> ActionSheetQuerySet:
        return sheets.filter(pilot="" if pilot == UNKNOWN_PILOT else pilot)


def department_filter(field_name: str) -> django_filters.ModelChoiceFilter:
    """`department=45`, among the départements that have a plan."""
    return django_filters.ModelChoiceFilter(
        field_name=field_name,
        queryset=Department.objects.filter(plans__isnull=False).distinct(),
        label=_("Département"),
    )


class PlanApiFilter(django_filters.FilterSet):
    department = department_filter("department")

    class Meta:
        model = Plan
        fields: list[str] = []


class SheetApiFilter(SheetFilter):
    """`campaign` narrows what level, pace, vigilance, updated and q look into."""

    department = department_filter("plan__department")
    plan = slug_filter(Plan, "plan", _("Schéma"))
    campaign = KnownFilter(known=_is_campaign, method="of_campaign", label=_("Campagne"))

    @property
    def evaluations(self) -> EvaluationQuerySet:
        campaign = self.form.cleaned_data.get("campaign")
        found = super().evaluations
        return found.filter(campaign__slug=campaign) if campaign else found

    def of_campaign(self, sheets: ActionSheetQuerySet, name: str, slug: str) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations)


class CampaignApiFilter(django_filters.FilterSet):
    department = department_filter("plan__department")
    plan = slug_filter(Plan, "plan", _("Schéma"))

    class Meta:
        model = Campaign
        fields: list[str] = []


class EvaluationApiFilter(django_filters.FilterSet):
    department = department_filter("campaign__plan__department")
    plan = slug_filter(Plan, "campaign__plan", _("Schéma"))
    campaign = KnownFilter(known=_is_campaign, field_name="campaign__slug", label=_("Campagne"))
    level = django_filters.ChoiceFilter(choices=LEVEL_CHOICES, label=_("Niveau"))
    level_status = django_filters.ChoiceFilter(
        choices=Evaluation.LevelStatus.choices, label=_("État du niveau")
    )
    pace = django_filters.ChoiceFilter(choices=PACE_CHOICES, method="at_pace", label=_("Rythme"))

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def at_pace(
        self, evaluations: EvaluationQuerySet, name: str, pace: str
    ) -> QuerySet[Evaluation]:
        return evaluations.filter(level__in=levels_of(Pace(pace)))
