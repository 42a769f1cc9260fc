"""What is erased once a day."""

from django.utils import timezone

from accueil.models import Report
from portal.celery import app


@app.task(name="accueil.erase")
def erase_old_reports() -> None:
    """Reports dealt with a year ago, on the real day: a reader may have written of somebody."""
    Report.objects.expired(timezone.now()).delete()
