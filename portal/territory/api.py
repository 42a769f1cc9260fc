"""API of the communes of France."""

from typing import Any

from django.http import Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from portal.core.http.viewsets import ReadOnlyViewSet
from portal.registries.api import router
from portal.territory.filters import CommuneFilter
from portal.territory.models import TYPED_COMMUNE_CODE, Commune


class EpciSerializer(serializers.Serializer):
    """An intercommunality, by its SIREN."""

    siren = serializers.CharField(source="epci_siren", read_only=True)
    name = serializers.CharField(source="epci_name", read_only=True)


class AuthoritySerializer(serializers.Serializer):
    """The authority in charge of social action; its website is "" where it is not known."""

    name = serializers.CharField(read_only=True)
    website = serializers.CharField(read_only=True)


class CommuneSerializer(serializers.ModelSerializer):
    """`former_names` are the other names under which the commune, or a part of it, was known.

    Population, point, intercommunality and authority are null where the reference has none.
    """

    department = serializers.CharField(source="department_id", read_only=True)
    postal_codes: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    epci = serializers.SerializerMethodField()
    former_names = serializers.SerializerMethodField()
    authority = serializers.SerializerMethodField()

    class Meta:
        model = Commune
        fields = [
            *("code", "name", "department", "postal_codes", "population", "epci"),
            *("latitude", "longitude", "former_names", "authority"),
        ]
        read_only_fields = fields

    @extend_schema_field(EpciSerializer(allow_null=True))
    def get_epci(self, commune: Commune) -> dict[str, str] | None:
        return EpciSerializer(commune).data if commune.epci_siren else None

    @extend_schema_field(AuthoritySerializer(allow_null=True))
    def get_authority(self, commune: Commune) -> dict[str, str] | None:
        authority = commune.authority
        return AuthoritySerializer(authority).data if authority.name else None

    def get_former_names(self, commune: Commune) -> list[str]:
        names = [former.name for former in commune.former_communes.all()]
        return [name for name in names if name != commune.name]


@extend_schema(
    description=format_lazy(
        "{}\n\n{}",
        _("Les communes de France, par leur code INSEE, avec les noms qu'elles ont eus."),
        _(
            "Le code d'une ancienne commune ou d'un arrondissement répond par la commune"
            " d'aujourd'hui."
        ),
    )
)
class CommuneViewSet(ReadOnlyViewSet):
    queryset = Commune.objects.select_related("department").prefetch_related(
        "postal_codes", "former_communes"
    )
    serializer_class = CommuneSerializer
    filterset_class = CommuneFilter
    lookup_field = "code"
    lookup_value_regex = TYPED_COMMUNE_CODE

    def get_object(self) -> Commune:
        commune = self.queryset.with_code(self.kwargs["code"])
        if commune is None:
            raise Http404
        return commune


router.register("communes", CommuneViewSet, basename="api-commune")
