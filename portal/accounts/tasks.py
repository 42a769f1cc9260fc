"""The daily deletion of old sign-ins and sessions."""

from django.utils import timezone

from portal.accounts import sign_in_log
from portal.accounts.models import Session
from portal.celery import app
from portal.core.caching.shared_cache import delete_expired


@app.task(name="accounts.erase")
def erase() -> None:
    """Use the real day, even in a replay: it is about personal data."""
    now = timezone.now()
    sign_in_log.erase_old(now)
    Session.objects.filter(expire_date__lte=now).delete()
    delete_expired()
