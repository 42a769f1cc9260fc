"""Filters of the ways to meet; an unknown value is a 400 that names its parameter."""

import django_filters
from django.utils.translation import gettext_lazy

from accueil.enums import MeetingKind
from accueil.models import Meeting
from portal.core.http.filters import FilterForm
from portal.territory.filters import department_filter


class MeetingFilter(django_filters.FilterSet):
    department = department_filter("department", having="agencies")
    kind = django_filters.ChoiceFilter(choices=MeetingKind.choices, label=gettext_lazy("Nature"))

    class Meta:
        model = Meeting
        fields: list[str] = []
        form = FilterForm
