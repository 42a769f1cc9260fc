"""Strict parsing of days, times and page numbers in query strings and bodies."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

DAY_SCHEMA = {"type": "string", "format": "date"}

# A minute of this century: Paris was 9 minutes and 21 seconds from Greenwich
# until 1911, and opening hours may have no next change near the ends of the calendar.
_YEAR = "(?:20[0-9]{2}|2100)"
_LEAP = "20(?:[02468][048]|[13579][26])"
MINUTE = (
    f"^(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)T(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?:Z|[+\-](?:0[0-9]|1[0-4]):[0-5][0-9])?$"
)
MINUTE_SCHEMA = {"type": "string", "pattern": MINUTE}
EXPECTED_DAY = gettext_lazy("Une date AAAA-MM-JJ est attendue.")


def reject_unknown_parameters(given: Iterable[str], known: Collection[str]) -> None:
    """Raise ValidationError for the parameters of a query string that an address does not know."""
    if unknown := [name for name in given if name not in known]:
        raise ValidationError({name: [_("Ce paramètre est inconnu.")] for name in unknown})


def parse_day(text: str) -> date:
    """Return the day of a YYYY-MM-DD text. Raises ValueError."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def parse_page_day(text: str | None, name: str = "le", last: date = date.max) -> date | None:
    """Return the day in a page's query string, None if absent. Raises BadRequest, also after
    `last`.
    """
    if not text:
        return None
    try:
        day = parse_day(text)
        if day > last:
            raise ValueError(text)
        return day
    except ValueError:
        message = _("« %(name)s=%(given)s » : une date AAAA-MM-JJ est attendue.")
        raise BadRequest(message % {"name": name, "given": text[:40]}) from None


def parse_api_day(text: str | None, name: str = "on") -> date | None:
    """Return the day in an API query string, None if absent. Raises ValidationError."""
    try:
        return parse_day(text) if text is not None else None
    except ValueError:
        raise ValidationError({name: [EXPECTED_DAY]}) from None


@extend_schema_field(DAY_SCHEMA)
class DayField(serializers.DateField):
    """A day in a body, parsed like one in a query string."""

    default_error_messages = {"invalid": EXPECTED_DAY}

    def to_internal_value(self, value: Any) -> date:
        try:
            return parse_day(value)
        except (TypeError, ValueError):
            self.fail("invalid")


def parse_moment(text: str) -> datetime:
    """Return the minute of a YYYY-MM-DDTHH:MM text, from 2000 to 2100. Raises ValueError.

    Aware with an offset ("+02:00", "Z"), naive without: then it is in the zone of what it asks of.
    """
    text = text.replace(" ", "+")  # as a "+" that was not encoded arrives
    if not re.fullmatch(MINUTE, text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def parse_api_moment(text: str | None, name: str = "at") -> datetime | None:
    """Return the minute in an API query string, None if absent. Raises ValidationError."""
    try:
        return parse_moment(text) if text is not None else None
    except ValueError:
        message = _("Un moment AAAA-MM-JJTHH:MM est attendu, de 2000 à 2100.")
        raise ValidationError({name: [message]}) from None


def parse_page_number(text: str | None) -> int:
    """The number of the page that was asked for, 1 without; raises BadRequest."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text)):
        message = _("« page=%s » : un numéro de page est attendu.")
        raise BadRequest(message % text[:40])
    return int(text or 1)


def paginate(rows: QuerySet[Any] | Sequence[Any], size: int, page_number: str | None) -> Page:
    """The page of a list that was asked for, the first without.

    Raises BadRequest for a malformed number, Http404 past the last page.
    """
    try:
        return Paginator(rows, size).page(parse_page_number(page_number))
    except EmptyPage:
        raise Http404 from None
