"""Filters of the published figures; an unknown value is a 400 that names its parameter."""

import django_filters
from django.utils.translation import gettext_lazy

from accueil.enums import Topic
from accueil.models import Figure
from portal.core.http.filters import FilterForm
from portal.territory.filters import department_filter


class FigureFilter(django_filters.FilterSet):
    department = department_filter("department", having="agencies")
    topic = django_filters.ChoiceFilter(
        choices=Topic.choices, label=gettext_lazy("Sujet"), empty_label=gettext_lazy("tous")
    )

    class Meta:
        model = Figure
        fields: list[str] = []
        form = FilterForm
