"""Daily tasks: reminders to agents, and erasure of subscriptions that serve no more."""

from django.utils import timezone

from portal.celery import app
from portal.core import clock
from relocations.reminders import notifications
from relocations.subscriptions import services


@app.task(name="relocations.remind")
def remind() -> None:
    """Queue the reminders of the portal's day. In a replay they stay in the outbox."""
    notifications.queue_reminders(clock.today())


@app.task(name="relocations.erase")
def erase() -> None:
    """Erase old subscriptions, by the real day: it is about personal data."""
    services.erase_old(timezone.localdate())
