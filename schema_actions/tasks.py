"""The daily task that reminds pilots and reviewers."""

from portal.celery import app
from portal.core import clock
from schema_actions.campaigns import notifications


@app.task(name="schema_actions.remind")
def remind() -> None:
    """Queue the reminders of the portal's day; in a replay nothing queued is sent."""
    notifications.queue_reminders(clock.today())
