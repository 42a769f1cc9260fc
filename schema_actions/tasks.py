"""What happens once a day: pilots are reminded of the sheets that they have to hand in."""

from portal.celery import app
from portal.core import clock
from schema_actions.campaigns import notifications


@app.task(name="schema_actions.remind")
def remind() -> None:
    """On the portal's day; in a replay the outbox keeps what is queued."""
    notifications.queue_reminders(clock.today())
