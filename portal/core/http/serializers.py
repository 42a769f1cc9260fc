"""Serializers shared by the apps."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import SkipField

from portal.core.models import Sourced
from portal.core.permissions.ownership import department_of
from portal.core.provenance import ProvenanceKind

FICTITIOUS_DEPARTMENT = "00"  # its data are invented, for demonstrations


class FieldProvenanceSerializer(serializers.Serializer):
    """Who says a value (a document, a later publication, the people who maintain it), what the
    document printed, and the day, null when not known to the day.
    """

    kind = serializers.ChoiceField(choices=ProvenanceKind.choices)
    printed = serializers.CharField(allow_null=True)
    on = serializers.DateField(allow_null=True)


class ProvenanceSerializer(FieldProvenanceSerializer):
    """The last word on a row; `fields` are those of another provenance, each by its name."""

    fields_ = serializers.DictField(child=FieldProvenanceSerializer())

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


class MarkField(serializers.BooleanField):
    """A field that only marked rows have, always true: an unmarked row does not name it."""

    def __init__(self, is_marked: Callable[[Any], bool], **kwargs: Any) -> None:
        self.is_marked = is_marked
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> bool:
        if not self.is_marked(instance):
            raise SkipField
        return True


def is_fictitious(row: Any) -> bool:
    """Return whether a row is invented: it says so, or its département is invented."""
    return getattr(row, "is_fictitious", False) or department_of(row) == FICTITIOUS_DEPARTMENT


class SourcedSerializer(serializers.ModelSerializer):
    """`source` is the title of who says the row, `source_date` its date in ISO 8601, as precise as
    it was printed. Only rows of invented data have `fictitious`, true.
    """

    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    source_date = serializers.SerializerMethodField()
    provenance = serializers.SerializerMethodField()
    fictitious = MarkField(is_fictitious)

    def get_source(self, row: Sourced) -> str | None:
        if not row.origins and row.checked_on is None:
            return row.source.title if row.source else None
        if title := row.provenance.title:
            return title
        return _("l’agence") if row.is_maintained_by_agency else _("le Département")

    def get_source_date(self, row: Sourced) -> str | None:
        if row.checked_on or row.origins:
            day = row.provenance.on
            return day.isoformat() if day else None
        return row.source.date if row.source else None

    @extend_schema_field(ProvenanceSerializer)
    def get_provenance(self, row: Sourced) -> dict[str, Any]:
        provenance = row.provenance.to_dict()
        fields = row.provenance_by_field
        provenance["fields"] = {name: field.to_dict() for name, field in fields.items()}
        return provenance
