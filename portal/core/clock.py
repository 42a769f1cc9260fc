"""What day and what time it is for the portal, in Europe/Paris; a replay moves the day alone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The real time of day, on the portal's day."""
    real = datetime.now(PARIS)
    day: date | None = settings.PORTAL_TODAY
    return real if day is None else real.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    return settings.PORTAL_TODAY or datetime.now(PARIS).date()


def is_replay() -> bool:
    """True when the portal shows another day than the real one: then nothing may be sent."""
    return settings.PORTAL_TODAY is not None
