"""Parameters of an address, read strictly: a malformed one names itself."""

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError


def parse_day(text: str) -> date:
    """A day YYYY-MM-DD, nothing looser; raises ValueError."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def page_day(given: str | None, name: str = "le") -> date | None:
    """The day that a page was asked for, None without; raises BadRequest."""
    if not given:
        return None
    try:
        return parse_day(given)
    except ValueError:
        said = _("« %(name)s=%(given)s » : une date AAAA-MM-JJ est attendue.")
        raise BadRequest(said % {"name": name, "given": given[:40]}) from None


def api_day(given: str | None, name: str = "on") -> date | None:
    """The day that the API was asked for, None without; raises ValidationError."""
    try:
        return parse_day(given) if given is not None else None
    except ValueError:
        raise ValidationError({name: [_("Une date AAAA-MM-JJ est attendue.")]}) from None


def parse_moment(text: str) -> datetime:
    """A minute YYYY-MM-DDTHH:MM by the clocks of Paris, nothing looser; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.isoformat(timespec="minutes") != text or moment.tzinfo:
        raise ValueError(text)
    if moment.year in (MINYEAR, MAXYEAR):  # another time zone may have no such moment
        raise ValueError(text)
    return timezone.make_aware(moment)


def api_moment(given: str | None, name: str = "at") -> datetime | None:
    """The moment that the API was asked for, None without; raises ValidationError."""
    try:
        return parse_moment(given) if given is not None else None
    except ValueError:
        said = _("Un moment AAAA-MM-JJTHH:MM est attendu, à l'heure de Paris.")
        raise ValidationError({name: [said]}) from None


def page_number(given: str | None) -> int:
    """The number of the page that was asked for, 1 without; raises BadRequest."""
    if given and not (given.isascii() and given.isdigit() and len(given) <= 6 and int(given)):
        said = _("« page=%s » : un numéro de page est attendu.")
        raise BadRequest(said % given[:40])
    return int(given or 1)


def page_of(rows: QuerySet[Any] | Sequence[Any], size: int, given: str | None) -> Page:
    """The page of a list that was asked for, the first without.

    Raises BadRequest for a malformed number, Http404 past the last page.
    """
    try:
        return Paginator(rows, size).page(page_number(given))
    except EmptyPage:
        raise Http404 from None
