"""Serializers made once: making one costs several times more than using it."""

from threading import local
from typing import Any

from rest_framework.serializers import BaseSerializer


class Shape:
    """Turns rows into what their serializer says of them, with a serializer for each thread."""

    def __init__(self, serializer_class: type[BaseSerializer]) -> None:
        self._class = serializer_class
        self._threads = local()

    def __call__(self, row: Any, **context: Any) -> dict[str, Any]:
        """The representation of `row`; `context` is what the serializer finds in its own."""
        serializer = getattr(self._threads, "serializer", None)
        if serializer is None:
            serializer = self._threads.serializer = self._class()
        serializer._context = context
        return serializer.to_representation(row)
