"""Filters by département, shared by all apps, and those of the communes."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.territory.models import Commune, CommuneQuerySet, Department, PostalCode


def department_filter(
    field_name: str, *, having: str | None = None
) -> django_filters.ModelChoiceFilter:
    """Return a filter by the code of a département, `department=45`.

    The choices are the départements with rows in the reverse relation `having`, by default all.
    """
    departments = Department.objects.all()
    if having:
        departments = departments.filter(**{f"{having}__isnull": False}).distinct()
    return django_filters.ModelChoiceFilter(
        field_name=field_name,
        queryset=departments,
        label=_("Département"),
        empty_label=_("tous"),
    )


class CommuneCodeField(django_filters.fields.ModelChoiceField):
    """A commune by its INSEE code, in any case; that of a former one is that of today."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        commune = Commune.objects.with_code(value)
        return super().to_python(commune.code if commune else value)


class CommuneCodeFilter(django_filters.ModelChoiceFilter):
    field_class = CommuneCodeField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Commune.objects.all(), **kwargs)


class CommuneFilter(django_filters.FilterSet):
    department = department_filter("department")
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
