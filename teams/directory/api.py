"""API of agencies and sites, and the serializer of a team, which `relocations` completes."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from portal.core import clock
from portal.core.caching.cached_viewsets import CachedReadOnlyViewSet
from portal.core.http.compiled_serializers import CompiledSerializer
from portal.core.http.serializers import SourcedSerializer
from portal.registries.api import SLUG
from teams.directory.filters import AgencyFilter, SiteFilter
from teams.models import Agency, FormerAgency, Site, Statement, Team
from teams.whereabouts import Certainty


class SiteSerializer(SourcedSerializer):
    commune = serializers.CharField(source="commune_id", allow_null=True, read_only=True)
    latitude = serializers.SerializerMethodField()
    longitude = serializers.SerializerMethodField()
    approximate = serializers.BooleanField(source="is_approximate", read_only=True)

    class Meta:
        model = Site
        fields = [
            *("id", "name", "address", "postal_code", "city", "commune"),
            *("latitude", "longitude", "approximate", "source", "source_date"),
            *("provenance", "fictitious"),
        ]

    def get_latitude(self, site: Site) -> float | None:
        return site.point[0]

    def get_longitude(self, site: Site) -> float | None:
        return site.point[1]


serialize_site = CompiledSerializer(SiteSerializer)


class SlugAndNameSerializer(serializers.Serializer):
    """What stands elsewhere: its slug and its name."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class FormerAgencySerializer(SourcedSerializer):
    class Meta:
        model = FormerAgency
        fields = ["name", "phone", "source", "source_date"]


class StatementSerializer(SourcedSerializer):
    class Meta:
        model = Statement
        fields = ["topic", "text", "source", "source_date"]


class AgencySerializer(SourcedSerializer):
    """`predecessors` are the older structures it replaces, `statements` what else was published."""

    department = serializers.CharField(source="department_id", read_only=True)
    predecessors = FormerAgencySerializer(many=True, read_only=True)
    statements = StatementSerializer(many=True, read_only=True)

    class Meta:
        model = Agency
        fields = [
            *("slug", "name", "long_name", "department", "phone", "email"),
            *("predecessors", "statements", "source", "source_date", "fictitious"),
        ]


class LocationSerializer(serializers.Serializer):
    """Where a team is on the day asked for; `sentence` says it in French."""

    certainty = serializers.ChoiceField(choices=[certainty.value for certainty in Certainty])
    sentence = serializers.CharField()
    site = SiteSerializer(allow_null=True)
    next_site = SiteSerializer(allow_null=True)


class TeamSerializer(SourcedSerializer):
    """A team on the day `on` of the serializer's context, today by default."""

    agency = SlugAndNameSerializer(read_only=True)
    phone = serializers.CharField(source="public_phone", read_only=True)
    location = serializers.SerializerMethodField()

    class Meta:
        model = Team
        fields = [
            *("slug", "name", "kind", "agency", "phone", "email", "location"),
            *("provenance", "fictitious"),
        ]

    @extend_schema_field(LocationSerializer)
    def get_location(self, team: Team) -> dict[str, Any]:
        on: date = self.context.get("on") or clock.today()
        whereabouts = team.whereabouts(on)
        return {
            "certainty": whereabouts.certainty.value,
            "sentence": team.describe_whereabouts(whereabouts),
            "site": whereabouts.site and serialize_site(whereabouts.site),
            "next_site": whereabouts.next_site and serialize_site(whereabouts.next_site),
        }


@extend_schema(description=_("Les agences des départements et les structures qu'elles remplacent."))
class AgencyViewSet(CachedReadOnlyViewSet):
    queryset = (
        Agency.objects.select_related("source")
        .prefetch_related("predecessors__source", "statements__source")
        .order_by("department_id", "name")
    )
    serializer_class = AgencySerializer
    filterset_class = AgencyFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG


@extend_schema(description=_("Les lieux, avec leur adresse telle qu'imprimée."))
class SiteViewSet(CachedReadOnlyViewSet):
    queryset = Site.objects.select_related("commune", "source").order_by("id")
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
