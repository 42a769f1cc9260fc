"""The calendar file of an appointment: its day, and where the team is on that day."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accueil.lookup.services import Answer
from portal.core.calendars import to_bytes
from portal.core.text.cleaning import printable, printable_line


def appointment_calendar(answer: Answer, address: str) -> bytes:
    """Return an iCalendar file (RFC 5545) with one all-day event.

    `address` is the URL of the answer. The UID depends on the team and the day: a file added again
    replaces the event.
    """
    day = answer.question.on
    team = answer.teams[0]
    place = team.whereabouts(day)
    calendar = Calendar()
    calendar.add("prodid", "-//Portail des solidarites//FR")
    calendar.add("version", "2.0")
    event = Event()
    digest = blake2b(f"{team.slug} {day}".encode(), digest_size=12).hexdigest()
    event.add("uid", f"{digest}@rendez-vous")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", printable_line(_("Rendez-vous avec : %s") % team.title))
    if place.site:
        event.add("location", printable_line(place.site.label))
    event.add("description", printable(f"{team.describe_whereabouts(place)}\n{address}"))
    event.add("url", address)
    calendar.add_component(event)
    return to_bytes(calendar)
