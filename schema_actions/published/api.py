"""Plans, their sheets, campaigns and evaluations, and the synthesis of a campaign."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.http.serializers import MarkField, SourcedSerializer, is_fictitious
from portal.core.http.viewsets import ReadOnlyViewSet
from portal.registries.api import SLUG
from schema_actions.models import (
    ActionSheet,
    Axis,
    Campaign,
    Evaluation,
    Indicator,
    IndicatorValue,
    Objective,
    Plan,
    Remark,
)
from schema_actions.published.filters import (
    CampaignApiFilter,
    EvaluationApiFilter,
    PlanApiFilter,
    SheetApiFilter,
)
from schema_actions.sheets import SECTIONS

SHEET_KEY = r"[-a-zA-Z0-9_.]+"
PLAN_PARAMETER = OpenApiParameter(
    "plan",
    OpenApiTypes.STR,
    description=gettext_lazy("Le schéma, s'il y en a plusieurs de ce nom."),
)


class PlanPeriodSerializer(serializers.Serializer):
    """A period as written, with its earliest and latest days; null for an open end."""

    text = serializers.CharField()
    edtf = serializers.CharField()
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    precision = serializers.CharField()
    inferred = serializers.BooleanField()


class NumberedSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    title = serializers.CharField()


class ObjectiveSerializer(serializers.ModelSerializer):
    class Meta:
        model = Objective
        fields = ["number", "title"]


class AxisSerializer(serializers.ModelSerializer):
    objectives = ObjectiveSerializer(many=True, read_only=True)

    class Meta:
        model = Axis
        fields = ["number", "title", "objectives"]


class PlanSerializer(SourcedSerializer):
    department = serializers.CharField(source="department_id", read_only=True)
    axes = AxisSerializer(many=True, read_only=True)
    campaigns = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = [
            *("slug", "title", "department", "first_year", "last_year", "axes", "campaigns"),
            *("source", "source_date", "fictitious"),
        ]

    def get_campaigns(self, plan: Any) -> list[str]:
        return [campaign.slug for campaign in plan.public_campaigns]


class CountsSerializer(serializers.Serializer):
    """Sheets at each of the seven levels, from red to green; `total` is their sum."""

    levels = serializers.ListField(child=serializers.IntegerField(), min_length=7, max_length=7)
    late = serializers.IntegerField()
    on_pace = serializers.IntegerField()
    ahead = serializers.IntegerField()
    total = serializers.IntegerField()


class ComputedSerializer(CountsSerializer):
    not_concerned = serializers.IntegerField()
    not_transcribed = serializers.IntegerField()
    missing = serializers.IntegerField()


class SynthesisSerializer(serializers.Serializer):
    """The published and the computed counts; `agrees` is null while a level is unknown."""

    published = CountsSerializer(allow_null=True)
    computed = ComputedSerializer()
    agrees = serializers.BooleanField(allow_null=True)
    differences = serializers.ListField(child=serializers.CharField())


class CampaignSerializer(SourcedSerializer):
    """`fictitious` is true for a campaign invented for a demonstration.

    `method` is what the document prints of how its sheets were evaluated.
    """

    plan: Any = serializers.SlugRelatedField("slug", read_only=True)
    fictitious = serializers.BooleanField(  # type: ignore[assignment]
        source="is_fictitious", read_only=True
    )
    period = serializers.SerializerMethodField()
    published = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = [
            *("slug", "plan", "title", "status", "fictitious", "period", "published"),
            *("statement", "method", "source", "source_date"),
        ]

    @extend_schema_field(PlanPeriodSerializer)
    def get_period(self, campaign: Campaign) -> dict[str, Any]:
        return campaign.period.to_dict()

    @extend_schema_field(CountsSerializer(allow_null=True))
    def get_published(self, campaign: Campaign) -> dict[str, Any] | None:
        return campaign.published.to_dict() if campaign.published else None


class SheetEvaluationSerializer(serializers.ModelSerializer):
    """A sheet in one campaign; its four texts are Markdown."""

    campaign: Any = serializers.SlugRelatedField("slug", read_only=True)
    fictitious = MarkField(is_fictitious)

    class Meta:
        model = Evaluation
        fields = ["campaign", "level", "level_status", *SECTIONS, "fictitious"]


class CalendarSerializer(serializers.Serializer):
    """`years` are those crossed in a grid; a calendar in words has its `text`."""

    years = serializers.ListField(child=serializers.IntegerField())
    text = serializers.CharField(allow_blank=True)
    periods = PlanPeriodSerializer(many=True)


class IndicatorValueSerializer(SourcedSerializer):
    campaign: Any = serializers.SlugRelatedField("slug", read_only=True)
    value = serializers.FloatField(read_only=True)
    period = serializers.SerializerMethodField()

    class Meta:
        model = IndicatorValue
        fields = [
            *("campaign", "value", "period", "as_printed", "source", "source_date"),
            "fictitious",
        ]

    @extend_schema_field(PlanPeriodSerializer)
    def get_period(self, value: IndicatorValue) -> dict[str, Any]:
        return value.period.to_dict()


class IndicatorSerializer(serializers.ModelSerializer):
    values = IndicatorValueSerializer(source="public_values", many=True, read_only=True)

    class Meta:
        model = Indicator
        fields = ["slug", "name", "unit", "values"]


class ActionSheetSerializer(SourcedSerializer):
    """`slug` is unique in the plan; `title` is printed on the page of the sheet, `summary_title` in
    the summary table; `summary` is one line in the portal's own words."""

    plan: Any = serializers.SlugRelatedField("slug", read_only=True)
    slug = serializers.CharField(source="key", read_only=True)
    axis = NumberedSerializer(source="objective.axis", read_only=True)
    objective = NumberedSerializer(read_only=True)
    calendar = serializers.SerializerMethodField()
    evaluations = SheetEvaluationSerializer(source="public_evaluations", many=True, read_only=True)
    indicators = IndicatorSerializer(many=True, read_only=True)

    class Meta:
        model = ActionSheet
        fields = [
            *("plan", "slug", "code", "variant", "title", "summary_title", "summary", "pilot"),
            *("axis", "objective", "calendar", "evaluations", "indicators"),
            *("source", "source_date", "fictitious"),
        ]
        extra_kwargs = {
            "summary": {
                "help_text": gettext_lazy(
                    "Résumé écrit pour ce portail : ce ne sont pas les mots du document."
                )
            }
        }

    @extend_schema_field(CalendarSerializer)
    def get_calendar(self, sheet: ActionSheet) -> dict[str, Any]:
        return {
            "years": sheet.years,
            "text": sheet.calendar_text,
            "periods": [row.period.to_dict() for row in sheet.periods.all()],
        }


