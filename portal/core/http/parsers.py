"""What the API reads of a body: JSON of a bounded depth and size, its texts clean."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from portal.core.text.cleaning import clean_values, refusal


class BoundedJSONParser(JSONParser):
    """Refuses JSON nested deeper than Python can read, and characters that no database can store,
    beside their field.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            data = self._read(stream, media_type, parser_context)
            if faults := _faults(data):
                raise ValidationError(faults)
            return clean_values(data)
        except RecursionError:
            raise ParseError(_("Ce JSON est trop imbriqué.")) from None

    def _read(
        self, stream: IO[Any], media_type: str | None, parser_context: Mapping[str, Any] | None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:  # its message is the library's, in English
            raise ParseError(_("Ce JSON est mal formé.")) from error


def _faults(data: Any) -> dict[str, list[str]]:
    """Each faulty field of an object with its message; of anything else, the message alone."""
    if not isinstance(data, dict):
        return {"": [message]} if (message := refusal(data)) else {}
    messages = {name: refusal({name: value}) for name, value in data.items()}
    # A name with such a character cannot be quoted in the error.
    return {
        "" if refusal(name) else name: [message] for name, message in messages.items() if message
    }
