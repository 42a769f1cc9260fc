"""API of sectors."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from portal.core.http.serializers import SourcedSerializer
from portal.core.http.viewsets import ReadOnlyViewSet
from portal.registries.api import SLUG
from teams.directory.api import SlugAndNameSerializer
from teams.models import Sector
from teams.sectors.filters import SectorFilter


class SectorSerializer(SourcedSerializer):
    """`basis` is "published", or "name" where the sector is deduced from the team's name.

    `former_commune` is the code of the former commune where the street is, "" where it is not said.
    """

    team = SlugAndNameSerializer(read_only=True)
    commune = serializers.CharField(source="commune_id", read_only=True)

    class Meta:
        model = Sector
        fields = [
            *("slug", "name", "kind", "team", "commune", "former_commune", "street"),
            *("number_from", "number_from_suffix", "number_to", "number_to_suffix"),
            *("parity", "valid_from", "valid_to", "basis", "source", "source_date", "fictitious"),
        ]


@extend_schema(description=_("Ce que suit chaque équipe : communes, quartiers, rues, numéros."))
class SectorViewSet(ReadOnlyViewSet):
    queryset = Sector.objects.select_related("team__agency", "source").order_by(
        "commune_id", "slug"
    )
    serializer_class = SectorSerializer
    filterset_class = SectorFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG
