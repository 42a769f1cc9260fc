"""API of moves, and of teams with their moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from portal.core.caching.cached_viewsets import CachedReadOnlyViewSet
from portal.core.http.parameters import DAY_SCHEMA, parse_api_day
from portal.core.http.serializers import SourcedSerializer
from portal.registries.api import SLUG
from relocations.models import Relocation
from relocations.schedule.filters import RelocationApiFilter
from teams.directory.api import SiteSerializer, SlugAndNameSerializer, TeamSerializer
from teams.directory.filters import TeamFilter
from teams.models import Team


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
            *("actual_date", "source", "source_date", "provenance", "fictitious"),
        ]

    @extend_schema_field(PeriodSerializer)
    def get_period(self, relocation: Relocation) -> dict[str, Any]:
        return relocation.period.to_dict()


class TeamWithMovesSerializer(TeamSerializer):
    relocations = RelocationSerializer(many=True, read_only=True)

    class Meta(TeamSerializer.Meta):
        fields = [*TeamSerializer.Meta.fields, "relocations"]


@extend_schema(description=_("Les déménagements des équipes, comme ils sont annoncés."))
class RelocationViewSet(CachedReadOnlyViewSet):
    queryset = Relocation.objects.for_schedule()
    serializer_class = RelocationSerializer
    filterset_class = RelocationApiFilter


ON_PARAMETER = OpenApiParameter(
    "on", DAY_SCHEMA, description=_("Le jour demandé (AAAA-MM-JJ), aujourd'hui par défaut.")
)


@extend_schema(
    parameters=[ON_PARAMETER],
    description=_("Les équipes, leur lieu le jour demandé, leurs déménagements."),
)
class TeamViewSet(CachedReadOnlyViewSet):
    queryset = Team.objects.with_whereabouts().order_by("agency__department", "name", "id")
    serializer_class = TeamWithMovesSerializer
    filterset_class = TeamFilter
    other_parameters = ("on",)
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_serializer_context(self) -> dict[str, Any]:
        on = parse_api_day(self.request.query_params.get("on")) if self.request else None
        return {**super().get_serializer_context(), "on": on}
