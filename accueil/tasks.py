"""Daily clean-up."""

from django.utils import timezone

from accueil.models import Report
from portal.celery import app


@app.task(name="accueil.erase")
def erase_old_reports() -> None:
    """Erase the reports handled a year ago, which may name people.

    Uses the real day, not the demonstration's.
    """
    Report.objects.expired(timezone.now()).delete()
