"""What is erased once a day."""

from django.utils import timezone

from portal.accounts import sign_ins
from portal.celery import app


@app.task(name="accounts.erase")
def erase() -> None:
    """On the real day: it is about people's data."""
    sign_ins.erase_old(timezone.now())
