"""API of the ways to meet the services."""

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from accueil.meetings.filters import MeetingFilter
from accueil.models import Meeting
from portal.core.http.serializers import SourcedSerializer
from portal.core.http.viewsets import ReadOnlyViewSet
from portal.registries.api import SLUG


class MeetingSerializer(SourcedSerializer):
    """A way to meet a team, an agency or a reception point, one of the three.

    `place` and `rhythm` are empty where the document does not give them; `source_date` is the date
    of the document: nothing says that the meeting still takes place.
    """

    department = serializers.CharField(source="department_id", read_only=True)
    team: Any = serializers.SlugRelatedField("slug", allow_null=True, read_only=True)
    agency: Any = serializers.SlugRelatedField("slug", allow_null=True, read_only=True)
    point: Any = serializers.SlugRelatedField("slug", allow_null=True, read_only=True)

    class Meta:
        model = Meeting
        fields = [
            *("key", "department", "kind", "team", "agency", "point", "title", "place", "rhythm"),
            *("phone", "as_printed", "source", "source_date", "fictitious"),
        ]


@extend_schema(
    description=gettext_lazy(
        "Les autres façons de rencontrer les services : actions collectives, consultations,"
        " permanences en visio, visites à domicile."
    )
)
class MeetingViewSet(ReadOnlyViewSet):
    queryset = Meeting.objects.select_related("source", "team", "agency", "point").order_by(
        "department_id", "position", "pk"
    )
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    lookup_field = "key"
    lookup_value_regex = SLUG
