"""Which published figures are asked for; an unknown value is a fault of its parameter."""

import django_filters
from django.utils.translation import gettext_lazy

from accueil.models import Figure, Topic
from teams.directory.filters import FilterForm, department_filter


class FigureFilter(django_filters.FilterSet):
    department = department_filter("department")
    topic = django_filters.ChoiceFilter(
        choices=Topic.choices, label=gettext_lazy("Sujet"), empty_label=gettext_lazy("tous")
    )

    class Meta:
        model = Figure
        fields: list[str] = []
        form = FilterForm
