"""The portal's current day and time, in Europe/Paris. A replay changes the day, not the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the real time of day, on the portal's day."""
    real = datetime.now(PARIS)
    day: date | None = settings.PORTAL_TODAY
    if day is None:
        return real
    replayed = real.replace(year=day.year, month=day.month, day=day.day)
    # Through UTC: 2:30 does not exist on the day when clocks go forward, it is 3:30.
    return replayed.astimezone(UTC).astimezone(PARIS)


def today() -> date:
    return settings.PORTAL_TODAY or datetime.now(PARIS).date()


def is_replay() -> bool:
    """Return whether PORTAL_TODAY replaces the real day: then nothing may be sent."""
    return settings.PORTAL_TODAY is not None
