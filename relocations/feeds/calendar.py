"""Moves as an iCalendar to subscribe to (RFC 5545, RFC 7986).

Most readers show a tentative event like a sure one, many a cancelled one like another, and none
has vague dates. So each title says how sure its days are, and a move known by its month or year
only is one event over all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Component, Event, Timezone

from portal.core import clock
from portal.core.calendars import subscription_calendar, to_bytes
from portal.core.periods.period import Precision, format_day
from portal.core.provenance import describe_provenance
from portal.core.text.cleaning import printable, printable_line
from portal.core.text.normalisation import normalise
from relocations.editing.notifications import absolute_url
from relocations.models import Relocation
from relocations.status_labels import status_label
from teams.models import Site

Kind = Relocation.Kind

PRODID = "-//Portail des solidarites//Demenagements//FR"
ONE_DAY = timedelta(days=1)

_EVENT_TITLES = {
    Kind.MOVE: gettext_lazy("%s déménage"),
    Kind.OPENING: gettext_lazy("%s ouvre"),
    Kind.CLOSING: gettext_lazy("%s ferme"),
}
_PARIS_TIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class EventDays:
    """The first and last days of an event; `are_exact` is False for a vague period."""

    first: date
    last: date
    are_exact: bool


def build_calendar(moves: Iterable[Relocation], *, name: str, page: str) -> bytes:
    """Return the moves that have days as an iCalendar; `page` is the address that lists them all.

    The same moves give the same bytes on the same day. They come from
    `with_sites().with_sequels().with_last_change()`.
    """
    description = f"{_CALENDAR_DESCRIPTION}\n{page}"
    calendar = subscription_calendar(prodid=PRODID, name=name, page=page, description=description)
    events: list[Component] = [_event(move, days) for move in moves if (days := event_days(move))]
    # RFC 5545 requires a component, and some readers refuse a calendar without any.
    for component in events or [Timezone.from_ical(_PARIS_TIMEZONE)]:
        calendar.add_component(component)
    return to_bytes(calendar)


_CALENDAR_DESCRIPTION = gettext_lazy(
    "Les déménagements annoncés. Quand le jour n'est pas connu, le titre le dit et l'événement "
    "couvre toute la période annoncée. Ceux qui n'ont pas de date, ou seulement un début ou une "
    "fin (« à terme », « au plus tard… »), ne sont pas dans cet agenda : ils sont sur cette page."
)


def event_days(move: Relocation) -> EventDays | None:
    """Return the actual day of a move, else its days as announced; None if a bound is missing."""
    if move.actual_date:
        return EventDays(move.actual_date, move.actual_date, are_exact=True)
    period = move.period
    if period.earliest is None or period.latest is None:
        return None
    are_exact = period.precision is Precision.DAY and not move.is_done_without_a_day
    return EventDays(period.earliest, period.latest, are_exact)


def _event(move: Relocation, days: EventDays) -> Event:
    event = Event()
    event.add("uid", f"demenagement-{move.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", move.version - 1)
    # The date of the change, not of the request: an unchanged calendar has the same ETag.
    event.add("dtstamp", move.changed_at)
    event.add("last-modified", move.changed_at)
    event.add("dtstart", days.first)
    event.add("dtend", days.last + ONE_DAY)
    event.add("status", move.status_rule.calendar_status)
    event.add("transp", "TRANSPARENT")  # it does not make its reader busy
    event.add("summary", printable_line(_summary(move, days)))
    event.add("description", printable(_description(move, days)))
    if site := _event_site(move):
        event.add("location", printable_line(_address_line(site)))
        if not site.is_approximate:
            event.add("geo", (site.latitude, site.longitude))
    event.add("url", absolute_url(move))
    return event


def _summary(move: Relocation, days: EventDays) -> str:
    happens = str(_EVENT_TITLES[Kind(move.kind)]) % move.team.title
    return _("%(state)s : %(happens)s") % {"state": _state_label(move, days), "happens": happens}


def _state_label(move: Relocation, days: EventDays) -> str:
    """Return its status; of an open move whose days are past, what is known of it today."""
    today = clock.today()
    is_past = move.is_open and move.period.is_overdue(today)
    status = status_label(move, today).text if is_past else move.get_status_display()
    if days.are_exact:
        return status.capitalize()
    if move.is_open and not is_past:
        return _("Jour à préciser (%s)") % move.period_label
    values = {"status": status.capitalize(), "period": move.period_label}
    return _("%(status)s (%(period)s)") % values


def _description(move: Relocation, days: EventDays) -> str:
    lines = [
        _("Quand : %s.") % _when(move),
        _departure(move) if move.kind != Kind.OPENING else "",
        _("Arrivée : %s.") % _destination_label(move) if move.kind != Kind.CLOSING else "",
        _("Statut annoncé : %s.") % move.get_status_display(),
    ]
    if not days.are_exact and move.is_open:
        lines.append(_("Le jour n'est pas connu : cet événement couvre toute la période annoncée."))
    lines += provenance_sentences(move)
    lines.append(_("Ce qui est sûr aujourd'hui : %s") % absolute_url(move))
    return "\n".join(line for line in lines if line)


def _when(move: Relocation) -> str:
    if move.actual_date:
        return format_day(move.actual_date, weekday=True)
    if move.is_done_without_a_day:
        return move.period.in_full
    return move.period.in_full_and_as_written


def _departure(move: Relocation) -> str:
    if move.is_origin_only_announced:
        text = _("Ancien lieu annoncé (personne ne dit que l'équipe y a été) : %s.")
        return text % _site_label(move.origin)
    return _("Départ : %s.") % _site_label(move.origin)


def _site_label(site: Site | None) -> str:
    return _address_line(site) if site else _("lieu non publié")


def _destination_label(move: Relocation) -> str:
    return _address_line(move.destination) if move.destination else _("lieu à l'étude")


def _event_site(move: Relocation) -> Site | None:
    return move.origin if move.kind == Kind.CLOSING else move.destination


def _address_line(site: Site) -> str:
    """Return the address on one line that maps understand, with its commune.

    An address that the name already says is left out.
    """
    name, address, city = map(normalise, (site.name, site.address, site.city))
    bare_address = address.removesuffix(city).removesuffix(" a ").strip()
    is_in_name = bool(bare_address) and f" {bare_address} " in f" {name} "
    parts = [part for part in (site.name, "" if is_in_name else site.address) if part]
    if city and city not in normalise(" ".join(parts)):
        parts.append(f"{site.postal_code} {site.city}".strip())
    return ", ".join(parts)


def provenance_sentences(move: Relocation) -> list[str]:
    """Return who says the move, its source last with its address; none if nobody is known."""
    if not (move.source or move.origins or move.checked_on):
        return []
    address = move.source.url if move.source else ""
    return [*describe_provenance(move), *([address] if address else [])]
