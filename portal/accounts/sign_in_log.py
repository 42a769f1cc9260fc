"""The journal of sign-ins: who came in, who was refused; kept for a year."""

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
    """Keeps a sign-in; a failure is counted with those of its hour that are like it, so that
    whoever tries ten thousand passwords does not fill a table.
    """
    now = timezone.now()
    device = describe_device(request.META.get("HTTP_USER_AGENT", ""))
    about = {"user": user, "outcome": outcome, "method": method, "device": device}
    if outcome != SignInOutcome.OPENED:
        hour = now.replace(minute=0, second=0, microsecond=0)
        alike = SignIn.objects.filter(**about, attempted_at__gte=hour)
        if alike.update(count=F("count") + 1, attempted_at=now):
            return
    SignIn.objects.create(**about, attempted_at=now)


def user_with_email(login: str) -> User | None:
    """Whose account the typed name is."""
    return User.objects.filter(email=login.strip().lower()).first()


def erase_old(now: datetime) -> int:
    """Erases what is older than a year; how many rows."""
    count, _rows = SignIn.objects.before(now - RETENTION).delete()
    return count
