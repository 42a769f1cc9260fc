"""API of the reception points, phone lines and itinerant stops, with their state at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets

from accueil.contacts.cached_contacts import contacts_cache
from accueil.contacts.filters import PhoneLineFilter, ReceptionPointFilter, StopFilter
from accueil.contacts.next_stops import next_passages
from accueil.contacts.places_on_day import place_points
from accueil.models import PhoneLine, ReceptionPoint, SpecialHours, Stop
from accueil.models.opening_hours import attach_special_hours
from accueil.models.phone_lines import WITHOUT_NUMBER
from accueil.models.rounds import Passage
from accueil.models.special_hours import special_hours_cache
from portal.core import clock
from portal.core.caching import data_versions
from portal.core.http.parameters import MINUTE_SCHEMA, parse_api_moment
from portal.core.http.serializers import SourcedSerializer
from portal.core.http.viewsets import ReadOnlyViewSet
from portal.core.opening_hours.hours import describe_note

AT_PARAMETER = OpenApiParameter(
    "at",
    MINUTE_SCHEMA,
    description=_(
        "Le moment demandé, maintenant par défaut : AAAA-MM-JJTHH:MM à l'heure du département, ou"
        " avec son décalage (+02:00)."
    ),
)


class OpeningHoursSerializer(SourcedSerializer):
    """Opening state at the moment `at` of the context, now by default; null means unknown.

    `state_note` says why or how, in French: "jour férié", "sur rendez-vous"; "" most often.
    """

    open_now = serializers.SerializerMethodField()
    next_change = serializers.SerializerMethodField()
    state_note = serializers.SerializerMethodField()
    department = serializers.CharField(source="department_id", read_only=True)

    @property
    def _at(self) -> datetime:
        return self.context.get("at") or clock.now()

    def get_open_now(self, contact: ReceptionPoint | PhoneLine) -> bool | None:
        return contact.open_now(self._at)

    @extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
    def get_next_change(self, contact: ReceptionPoint | PhoneLine) -> str | None:
        change = contact.next_change(self._at)
        return change.isoformat() if change else None

    def get_state_note(self, contact: ReceptionPoint | PhoneLine) -> str:
        return describe_note(contact.opening_state(self._at).note)


class SpecialHoursSerializer(serializers.ModelSerializer):
    """Days with unusual hours; `text` describes them."""

    text = serializers.CharField(source="in_words", read_only=True)

    class Meta:
        model = SpecialHours
        fields = ["first_day", "last_day", "effect", "spans", "weekdays", "message", "text"]


class PassageSerializer(serializers.Serializer):
    """A passage of an itinerant reception at a stop.

    `planned_on` is the day given by the rhythm, before any change.
    """

    planned_on = serializers.DateField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    place = serializers.CharField()
    cancelled = serializers.BooleanField(source="is_cancelled")
    message = serializers.CharField()


class StopSerializer(SourcedSerializer):
    """A stop of an itinerant reception.

    `next` is its next passage, null when the day is unknown; `cancelled` is the first cancelled
    passage before it.
    """

    point = serializers.SlugRelatedField("slug", read_only=True)  # type: ignore[var-annotated]
    name = serializers.CharField(source="point.name", read_only=True)
    place = serializers.CharField(source="site.label", read_only=True)
    commune = serializers.CharField(source="site.commune_id", allow_null=True, read_only=True)
    rhythm = serializers.CharField(read_only=True)
    next = serializers.SerializerMethodField()
    cancelled = serializers.SerializerMethodField()

    class Meta:
        model = Stop
        fields = [
            *("id", "point", "name", "place", "commune", "rhythm", "next", "cancelled"),
            *("source", "source_date", "fictitious"),
        ]

    def _passages(self, stop: Stop) -> tuple[Passage | None, Passage | None]:
        return next_passages(stop, self.context.get("at") or clock.now())

    @extend_schema_field(PassageSerializer(allow_null=True))
    def get_next(self, stop: Stop) -> Any:
        passage, _cancelled = self._passages(stop)
        return PassageSerializer(passage).data if passage else None

    @extend_schema_field(PassageSerializer(allow_null=True))
    def get_cancelled(self, stop: Stop) -> Any:
        _passage, cancelled = self._passages(stop)
        return PassageSerializer(cancelled).data if cancelled else None


class NearPointSerializer(OpeningHoursSerializer):
    """A reception point in an answer; `distance_km` is null without a place.

    `hours` is an OpenStreetMap expression, public holidays included; `special_hours` are those
    announced or in effect today.
    """

    address = serializers.CharField(read_only=True)
    by_appointment = serializers.BooleanField(
        source="needs_appointment", allow_null=True, read_only=True
    )
    hours = serializers.CharField(source="published_hours", read_only=True)
    latitude = serializers.FloatField(allow_null=True, read_only=True)
    longitude = serializers.FloatField(allow_null=True, read_only=True)
    approximate = serializers.BooleanField(source="is_approximate", read_only=True)
    distance_km = serializers.SerializerMethodField()
    team: Any = serializers.SlugRelatedField("slug", allow_null=True, read_only=True)
    special_hours = SpecialHoursSerializer(
        many=True, source="visible_special_hours", read_only=True
    )

    class Meta:
        model = ReceptionPoint
        fields = [
            *("slug", "name", "kind", "address", "latitude", "longitude", "approximate"),
            *("distance_km", "open_now", "next_change", "phone", "email", "by_appointment"),
            *("documents", "hours", "hours_text", "state_note", "special_hours", "department"),
            "team",
            *("source", "source_date", "provenance", "fictitious"),
        ]

    def get_distance_km(self, point: ReceptionPoint) -> float | None:
        """Return no distance inside a commune to a point of which only the commune is known."""
        is_town_known_only = point.place is None or not point.place.leads_there
        return None if is_town_known_only and point.distance_km == 0 else point.distance_km


class ReceptionPointSerializer(NearPointSerializer):
    """All the fields of a reception point.

    `appointment_hours` are the hours by appointment; an empty `wheelchair` means unknown;
    `closes_on` is the first day of a permanent closing, and `closing_note` what replaces the point.
    """

    appointment_hours = serializers.CharField(source="published_appointment_hours", read_only=True)
    agency: Any = serializers.SlugRelatedField(
        "slug", source="managing_agency", allow_null=True, read_only=True
    )

    class Meta(NearPointSerializer.Meta):
        fields = [
            *NearPointSerializer.Meta.fields,
            *("appointment_hours", "appointment_hours_text", "offers", "languages"),
            *("wheelchair", "access_notes", "access_url", "checked_on", "agency"),
            *("closes_on", "closing_note"),
        ]


class PhoneLineSerializer(OpeningHoursSerializer):
    """A phone line; `hours` are as printed, else described."""

    hours = serializers.CharField(source="hours_in_words", read_only=True)
    special_hours = SpecialHoursSerializer(
        many=True, source="visible_special_hours", read_only=True
    )

    class Meta:
        model = PhoneLine
        fields = [
            *("slug", "number", "name", "open_now", "next_change", "hours"),
            *("purpose", "territory", "state_note", "special_hours", "checked_on", "department"),
            *("source", "source_date", "provenance", "fictitious"),
        ]


class AtMomentViewSet(ReadOnlyViewSet):
    """Base of the views with an `at` parameter, now by default."""

    other_parameters = ("at",)

    def get_serializer_context(self) -> dict[str, Any]:
        at = parse_api_moment(self.request.query_params.get("at")) if self.request else None
        return {**super().get_serializer_context(), "at": at or clock.now()}


class WithoutPermanentlyClosedMixin(viewsets.GenericViewSet):
    """Exclude rows permanently closed today from lists; their detail pages still answer."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.not_permanently_closed(clock.today()) if self.action == "list" else rows


