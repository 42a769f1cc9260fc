"""API of changes of moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.current_user import current_user
from portal.core import clock
from portal.core.http.parameters import DayField
from portal.core.periods.period import USUAL, Period, PeriodError
from portal.core.permissions.checks import RulesPermission
from portal.core.workflow import Refused, Stale
from relocations.editing import services
from relocations.editing.services import ChangeRequest
from relocations.models import PERIOD_MAX_LENGTH, REASON_MAX_LENGTH, Relocation
from relocations.schedule.api import RelocationSerializer, RelocationViewSet
from teams.models import Site


@extend_schema_field({"type": "string", "pattern": f"^({USUAL})$"})
class PeriodInput(serializers.CharField):
    """A date as people write it: "mi-mars 2024", "les 16 et 17 janvier"."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if len(text) > PERIOD_MAX_LENGTH:
            raise serializers.ValidationError(_("%d caractères au plus.") % PERIOD_MAX_LENGTH)
        try:
            return Period.parse(text, source_date=clock.today())
        except PeriodError as error:
            raise serializers.ValidationError(str(error)) from None


class TransitionSerializer(serializers.Serializer):
    """A requested change of a move; an absent or null field leaves its value."""

    to = serializers.ChoiceField(Relocation.Status.choices)
    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=REASON_MAX_LENGTH
    )
    period = PeriodInput(required=False, allow_null=True)
    destination = serializers.PrimaryKeyRelatedField(
        queryset=Site.objects.all(), required=False, allow_null=True
    )
    actual_date = DayField(required=False, allow_null=True)

    def change_request(self) -> ChangeRequest:
        """Return the requested change, once valid."""
        data = self.validated_data
        return ChangeRequest(**{**data, "reason": data.get("reason") or ""})


class StaleVersion(APIException):
    status_code = 409
    default_detail = _("Ce déménagement a changé depuis : relisez-le, puis décidez à nouveau.")


class EditableRelocationViewSet(RelocationViewSet):
    """Moves, read by anybody and changed by their agents."""

    @extend_schema(
        description=_("Change un déménagement, décidé sur la version que l'on a lue."),
        request=TransitionSerializer,
        responses=RelocationSerializer,
    )
    @action(
        detail=True, methods=["post"], permission_classes=[RulesPermission], filterset_class=None
    )
    def transition(self, request: Request, pk: str) -> Response:
        move = self.get_object()
        serializer = TransitionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            services.change(
                move=move, change_request=serializer.change_request(), by=current_user(request)
            )
        except Refused as refused:
            raise serializers.ValidationError(refused.errors) from None
        except Stale:
            raise StaleVersion from None
        return Response(self.get_serializer(self.get_object()).data)
