"""Reception points and phone lines, open or closed at the moment asked for."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets

from accueil.filters import PhoneLineFilter, ReceptionPointFilter
from accueil.models import PhoneLine, ReceptionPoint
from portal.api import router
from portal.core import clock
from portal.core.parameters import api_moment
from teams.api import SourcedSerializer

AT = OpenApiParameter(
    "at",
    {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"},
    description="Le moment demandé (AAAA-MM-JJTHH:MM, heure de Paris), maintenant par défaut.",
)


class OpenSerializer(SourcedSerializer):
    """Open or closed at the moment `at` of the context, now by default; null is unknown."""

    open_now = serializers.SerializerMethodField()
    next_change = serializers.SerializerMethodField()
    department = serializers.CharField(source="department_id", read_only=True)

    @property
    def _at(self) -> datetime:
        return self.context.get("at") or clock.now()

    def get_open_now(self, door: ReceptionPoint | PhoneLine) -> bool | None:
        return door.open_now(self._at)

    @extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
    def get_next_change(self, door: ReceptionPoint | PhoneLine) -> str | None:
        change = door.next_change(self._at)
        return change.isoformat() if change else None


class ReceptionPointSerializer(OpenSerializer):
    """`hours` is an OpenStreetMap expression; `distance_km` is null unless a place was given."""

    address = serializers.CharField(read_only=True)
    latitude = serializers.FloatField(allow_null=True, read_only=True)
    longitude = serializers.FloatField(allow_null=True, read_only=True)
    approximate = serializers.BooleanField(source="is_approximate", read_only=True)
    distance_km = serializers.FloatField(allow_null=True, read_only=True)
    team: Any = serializers.SlugRelatedField("slug", allow_null=True, read_only=True)

    class Meta:
        model = ReceptionPoint
        fields = [
            *("slug", "name", "kind", "address", "latitude", "longitude", "approximate"),
            *("distance_km", "open_now", "next_change", "phone", "email", "by_appointment"),
            *("documents", "hours", "hours_text", "department", "team"),
            *("source", "source_date"),
        ]


class PhoneLineSerializer(OpenSerializer):
    """`hours` are said in French, as they were printed."""

    hours = serializers.CharField(source="hours_in_french", read_only=True)

    class Meta:
        model = PhoneLine
        fields = [
            *("slug", "number", "name", "open_now", "next_change", "hours", "department"),
            *("source", "source_date"),
        ]


class OpenViewSet(viewsets.ReadOnlyModelViewSet):
    lookup_field = "slug"

    def get_serializer_context(self) -> dict[str, Any]:
        at = api_moment(self.request.query_params.get("at")) if self.request else None
        return {**super().get_serializer_context(), "at": at or clock.now()}


@extend_schema(parameters=[AT])
class ReceptionPointViewSet(OpenViewSet):
    """Les lieux où se présenter quand aucune équipe ne vous suit encore.

    `latitude` et `longitude`, ou bien `commune`, mettent les plus proches en premier et donnent les
    distances.
    """

    queryset = ReceptionPoint.objects.with_places().order_by("department_id", "name", "pk")
    serializer_class = ReceptionPointSerializer
    filterset_class = ReceptionPointFilter


@extend_schema(parameters=[AT])
class PhoneLineViewSet(OpenViewSet):
    """Les numéros qui répondent aux premières demandes."""

    queryset = PhoneLine.objects.select_related("source").order_by("department_id", "pk")
    serializer_class = PhoneLineSerializer
    filterset_class = PhoneLineFilter


router.register("reception-points", ReceptionPointViewSet, basename="api-reception-point")
router.register("phone-lines", PhoneLineViewSet, basename="api-phone-line")
