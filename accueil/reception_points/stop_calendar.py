"""The passages of an itinerant reception point as an iCalendar feed (RFC 5545).

The UID of a passage is made of its stop and of the day given by the rhythm: a cancelled or moved
passage replaces the announced one. SEQUENCE is the revision of the stop: it never decreases, even
when a cancellation is undone.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Event, Timezone

from accueil.models import Stop
from accueil.models.rounds import Passage
from portal.core.calendars import subscription_calendar, to_bytes
from portal.core.opening_hours.calendars import PARIS
from portal.core.text.cleaning import printable, printable_line

PRODID = "-//Portail des solidarites//Accueil itinerant//FR"
PAST_PERIOD = timedelta(days=31)
FUTURE_PERIOD = timedelta(days=183)


def passage_calendar(stops: Iterable[Stop], *, name: str, page: str, today: date) -> bytes:
    """Return the calendar of the passages from a month ago to six months ahead.

    Stops of unknown rhythm have none. `page` is the URL of the point. The bytes are stable all day.
    """
    calendar = subscription_calendar(prodid=PRODID, name=name, page=page)
    stops = [*stops]
    zones = {str(stop.legal_calendar.zone) for stop in stops} or {str(PARIS)}
    for zone in sorted(zones):
        calendar.add_component(_timezone(zone))
    passages = [
        passage
        for stop in stops
        for passage in stop.passages(today - PAST_PERIOD, today + FUTURE_PERIOD)
    ]
    for passage in sorted(passages, key=lambda passage: (passage.start, passage.stop.pk)):
        calendar.add_component(_event(passage, page, today))
    return to_bytes(calendar)


@cache
def _timezone(name: str) -> Timezone:
    return Timezone.from_tzid(name, first_date=date(2020, 1, 1), last_date=date(2038, 1, 1))


def _event(passage: Passage, page: str, today: date) -> Event:
    event = Event()
    stop, host = passage.stop, urlsplit(settings.SITE_URL).hostname
    event.add("uid", f"passage-{stop.pk}-{passage.planned_on:%Y%m%d}@{host}")
    event.add("sequence", stop.revision)
    event.add("dtstamp", datetime.combine(today, time(), PARIS))
    event.add("dtstart", passage.start)
    event.add("dtend", passage.end)
    event.add("status", "CANCELLED" if passage.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("summary", printable_line(_summary(passage)))
    event.add("location", printable_line(_place(passage)))
    if passage.message:
        event.add("description", printable(passage.message))
    if not stop.site.is_approximate and passage.place == stop.site.label:
        event.add("geo", (stop.site.latitude, stop.site.longitude))
    event.add("url", page)
    return event


def _summary(passage: Passage) -> str:
    """Return the event's title, with the cancellation: many readers do not show the status."""
    values = {"bus": passage.stop.point.name, "place": passage.place}
    if passage.is_cancelled:
        return _("Annulé : %(bus)s, %(place)s") % values
    return _("%(bus)s, %(place)s") % values


def _place(passage: Passage) -> str:
    """Return the place as printed, with its commune if the text lacks it."""
    city = passage.stop.site.city
    return passage.place if not city or city in passage.place else f"{passage.place}, {city}"
