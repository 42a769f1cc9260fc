"""API filters of reception points, phone lines and stops; an unknown value is a 400."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from accueil.enums import PointKind
from accueil.models import PhoneLine, ReceptionPoint, ReceptionPointQuerySet, Stop
from portal.core.http.filters import FilterForm, slug_filter
from portal.territory.filters import CommuneCodeFilter, department_filter
from teams.models import Team

NEAR_COMMUNE = gettext_lazy("Près de la commune (code INSEE)")


class PhoneLineFilter(django_filters.FilterSet):
    department = department_filter("department", having="agencies")

    class Meta:
        model = PhoneLine
        fields: list[str] = []


class StopFilter(django_filters.FilterSet):
    department = department_filter("point__department", having="agencies")
    point = slug_filter(ReceptionPoint, "point", gettext_lazy("Accueil itinérant"))

    class Meta:
        model = Stop
        fields: list[str] = []


class ReceptionPointFilterForm(FilterForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        present = {name for name in ("latitude", "longitude") if values.get(name) is not None}
        if len(present) == 1 and not self.errors:
            missing = {"latitude": "longitude", "longitude": "latitude"}[present.pop()]
            self.add_error(missing, ValidationError(_("La latitude va avec la longitude.")))
        return values


class ReceptionPointFilter(django_filters.FilterSet):
    """`latitude` and `longitude`, or else `commune`, sort the points by distance."""

    department = department_filter("department", having="agencies")
    kind = django_filters.ChoiceFilter(choices=PointKind.choices, label=gettext_lazy("Nature"))
    team = slug_filter(Team, "team", gettext_lazy("Équipe"))
    commune = extend_schema_field({"type": "string", "description": NEAR_COMMUNE})(
        CommuneCodeFilter(method="keep_all", label=NEAR_COMMUNE)
    )
    latitude = django_filters.NumberFilter(
        *("latitude", None), min_value=-90, max_value=90, method="keep_all"
    )
    longitude = django_filters.NumberFilter(
        *("longitude", None), min_value=-180, max_value=180, method="keep_all"
    )

    class Meta:
        model = ReceptionPoint
        fields: list[str] = []
        form = ReceptionPointFilterForm

    # Untyped, `value` is documented for each of these parameters as its own field wants it.
    def keep_all(  # type: ignore[no-untyped-def]
        self, points: ReceptionPointQuerySet, name: str, value
    ):
        """Filter nothing: these parameters only sort the points."""
        return points

    def filter_queryset(self, points: ReceptionPointQuerySet) -> ReceptionPointQuerySet:
        points = super().filter_queryset(points)
        latitude, longitude = self._origin
        if latitude is None or longitude is None:
            return points
        return points.order_by_distance(float(latitude), float(longitude))

    @property
    def _origin(self) -> tuple[Any, Any]:
        """Latitude and longitude, None without a place or when its coordinates are unknown."""
        values = self.form.cleaned_data
        if values["latitude"] is None and values["commune"]:
            return values["commune"].latitude, values["commune"].longitude
        return values["latitude"], values["longitude"]
