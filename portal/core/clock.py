"""What day and what time it is for the portal, in Europe/Paris; a replay moves the day alone."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The real time of day, on the portal's day."""
    real = timezone.localtime()
    day: date | None = settings.PORTAL_TODAY
    return real if day is None else real.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    return settings.PORTAL_TODAY or timezone.localdate()


def is_replay() -> bool:
    """True when the portal shows another day than the real one: then nothing may be sent."""
    return settings.PORTAL_TODAY is not None
