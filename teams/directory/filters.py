"""Filters by public keys; an unknown value is an error of its parameter."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.core.http.filters import FilterForm, slug_filter
from portal.territory.filters import department_filter
from teams.models import Agency, Site, Team


class AgencyFilter(django_filters.FilterSet):
    department = department_filter("department", having="agencies")

    class Meta:
        model = Agency
        fields: list[str] = []


class SiteFilter(django_filters.FilterSet):
    department = department_filter("department", having="agencies")

    class Meta:
        model = Site
        fields: list[str] = []


class TeamFilter(django_filters.FilterSet):
    department = department_filter("agency__department", having="agencies")
    agency = slug_filter(Agency, "agency", _("Agence"))
    kind = django_filters.ChoiceFilter(
        choices=Team.Kind.choices, label=_("Nature"), empty_label=_("toutes")
    )

    class Meta:
        model = Team
        fields: list[str] = []
        form = FilterForm
