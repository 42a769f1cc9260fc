"""The endpoints `lookup/` and `suggest/`."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accueil.contacts.api import AT_PARAMETER, NearPointSerializer, PhoneLineSerializer
from accueil.contacts.cached_contacts import Contacts, contacts_cache
from accueil.contacts.next_stops import NextStop
from accueil.lookup.covering_teams import Outcome
from accueil.lookup.messages import answer_message
from accueil.lookup.services import (
    Answer,
    CommuneSummary,
    Question,
    TypedStreet,
    UnknownPlaceError,
    answer_question,
    communes_by_code,
    gazetteer,
)
from accueil.lookup.street_suggestions import suggest_streets
from accueil.needs import Need
from accueil.place_search import Kind, Place, begins_only
from accueil.place_search.addresses import find_street_start
from accueil.place_search.words import tokenize
from portal.core import clock
from portal.core.caching.cached_viewsets import CachedViewSet, json_response
from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cache_free_text, set_expiry
from portal.core.http.compiled_serializers import CompiledSerializer
from portal.core.http.parameters import parse_api_day, parse_api_moment
from portal.registries.api import SLUG
from portal.territory.house_numbers import NUMBER_PATTERN, HouseNumber
from portal.territory.models import TYPED_COMMUNE_CODE
from relocations.schedule.api import ON_PARAMETER, TeamWithMovesSerializer
from teams.models import Team

YES, NO = "yes", "no"
MAX_SUGGESTIONS = 8


class CommuneSummarySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    postal_codes = serializers.ListField(child=serializers.CharField())
    department = serializers.CharField()


class ChoiceSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["commune", "sector"])
    label = serializers.CharField()  # type: ignore[assignment]
    commune = serializers.CharField()
    sector = serializers.CharField(allow_null=True)
    team = serializers.CharField(allow_null=True)


class StreetSerializer(serializers.Serializer):
    """The street of a question; `known` is whether a sector bears its name."""

    typed = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    known = serializers.BooleanField()
    closest = serializers.ListField(child=serializers.CharField())


class NextStopSerializer(serializers.Serializer):
    """A stop of the itinerant reception `slug`, its next passage, the first cancelled before it.

    `distance_km` is null in the same commune where only the commune of the stop is known.
    """

    slug = serializers.CharField()
    name = serializers.CharField()
    distance_km = serializers.FloatField(allow_null=True)
    next = serializers.DateTimeField(allow_null=True)
    cancelled = serializers.DateTimeField(allow_null=True)


class NeedContactSerializer(serializers.Serializer):
    """Whom to call; `hours` is a French phrase, "" where unknown."""

    name = serializers.CharField()
    number = serializers.CharField()
    hours = serializers.CharField()


class NeedSerializer(serializers.Serializer):
    """The need that a text names; the first contact is the first to call."""

    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    urgent = serializers.BooleanField()
    contacts = NeedContactSerializer(many=True)


class ReceptionSerializer(serializers.Serializer):
    points = NearPointSerializer(many=True)
    phone_lines = PhoneLineSerializer(many=True)
    stops = NextStopSerializer(many=True)


@extend_schema_serializer(many=False)
class LookupSerializer(serializers.Serializer):
    """The answer to a citizen's question; `message` is its sentence."""

    query = serializers.CharField()
    on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    message = serializers.CharField()
    commune = CommuneSummarySerializer(allow_null=True)
    choices = ChoiceSerializer(many=True)
    teams = TeamWithMovesSerializer(many=True)
    need = NeedSerializer(allow_null=True)
    street = StreetSerializer(allow_null=True)
    reception = ReceptionSerializer()


