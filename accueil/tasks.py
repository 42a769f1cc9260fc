"""What is erased once a day."""

from django.utils import timezone

from accueil.models import Report
from portal.celery import app


@app.task(name="accueil.erase")
def erase() -> None:
    """Reports dealt with a year ago, on the real day: a reader may have written of somebody."""
    Report.objects.over(timezone.now()).delete()
