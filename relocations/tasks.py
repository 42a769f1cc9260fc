"""What happens once a day: agents are reminded, people who wait for nothing more are erased."""

from django.utils import timezone

from portal.celery import app
from portal.core import clock
from relocations.reminders import notifications
from relocations.subscriptions import services


@app.task(name="relocations.remind")
def remind() -> None:
    """On the portal's day, as agents see it; in a replay the outbox keeps what is queued."""
    notifications.queue_reminders(clock.today())


@app.task(name="relocations.erase")
def erase() -> None:
    """On the real day: it is about people's data."""
    services.erase_old(timezone.localdate())
