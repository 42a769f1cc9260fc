"""Filters of plans, sheets, campaigns and evaluations, by public keys.

An unknown value is an error of its parameter.
"""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.core.http.filters import ExistingKeyFilter, FilterForm, slug_filter
from portal.core.text.cleaning import printable_line
from portal.territory.filters import department_filter
from schema_actions.enums import LevelStatus, Pace
from schema_actions.levels import LEVEL_CHOICES, levels_of
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

YES, NO = "yes", "no"
UNKNOWN_PILOT = "-"
SELECTED = mark_safe(" selected")


class SearchField(forms.CharField):
    """A free text; control characters are removed."""

    def clean(self, value: str | None) -> str:
        return super().clean(printable_line(value or ""))


class PlainSelect(forms.Select):
    """A list written without a template per option: the filters cost a third of a page's time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, SELECTED if str(key) == str(value or "") else "", label)
                for key, label in self.choices
            ),
        )
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>\n{}\n</select>", attributes, options)


class SearchFilter(django_filters.CharFilter):
    field_class = SearchField


def _axes() -> set[str]:
    return {str(number) for number in Axis.objects.values_list("number", flat=True)}


def _objectives() -> set[str]:
    numbers = Objective.objects.values_list("axis__number", "number")
    return {f"{axis}.{number}" for axis, number in numbers}


def _years() -> set[str]:
    plan_years = Plan.objects.values_list("first_year", "last_year")
    return {str(year) for first, last in plan_years for year in range(first, last + 1)}


def _campaigns() -> set[str]:
    return {*Campaign.objects.public().values_list("slug", flat=True)}


class SheetFilter(django_filters.FilterSet):
    """Filter sheets by what they are and by their `evaluations`, those of public campaigns."""

    q = SearchFilter(method="saying", label=_("Mots"))
    axis = ExistingKeyFilter(keys=_axes, field_name="objective__axis__number", label=_("Axe"))
    objective = ExistingKeyFilter(keys=_objectives, method="of_objective", label=_("Objectif"))
    level = django_filters.ChoiceFilter(
        choices=LEVEL_CHOICES, method="at_level", label=_("Niveau"), empty_label=_("tous")
    )
    pace = django_filters.ChoiceFilter(
        choices=Pace.choices, method="at_pace", label=_("Rythme"), empty_label=_("tous")
    )
    year = ExistingKeyFilter(keys=_years, method="during", label=_("Année du calendrier"))
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
        return sheets.matching(text, self.evaluations)

    def of_objective(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        axis, _dot, number = value.partition(".")
        return sheets.filter(objective__axis__number=axis, objective__number=number)

    def at_level(self, sheets: ActionSheetQuerySet, name: str, level: str) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations.filter(level=level))

    def at_pace(self, sheets: ActionSheetQuerySet, name: str, pace: str) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations.filter(level__in=levels_of(Pace(pace))))

    def during(self, sheets: ActionSheetQuerySet, name: str, value: str) -> ActionSheetQuerySet:
        return sheets.during(int(value))

    def with_vigilance(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        return _filter_yes_no(sheets, sheets.evaluated(self.evaluations.with_vigilance()), value)

    def are_updated(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        return _filter_yes_no(sheets, sheets.evaluated(self.evaluations.filled()), value)


def _filter_yes_no(
    sheets: ActionSheetQuerySet, matches: ActionSheetQuerySet, value: str
) -> ActionSheetQuerySet:
    return matches if value == YES else sheets.exclude(pk__in=matches.order_by().values("pk"))


class SheetPageFilter(SheetFilter):
    """The same filters with lists of choices, for one plan and one campaign."""

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
        pilots = plan.sheets.exclude(pilot="").order_by("pilot").values_list("pilot", flat=True)
        choices: dict[str, list[tuple[str, Any]]] = {
            "axis": [(str(axis.number), str(axis)) for axis in plan.structure],
            "objective": [
                (objective.code, str(objective))
                for axis in plan.structure
                for objective in axis.objectives.all()
            ],
            "year": [(str(year), str(year)) for year in plan.years],
            "pilot": [
                (UNKNOWN_PILOT, _("à renseigner")),
                *((name, name) for name in dict.fromkeys(pilots)),
            ],
        }
        for name, options in choices.items():
            self.filters[name].extra["choices"] = options
        for choice_filter in self.filters.values():
            if isinstance(choice_filter, django_filters.ChoiceFilter):
                choice_filter.extra["widget"] = PlainSelect

    @property
    def evaluations(self) -> EvaluationQuerySet:
        return super().evaluations.filter(campaign=self._campaign)

    def of_pilot(self, sheets: ActionSheetQuerySet, name: str, pilot: str) -> ActionSheetQuerySet:
        return sheets.filter(pilot="" if pilot == UNKNOWN_PILOT else pilot)


class PlanApiFilter(django_filters.FilterSet):
    department = department_filter("department", having="plans")

    class Meta:
        model = Plan
        fields: list[str] = []


class SheetApiFilter(SheetFilter):
    """`campaign` restricts the evaluations of level, pace, vigilance, updated and q."""

    department = department_filter("plan__department", having="plans")
    plan = slug_filter(Plan, "plan", _("Schéma"))
    campaign = ExistingKeyFilter(keys=_campaigns, method="of_campaign", label=_("Campagne"))

    @property
    def evaluations(self) -> EvaluationQuerySet:
        campaign = self.form.cleaned_data.get("campaign")
        evaluations = super().evaluations
        return evaluations.filter(campaign__slug=campaign) if campaign else evaluations

    def of_campaign(
        self, sheets: ActionSheetQuerySet, name: str, value: str
    ) -> ActionSheetQuerySet:
        return sheets.evaluated(self.evaluations)


class CampaignApiFilter(django_filters.FilterSet):
    department = department_filter("plan__department", having="plans")
    plan = slug_filter(Plan, "plan", _("Schéma"))

    class Meta:
        model = Campaign
        fields: list[str] = []


class EvaluationApiFilter(django_filters.FilterSet):
    department = department_filter("campaign__plan__department", having="plans")
    plan = slug_filter(Plan, "campaign__plan", _("Schéma"))
    campaign = ExistingKeyFilter(keys=_campaigns, field_name="campaign__slug", label=_("Campagne"))
    level = django_filters.ChoiceFilter(choices=LEVEL_CHOICES, label=_("Niveau"))
    level_status = django_filters.ChoiceFilter(
        choices=LevelStatus.choices, label=_("État du niveau")
    )
    pace = django_filters.ChoiceFilter(choices=Pace.choices, method="at_pace", label=_("Rythme"))

    class Meta:
        model = Evaluation
        fields: list[str] = []

    def at_pace(
        self, evaluations: EvaluationQuerySet, name: str, pace: str
    ) -> QuerySet[Evaluation]:
        return evaluations.filter(level__in=levels_of(Pace(pace)))
