"""Filters of sectors by public keys."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.core.http.filters import slug_filter
from portal.territory.filters import CommuneCodeFilter, department_filter
from teams.models import Sector, Team


class SectorFilter(django_filters.FilterSet):
    department = department_filter("commune__department", having="agencies")
    team = slug_filter(Team, "team", _("Équipe"))
    commune = CommuneCodeFilter(label=_("Commune (code INSEE)"))
    kind = django_filters.ChoiceFilter(choices=Sector.Kind.choices, label=_("Nature"))

    class Meta:
        model = Sector
        fields: list[str] = []