class SuggestionSerializer(serializers.Serializer):
    """A place that the typed text may begin; `label` is what a person chooses."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    commune = serializers.CharField(allow_null=True)


def _parameter(name: str, description: Any, pattern: str = "") -> OpenApiParameter:
    schema = {"type": "string", "pattern": pattern} if pattern else OpenApiTypes.STR
    return OpenApiParameter(name, schema, description=description)


Q_PARAMETER = _parameter(
    "q", gettext_lazy("Ce qu'une personne écrit : commune, code postal, rue, équipe…")
)
LOOKUP_PARAMETERS = [
    Q_PARAMETER,
    _parameter("commune", gettext_lazy("Code INSEE d'une commune."), f"^({TYPED_COMMUNE_CODE})?$"),
    _parameter(
        "sector", gettext_lazy("Identifiant d'un secteur de cette commune."), f"^({SLUG})?$"
    ),
    _parameter("street", gettext_lazy("Nom de la rue.")),
    _parameter(
        "number", gettext_lazy("Numéro dans la rue, avec son suffixe : 12, 12 bis."), NUMBER_PATTERN
    ),
    ON_PARAMETER,
    OpenApiParameter(
        "followed",
        OpenApiTypes.STR,
        enum=[YES, NO],
        description=gettext_lazy("La personne est-elle déjà suivie ?"),
    ),
    AT_PARAMETER,
]


_serialize_team = CompiledSerializer(TeamWithMovesSerializer)
_serialize_point = CompiledSerializer(NearPointSerializer)
_serialize_phone_line = CompiledSerializer(PhoneLineSerializer)


def _serialize_team_on(team: Team, on: date) -> dict[str, Any]:
    return _serialize_team(team, on=on)


class LookupViewSet(CachedViewSet):
    """`lookup/`: text or place in, teams and reception out."""

    parameters = frozenset(parameter.name for parameter in LOOKUP_PARAMETERS)

    @extend_schema(
        operation_id="lookup",
        description=gettext_lazy("Quelle équipe suit ce lieu, et où aller ce jour-là."),
        parameters=LOOKUP_PARAMETERS,
        responses=LookupSerializer,
    )
    def list(self, request: Request, versions: Versions) -> HttpResponse:
        return super().list(request, versions)

    def respond(self, parameters: QueryDict, versions: Versions) -> HttpResponse:
        try:
            answer = answer_question(parse_question(parameters), versions)
        except UnknownPlaceError:
            raise Http404 from None
        response = json_response(serialize_answer(answer, contacts_cache.get(versions)))
        cache_free_text(response, allowed=answer.names_only_a_place)
        return set_expiry(response, answer.next_change)


class SuggestViewSet(CachedViewSet):
    """`suggest/`: places that complete what is being typed."""

    parameters = frozenset({Q_PARAMETER.name})

    @extend_schema(
        operation_id="suggest",
        description=gettext_lazy("Les lieux qui complètent ce qu'une personne commence à écrire."),
        parameters=[Q_PARAMETER],
        responses=SuggestionSerializer(many=True),
    )
    def list(self, request: Request, versions: Versions) -> HttpResponse:
        return super().list(request, versions)

    def respond(self, parameters: QueryDict, versions: Versions) -> HttpResponse:
        text = parameters.get("q", "")
        places = _suggestions(text, versions)
        response = json_response(
            [
                {
                    "kind": place.kind.value,
                    "label": _suggestion_label(place),
                    "commune": place.commune,
                }
                for place in places
            ]
        )
        return cache_free_text(response, allowed=begins_only(text, places))


def _suggestions(text: str, versions: Versions) -> list[Place]:
    """Return the places that complete the text, the streets first where one is typed, or where no
    other place begins so.
    """
    places = gazetteer(versions).suggest(text)
    if find_street_start(tokenize(text)) is None and begins_only(text, places):
        return places
    communes = communes_by_code(versions)
    streets = suggest_streets(text, communes, clock.today(), MAX_SUGGESTIONS)
    return [*streets, *places][:MAX_SUGGESTIONS]


def _suggestion_label(place: Place) -> str:
    """Return a label that `lookup/` parses back: "Olivet (45)", "La Source (Orléans)"."""
    if place.kind is Kind.COMMUNE:
        return f"{place.name} ({place.department})"
    if place.kind is Kind.STREET:
        return f"{place.name}, {place.note}"
    if place.kind in (Kind.QUARTER, Kind.FORMER_COMMUNE, Kind.SITE) and place.note:
        return f"{place.name} ({place.note})"
    return place.name


def parse_question(parameters: QueryDict) -> Question:
    """Return the question of these parameters; raises ValidationError by parameter."""
    if parameters.get("followed", YES) not in (YES, NO):
        raise ValidationError({"followed": [_("« yes » ou « no » est attendu.")]})
    try:
        number = HouseNumber.parse_optional(parameters.get("number", ""))
    except ValueError:
        message = _("Un numéro de rue est attendu, par exemple 12 ou 12 bis.")
        raise ValidationError({"number": [message]}) from None
    return Question(
        on=parse_api_day(parameters.get("on")) or clock.today(),
        at=parse_api_moment(parameters.get("at")) or clock.now(),
        q=parameters.get("q", ""),
        commune=parameters.get("commune", ""),
        sector=parameters.get("sector", ""),
        street=parameters.get("street", ""),
        number=number,
        followed={YES: True, NO: False}.get(parameters.get("followed", "")),
    )


def serialize_answer(answer: Answer, contacts: Contacts) -> dict[str, Any]:
    """Return the JSON content of an answer, as `LookupSerializer` describes it."""
    on, at = answer.question.on, answer.question.at
    return {
        "query": answer.question.q,
        "on": on.isoformat(),
        "outcome": answer.outcome.value,
        "message": answer_message(answer),
        "commune": answer.commune and _serialize_commune(answer.commune),
        "choices": [
            {
                "kind": "sector" if choice.sector else "commune",
                "label": choice.label,
                "commune": choice.commune,
                "sector": choice.sector and choice.sector.slug,
                "team": choice.sector and choice.sector.team.slug,
            }
            for choice in answer.choices
        ],
        "teams": [contacts.describe_team(_serialize_team_on, team, on) for team in answer.teams],
        "need": answer.need and _serialize_need(answer.need),
        "street": answer.street and _serialize_street(answer.street),
        "reception": {
            "points": [_serialize_point(point, at=at) for point in answer.reception.points],
            "phone_lines": [
                _serialize_phone_line(line, at=at) for line in answer.reception.phone_lines
            ],
            "stops": [_serialize_stop(stop) for stop in answer.reception.stops],
        },
    }


def _serialize_need(need: Need) -> dict[str, Any]:
    return {
        "slug": need.slug,
        "label": _(need.label),
        "urgent": need.urgent,
        "contacts": [
            {
                "name": _(contact.name),
                "number": contact.number,
                "hours": _(contact.hours) if contact.hours else "",
            }
            for contact in need.contacts
        ],
    }


def _serialize_street(street: TypedStreet) -> dict[str, Any]:
    return {
        "typed": street.name,
        "number": street.number or None,
        "known": street.is_known,
        "closest": list(street.match.closest),
    }


def _serialize_stop(next_stop: NextStop) -> dict[str, Any]:
    is_somewhere_here = next_stop.stop.site.is_approximate and next_stop.distance_km == 0
    return {
        "slug": next_stop.stop.point.slug,
        "name": next_stop.stop.site.label,
        "distance_km": None if is_somewhere_here else next_stop.distance_km,
        "next": next_stop.passage and next_stop.passage.start.isoformat(),
        "cancelled": next_stop.cancelled and next_stop.cancelled.start.isoformat(),
    }


def _serialize_commune(commune: CommuneSummary) -> dict[str, Any]:
    return {
        "code": commune.code,
        "name": commune.name,
        "postal_codes": commune.postal_codes,
        "department": commune.department,
    }
