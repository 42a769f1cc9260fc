"""Pieces shared by the forms of every app."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms


class DayInput(forms.DateInput):
    """A date input of HTML, which reads and shows ISO dates whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PostedNames:
    """Form mixin: some fields are posted under another name than that of their model's field.

    Pages already open and links that others wrote go on working when a field of a model is renamed.
    """

    posted_names: ClassVar[Mapping[str, str]] = {}

    def add_prefix(self, field_name: str) -> Any:
        name = self.posted_names.get(field_name, field_name)
        return super().add_prefix(name)  # type: ignore[misc]
