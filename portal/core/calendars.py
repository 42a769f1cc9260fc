"""iCalendar feeds to subscribe to (RFC 5545, RFC 7986)."""

from datetime import timedelta

from django.conf import settings
from icalendar import Calendar, vDuration, vText

from portal.core.text.cleaning import printable_line
from portal.core.text.typography import typeset

REFRESH_INTERVAL = timedelta(hours=1)


TYPESET_PROPERTIES = ("NAME", "X-WR-CALNAME", "X-WR-CALDESC", "SUMMARY", "DESCRIPTION")


def to_bytes(calendar: Calendar) -> bytes:
    """Return the iCalendar file, with its titles and descriptions typeset; places are not, since
    maps look for them.
    """
    for component in calendar.walk():
        for name in TYPESET_PROPERTIES:
            if name in component:
                component[name] = vText(typeset(str(component[name])))
    return bytes(calendar.to_ical())


def subscription_calendar(*, prodid: str, name: str, page: str, description: str = "") -> Calendar:
    """Return a calendar without events, refreshed every hour; `page` is its URL for people.

    Names and descriptions come twice, for readers that only know the X-WR- properties.
    """
    calendar = Calendar()
    calendar.add("prodid", prodid)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, vText(printable_line(name)))
    for key in ("description", "x-wr-caldesc") if description else ():
        calendar.add(key, vText(description))
    calendar.add("url", page)
    calendar.add("refresh-interval", vDuration(REFRESH_INTERVAL), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_INTERVAL))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    return calendar
