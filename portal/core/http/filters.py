"""Filters of lists: strict in the API, and described in OpenAPI as they are read."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.contrib.django_filters import DjangoFilterExtension

KEYS = "x-keys"  # schema entry with the function that lists the keys, until `list_keys`
MAX_LISTED_KEYS = 200  # beyond, the schema only has the pattern

# Pattern of a key by parameter name; other keys are slugs.
SLUG = "[-a-zA-Z0-9_]+"
KEY_PATTERNS = {
    "department": "[0-9][0-9AB]|9[78][0-9]",
    "commune": "[0-9][0-9ABab][0-9]{3}",
    "postal_code": "[0-9]{5}",
    "axis": "[0-9]{1,4}",
    "objective": r"[0-9]{1,4}\.[0-9]{1,4}",
    "year": "[0-9]{4}",
}

Keys = Callable[[], Iterable[str]]


class ExistingKeyField(forms.CharField):
    """A public key, among those that `keys` returns."""

    def __init__(self, *args: Any, keys: Keys, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = keys

    def clean(self, value: str) -> str:
        text = super().clean(value)
        if text and text not in self._keys():
            raise forms.ValidationError(
                _("« %(value)s » est inconnu."), params={"value": text[:40]}
            )
        return text


class ExistingKeyFilter(django_filters.Filter):
    field_class = ExistingKeyField


class StrictFilters(DjangoFilterBackend):
    """Filters of lists, described by `StrictFiltersExtension`. An empty value filters nothing."""


class StrictFiltersExtension(DjangoFilterExtension):
    """Describes a filter by key with its pattern, and stores the function that lists its keys."""

    target_class = "portal.core.http.filters.StrictFilters"
    priority = 1

    def resolve_filter_field(
        self, auto_schema: Any, model: Any, filterset_class: Any, field_name: str, filter_field: Any
    ) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().resolve_filter_field(
            auto_schema, model, filterset_class, field_name, filter_field
        )
        if isinstance(
            filter_field,
            django_filters.ChoiceFilter | ExistingKeyFilter | django_filters.ModelChoiceFilter,
        ):
            for parameter in parameters:
                _describe(parameter["schema"], field_name, _keys(filter_field))
        return parameters


def _describe(schema: dict[str, Any], name: str, keys: Keys | None) -> None:
    """Describe a choice as a query string has it: a text, empty for no choice."""
    described: dict[str, Any] = {"type": "string"}
    if keys:
        described |= {"pattern": f"^({KEY_PATTERNS.get(name, SLUG)})?$", KEYS: keys}
    else:
        described["enum"] = ["", *(str(choice) for choice in schema["enum"])]
    schema.clear()
    schema.update(described)


def _keys(key_filter: django_filters.Filter) -> Keys | None:
    """Return the function that lists the keys of a filter; None for another kind of filter."""
    if isinstance(key_filter, ExistingKeyFilter):
        return key_filter.extra["keys"]
    if isinstance(key_filter, django_filters.ModelChoiceFilter):
        name = key_filter.extra.get("to_field_name") or "pk"
        return key_filter.queryset.order_by(name).values_list(name, flat=True).iterator
    return None


def list_keys(schema: dict[str, Any], is_served: bool) -> None:
    """List the existing keys in the schema that a portal serves.

    The schema file, made without a database, describes every portal.
    """
    keys = schema.pop(KEYS, None)
    listed = sorted({*islice(keys(), MAX_LISTED_KEYS + 1)}) if keys and is_served else []
    if 0 < len(listed) <= MAX_LISTED_KEYS:
        schema["enum"] = ["", *listed]


class FilterForm(forms.Form):
    """Labels without a colon: each stands above its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})

    @property
    def is_narrowed(self) -> bool:
        """Whether something is asked or refused beside the département, which has its own links."""
        others = (name for name in self.fields if name != "department")
        return bool(self.errors) or any(self.data.get(name) for name in others)

    @property
    def chosen(self) -> list[str]:
        """What is asked, in French: ["prévu", "Équipe Olivétaine"]; nothing where it is refused."""
        if not self.is_valid():
            return []
        values = ((self.fields[name], value) for name, value in self.cleaned_data.items() if value)
        return [_in_words(field, value) for field, value in values]


def _in_words(field: forms.Field, value: Any) -> str:
    """Return the label of a choice, else the value itself: a row, a period."""
    if isinstance(field, forms.ChoiceField) and not isinstance(value, Model):
        return str(dict(cast(Any, field).choices).get(value, value))
    return str(value)


def slug_filter(
    model: type[Model], field_name: str, label: str | Promise
) -> django_filters.ModelChoiceFilter:
    """Return a choice among the rows of `model`, by slug."""
    return django_filters.ModelChoiceFilter(
        field_name=field_name,
        to_field_name="slug",
        queryset=model._default_manager.all(),
        label=label,
        empty_label=gettext_lazy("toutes"),
    )
