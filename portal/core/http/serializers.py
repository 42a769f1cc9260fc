"""Serializers shared by the apps."""

from rest_framework import serializers


class SourcedSerializer(serializers.ModelSerializer):
    """`source` is its title, `source_date` its date in ISO 8601, as precise as it was printed."""

    source = serializers.CharField(  # type: ignore[assignment]
        source="source.title", default=None, allow_null=True, read_only=True
    )
    source_date = serializers.CharField(
        source="source.date", default=None, allow_null=True, read_only=True
    )
