"""API of the published figures."""

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from accueil.figures.filters import FigureFilter
from accueil.models import Figure
from portal.core.http.serializers import SourcedSerializer
from portal.core.http.viewsets import ReadOnlyViewSet
from portal.registries.api import SLUG


class FigureSerializer(SourcedSerializer):
    """A figure as printed.

    `value` is empty where the document has it only in a picture, `perimeter` where it does not say
    what is counted. Figures of a département with the same `subject` are about the same thing, and
    may contradict each other. `period` is what the figure covers, `source_date` the date of the
    document.
    """

    department = serializers.CharField(source="department_id", read_only=True)
    period = serializers.CharField(source="period_text", read_only=True)
    source_url = serializers.CharField(source="source.url", read_only=True)

    class Meta:
        model = Figure
        fields = [
            *("key", "department", "topic", "subject", "label", "value", "unit", "period"),
            *("perimeter", "as_printed", "source", "source_date", "source_url", "fictitious"),
        ]


@extend_schema(
    description=gettext_lazy("Les chiffres publiés, avec leur source, leur date et leur périmètre.")
)
class FigureViewSet(ReadOnlyViewSet):
    queryset = Figure.objects.for_page()
    serializer_class = FigureSerializer
    filterset_class = FigureFilter
    lookup_field = "key"
    lookup_value_regex = SLUG
