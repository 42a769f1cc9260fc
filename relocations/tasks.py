"""What happens once a day: agents are reminded, people who wait for nothing more are erased."""

from django.utils import timezone

from portal.celery import app
from portal.core import clock
from relocations import reminders, subscriptions


@app.task(name="relocations.remind")
def remind() -> None:
    """On the portal's day, as agents see it; in a replay the outbox keeps what is queued."""
    reminders.remind(clock.today())


@app.task(name="relocations.erase")
def erase() -> None:
    """On the real day: it is about people's data."""
    subscriptions.erase_old(timezone.localdate())
