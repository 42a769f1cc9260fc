"""Filters of the communes; an unknown département or postal code is a fault of its parameter."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.territory.models import Commune, CommuneQuerySet, Department, PostalCode


class CommuneFilter(django_filters.FilterSet):
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), label=_("Département")
    )
    postal_code = django_filters.ModelChoiceFilter(
        field_name="postal_codes", queryset=PostalCode.objects.all(), label=_("Code postal")
    )
    name = django_filters.CharFilter(
        method="starting_with",
        label=_("Début du nom, avec ou sans accents"),
    )

    class Meta:
        model = Commune
        fields: list[str] = []

    def starting_with(self, communes: CommuneQuerySet, name: str, text: str) -> CommuneQuerySet:
        return communes.starting_with(text)
