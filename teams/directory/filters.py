"""Filters by public keys; an unknown value is an error of its parameter."""

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.territory.filters import department_filter
from portal.territory.models import Commune
from teams.models import Agency, Sector, Site, Team

StrOrPromise = str | Promise


class FilterForm(forms.Form):
    """Labels without a colon: each stands above its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})


def slug_filter(
    model: type[models.Model], field_name: str, label: StrOrPromise
) -> django_filters.ModelChoiceFilter:
    """Return a choice among the rows of `model`, by slug."""
    return django_filters.ModelChoiceFilter(
        field_name=field_name,
        to_field_name="slug",
        queryset=model._default_manager.all(),
        label=label,
        empty_label=_("toutes"),
    )


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


class SectorFilter(django_filters.FilterSet):
    department = department_filter("commune__department", having="agencies")
    team = slug_filter(Team, "team", _("Équipe"))
    commune = django_filters.ModelChoiceFilter(
        queryset=Commune.objects.all(), label=_("Commune (code INSEE)")
    )
    kind = django_filters.ChoiceFilter(choices=Sector.Kind.choices, label=_("Nature"))

    class Meta:
        model = Sector
        fields: list[str] = []
