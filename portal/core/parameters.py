"""Parameters of an address, read strictly: a malformed one names itself."""

from datetime import date

from django.core.exceptions import BadRequest
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


def page_number(given: str | None) -> int:
    """The page of a list that was asked for, the first without; raises BadRequest."""
    if not given:
        return 1
    if not given.isascii() or not given.isdigit() or len(given) > 6 or int(given) < 1:
        said = _("« page=%s » : un numéro de page est attendu.")
        raise BadRequest(said % given[:40])
    return int(given)
