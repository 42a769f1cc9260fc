"""API of moves, and of teams with their moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.http.parameters import DAY_SCHEMA, DayField, parse_api_day
from portal.core.periods.period import USUAL, Period, PeriodError
from portal.core.permissions.checks import RulesPermission
from portal.core.workflow import Refused, Stale
from portal.registries.api import SLUG, router
from relocations.editing import services
from relocations.editing.services import ChangeRequest
from relocations.models import PERIOD_MAX_LENGTH, REASON_MAX_LENGTH, Relocation
from relocations.schedule.filters import RelocationApiFilter
from teams.api import SiteSerializer, SlugAndNameSerializer, SourcedSerializer, TeamSerializer
from teams.directory.filters import TeamFilter
from teams.models import Site, Team


class PeriodSerializer(serializers.Serializer):
    """A period as written and its first and last days; a null day is infinite."""

    text = serializers.CharField()
    edtf = serializers.CharField()
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    precision = serializers.CharField()
    inferred = serializers.BooleanField()


class RelocationSerializer(SourcedSerializer):
    team = SlugAndNameSerializer(read_only=True)
    period = serializers.SerializerMethodField()
    origin = SiteSerializer(allow_null=True, read_only=True)
    destination = SiteSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Relocation
        fields = [
            *("id", "kind", "status", "version", "team", "period", "origin", "destination"),
            *("actual_date", "source", "source_date"),
        ]

    @extend_schema_field(PeriodSerializer)
    def get_period(self, relocation: Relocation) -> dict[str, Any]:
        return relocation.period.to_dict()


class TeamWithMovesSerializer(TeamSerializer):
    relocations = RelocationSerializer(many=True, read_only=True)

    class Meta(TeamSerializer.Meta):
        fields = [*TeamSerializer.Meta.fields, "relocations"]


@extend_schema_field({"type": "string", "pattern": f"^({USUAL})$"})
class PeriodInput(serializers.CharField):
    """A date as people write it: "mi-mars 2024", "les 16 et 17 janvier"."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if len(text) > PERIOD_MAX_LENGTH:
            raise serializers.ValidationError(_("%d caractères au plus.") % PERIOD_MAX_LENGTH)
        try:
            return Period.parse(text, source_date=clock.today())
        except PeriodError as error:
            raise serializers.ValidationError(str(error)) from None


class TransitionSerializer(serializers.Serializer):
    """A requested change of a move; an absent or null field leaves its value."""

    to = serializers.ChoiceField(Relocation.Status.choices)
    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=REASON_MAX_LENGTH
    )
    period = PeriodInput(required=False, allow_null=True)
    destination = serializers.PrimaryKeyRelatedField(
        queryset=Site.objects.all(), required=False, allow_null=True
    )
    actual_date = DayField(required=False, allow_null=True)

    def change_request(self) -> ChangeRequest:
        """Return the requested change, once valid."""
        data = self.validated_data
        return ChangeRequest(**{**data, "reason": data.get("reason") or ""})


class StaleVersion(APIException):
    status_code = 409
    default_detail = _("Ce déménagement a changé depuis : relisez-le, puis décidez à nouveau.")


@extend_schema(description=_("Les déménagements des équipes, comme ils sont annoncés."))
class RelocationViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Relocation.objects.for_schedule()
    serializer_class = RelocationSerializer
    filterset_class = RelocationApiFilter

    @extend_schema(
        description=_("Change un déménagement, décidé sur la version que l'on a lue."),
        request=TransitionSerializer,
        responses=RelocationSerializer,
    )
    @action(
        detail=True, methods=["post"], permission_classes=[RulesPermission], filterset_class=None
    )
    def transition(self, request: Request, pk: str) -> Response:
        move = self.get_object()
        serializer = TransitionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            services.change(
                move=move, change_request=serializer.change_request(), by=current_user(request)
            )
        except Refused as refused:
            raise serializers.ValidationError(refused.errors) from None
        except Stale:
            raise StaleVersion from None
        return Response(self.get_serializer(self.get_object()).data)


ON_PARAMETER = OpenApiParameter(
    "on", DAY_SCHEMA, description="Le jour demandé (AAAA-MM-JJ), aujourd'hui par défaut."
)


@extend_schema(
    parameters=[ON_PARAMETER],
    description=_("Les équipes, leur lieu le jour demandé, leurs déménagements."),
)
class TeamViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Team.objects.with_whereabouts().order_by("agency__department", "name", "id")
    serializer_class = TeamWithMovesSerializer
    filterset_class = TeamFilter
    other_parameters = ("on",)
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_serializer_context(self) -> dict[str, Any]:
        on = parse_api_day(self.request.query_params.get("on")) if self.request else None
        return {**super().get_serializer_context(), "on": on}


router.register("relocations", RelocationViewSet, basename="api-relocation")
router.register("teams", TeamViewSet, basename="api-team")