class RemarkSerializer(serializers.ModelSerializer):
    class Meta:
        model = Remark
        fields = ["line", "message"]


class EvaluationSerializer(SourcedSerializer):
    """One sheet in one campaign; `remarks` are warnings of its import, by line of the document."""

    plan = serializers.CharField(source="campaign.plan.slug", read_only=True)
    campaign: Any = serializers.SlugRelatedField("slug", read_only=True)
    code = serializers.CharField(source="sheet.code", read_only=True)
    variant = serializers.CharField(source="sheet.variant", read_only=True)
    title = serializers.CharField(source="sheet.title", read_only=True)
    remarks = RemarkSerializer(many=True, read_only=True)

    class Meta:
        model = Evaluation
        fields = [
            *("id", "plan", "campaign", "code", "variant", "title", "level", "level_status"),
            *(*SECTIONS, "remarks", "source", "source_date", "fictitious"),
        ]


class PlanScopedViewSet(ReadOnlyViewSet):
    """Objects with a key unique in their plan; `plan=` selects the plan of an ambiguous key."""

    detail_parameters = ("plan",)

    def get_object(self) -> Any:
        queryset = self.filter_queryset(self.get_queryset())
        rows = list(queryset.filter(**{self.lookup_field: self.kwargs[self.lookup_field]})[:2])
        if len(rows) > 1:
            raise ValidationError({"plan": [_("Plusieurs schémas ont cette clé : dites lequel.")]})
        return rows[0] if rows else get_object_or_404(queryset.none())


@extend_schema(description=gettext_lazy("Les schémas départementaux, leurs axes et objectifs."))
class PlanViewSet(ReadOnlyViewSet):
    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
    filterset_class = PlanApiFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Plan]:
        return Plan.objects.with_structure().order_by("department_id", "first_year", "slug")

    @extend_schema(
        description=gettext_lazy(
            "La synthèse d'une campagne : publiée, calculée, et ce qui les sépare."
        ),
        parameters=[OpenApiParameter("campaign", OpenApiTypes.STR, "path")],
        responses=SynthesisSerializer,
        filters=False,
    )
    @action(
        detail=True,
        url_path=rf"campaigns/(?P<campaign>{SLUG})/synthesis",
        url_name="synthesis",
        pagination_class=None,
    )
    def synthesis(self, request: Request, slug: str, campaign: str) -> Response:
        campaigns = Campaign.objects.public()
        row = get_object_or_404(campaigns, plan__slug=slug, slug=campaign)
        return Response(row.synthesis().to_dict())


@extend_schema_view(retrieve=extend_schema(parameters=[PLAN_PARAMETER]))
@extend_schema(
    description=gettext_lazy(
        "Les fiches action : titres, calendrier, évaluations publiées, indicateurs."
    )
)
class ActionSheetViewSet(PlanScopedViewSet):
    queryset = ActionSheet.objects.all()
    serializer_class = ActionSheetSerializer
    filterset_class = SheetApiFilter
    lookup_field = "key"
    lookup_url_kwarg = "key"
    lookup_value_regex = SHEET_KEY

    def get_queryset(self) -> QuerySet[ActionSheet]:
        return ActionSheet.objects.public()


@extend_schema_view(retrieve=extend_schema(parameters=[PLAN_PARAMETER]))
@extend_schema(description=gettext_lazy("Les campagnes d'évaluation publiées."))
class CampaignViewSet(PlanScopedViewSet):
    queryset = Campaign.objects.all()
    serializer_class = CampaignSerializer
    filterset_class = CampaignApiFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.public().select_related("plan", "source")


@extend_schema(description=gettext_lazy("Chaque fiche dans chaque campagne publiée."))
class EvaluationViewSet(ReadOnlyViewSet):
    queryset = Evaluation.objects.all()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationApiFilter

    def get_queryset(self) -> QuerySet[Evaluation]:
        evaluations = Evaluation.objects.public().select_related(
            "campaign__plan", "sheet", "source"
        )
        return evaluations.prefetch_related("remarks")