class OpeningHoursViewSet(AtMomentViewSet):
    lookup_field = "slug"

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return the page, its special hours attached without a query for each row."""
        page = super().paginate_queryset(queryset)
        attach_special_hours(page or [], special_hours_cache.get(data_versions.current_versions()))
        return page


@extend_schema(
    parameters=[AT_PARAMETER],
    description=format_lazy(
        "{}\n\n{}",
        _("Les lieux où se présenter quand aucune équipe ne vous suit encore."),
        _(
            "`latitude` et `longitude`, ou bien `commune`, mettent les plus proches en premier et"
            " donnent les\ndistances. Un lieu fermé définitivement n'est plus dans la liste ; son"
            " adresse répond toujours."
        ),
    ),
)
class ReceptionPointViewSet(WithoutPermanentlyClosedMixin, OpeningHoursViewSet):
    """Reception points, the nearest first where a place is given."""

    queryset = (
        ReceptionPoint.objects.with_places().with_stops().order_by("department_id", "name", "pk")
    )
    serializer_class = ReceptionPointSerializer
    filterset_class = ReceptionPointFilter
    detail_parameters = ("commune", "latitude", "longitude")  # which give the distance there too

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self._place(page or [])
        return page

    def get_object(self) -> ReceptionPoint:
        point: ReceptionPoint = super().get_object()
        self._place([point])
        return point

    def _place(self, points: Sequence[ReceptionPoint]) -> None:
        """Set where each point stands on the day of `at`, in the zone of its département."""
        contacts = contacts_cache.get(data_versions.current_versions())
        at = self.get_serializer_context()["at"]
        for point in points:
            place_points([point], point.legal_calendar.localise(at).date(), contacts)
        contacts.attach_point_sources(points)


@extend_schema(
    parameters=[AT_PARAMETER],
    description=_("Les numéros qui répondent aux premières demandes."),
)
class PhoneLineViewSet(OpeningHoursViewSet):
    """Phone lines."""

    queryset = PhoneLine.objects.select_related("source").order_by(
        WITHOUT_NUMBER, "department_id", "pk"
    )
    serializer_class = PhoneLineSerializer
    filterset_class = PhoneLineFilter


@extend_schema(
    parameters=[AT_PARAMETER],
    description=_("Les arrêts des accueils itinérants, avec leur prochain passage."),
)
class StopViewSet(WithoutPermanentlyClosedMixin, AtMomentViewSet):
    """Stops of itinerant receptions."""

    queryset = Stop.objects.with_places().order_by("point__department_id", "point_id", "pk")
    serializer_class = StopSerializer
    filterset_class = StopFilter
