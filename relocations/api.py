"""Relocations, and teams with theirs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets

from portal.api import SLUG, router
from portal.core.parameters import api_day
from relocations.filters import RelocationApiFilter
from relocations.models import Relocation
from teams.api import NamedSerializer, SiteSerializer, SourcedSerializer, TeamSerializer
from teams.filters import TeamFilter
from teams.models import Team


class PeriodSerializer(serializers.Serializer):
    """A period as written, and the days it may be; a null day is infinite."""

    text = serializers.CharField()
    edtf = serializers.CharField()
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)
    precision = serializers.CharField()
    inferred = serializers.BooleanField()


class RelocationSerializer(SourcedSerializer):
    team = NamedSerializer(read_only=True)
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


@extend_schema(description=_("Les déménagements des équipes, comme ils sont annoncés."))
class RelocationViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Relocation.objects.for_schedule()
    serializer_class = RelocationSerializer
    filterset_class = RelocationApiFilter


ON = OpenApiParameter(
    "on", OpenApiTypes.DATE, description="Le jour demandé (AAAA-MM-JJ), aujourd'hui par défaut."
)


@extend_schema(
    parameters=[ON], description=_("Les équipes, leur lieu le jour demandé, leurs déménagements.")
)
class TeamViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Team.objects.with_whereabouts().order_by("agency__department", "name", "id")
    serializer_class = TeamWithMovesSerializer
    filterset_class = TeamFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_serializer_context(self) -> dict[str, Any]:
        on = api_day(self.request.query_params.get("on")) if self.request else None
        return {**super().get_serializer_context(), "on": on}


router.register("relocations", RelocationViewSet, basename="api-relocation")
router.register("teams", TeamViewSet, basename="api-team")
