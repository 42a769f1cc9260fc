"""The log of sign-ins, successful and refused, for a year."""

from datetime import datetime, timedelta

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.devices import describe_device
from portal.accounts.enums import SignInMethod, SignInOutcome
from portal.accounts.models import SignIn, User

RETENTION = timedelta(days=365)


def record_sign_in(
    request: HttpRequest,
    *,
    outcome: SignInOutcome,
    user: User | None,
    method: SignInMethod = SignInMethod.PASSWORD,
) -> None:
    """Record a sign-in.

    Failures of the same kind within an hour share a row, so that ten thousand attempts do not
    fill the table. One or two queries.
    """
    now = timezone.now()
    device = describe_device(request.META.get("HTTP_USER_AGENT", ""))
    values = {"user": user, "outcome": outcome, "method": method, "device": device}
    if outcome != SignInOutcome.OPENED:
        hour = now.replace(minute=0, second=0, microsecond=0)
        similar = SignIn.objects.filter(**values, attempted_at__gte=hour)
        if similar.update(count=F("count") + 1, attempted_at=now):
            return
    SignIn.objects.create(**values, attempted_at=now)


def user_with_email(login: str) -> User | None:
    """Return the user with that e-mail, typed in any case; None if there is none."""
    return User.objects.filter(email=login.strip().lower()).first()


def erase_old(now: datetime) -> int:
    """Delete the sign-ins older than RETENTION; return how many."""
    count, _rows = SignIn.objects.before(now - RETENTION).delete()
    return count
