"""An appointment for one's own calendar: the day, the place on that day, what is sure or not."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accueil.lookup.services import Answer
from portal.core.text.cleaning import printable, printable_line


def appointment_calendar(answer: Answer, address: str) -> bytes:
    """An iCalendar file (RFC 5545) of one whole day; `address` is the answer's own URL.

    The day's event keeps its identity: added again, it replaces the former one.
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
    return bytes(calendar.to_ical())
