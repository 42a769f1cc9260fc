"""Filters of the schedule, and of the API."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from portal.core import clock
from portal.core.http.filters import FilterForm, slug_filter
from portal.core.periods.period import USUAL, Period, PeriodError
from portal.territory.filters import department_filter
from relocations.models import Relocation, RelocationQuerySet
from teams.models import Agency, Team


class PeriodField(forms.CharField):
    """A period as people write it: "2024", "mi-janvier 2024", "été 2024". Empty gives None."""

    def clean(self, value: str) -> Period | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Period.parse(text, source_date=clock.today())
        except PeriodError as error:
            raise forms.ValidationError("%(said)s", params={"said": error}) from error


class PeriodFilter(django_filters.Filter):
    field_class = PeriodField


class RelocationFilter(django_filters.FilterSet):
    department = department_filter("team__agency__department", having="agencies")
    status = django_filters.ChoiceFilter(
        choices=Relocation.Status.choices, label=_("Statut"), empty_label=_("tous")
    )
    agency = slug_filter(Agency, "team__agency", _("Agence"))
    team = slug_filter(Team, "team", _("Équipe"))
    period = PeriodFilter(
        method="during", label=_("Période"), help_text=_("par exemple : 2024, janvier 2024")
    )

    class Meta:
        model = Relocation
        fields: list[str] = []
        form = FilterForm

    @property
    def query_string(self) -> str:
        """The filters as a query string: "?status=planned", "" without any."""
        if not self.is_valid():
            return ""
        parameters = {name: self.data[name] for name in self.form.fields if self.data.get(name)}
        return f"?{urlencode(parameters)}" if parameters else ""

    @extend_schema_field({"type": "string", "pattern": f"^({USUAL})?$"})
    def during(
        self, relocations: RelocationQuerySet, name: str, period: Period
    ) -> QuerySet[Relocation]:
        return relocations.during(period)


class RelocationApiFilter(RelocationFilter):
    kind = django_filters.ChoiceFilter(choices=Relocation.Kind.choices, label=_("Nature"))
