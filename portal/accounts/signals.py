"""What follows a sign-in or a new password."""

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.core import ratelimit
from allauth.mfa.signals import authentication_failed as code_refused
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.adapter import attempts_here, means_of
from portal.accounts.devices import DEVICE, device_in_words
from portal.accounts.middleware import RENEWED
from portal.accounts.models import Session, SignIn, User
from portal.accounts.sign_in_log import record
from portal.core.caching.shared_cache import forget_ended


def connect() -> None:
    user_logged_in.connect(begin_session)
    code_refused.connect(keep_wrong_code)
    password_changed.connect(end_other_sessions)
    password_reset.connect(end_other_sessions)
    password_reset.connect(forget_attempts)


def begin_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keeps the sign-in, and with the session the browser in plain words; forgets what ended."""
    record(request, outcome=SignIn.Outcome.OPENED, user=user, means=means_of(request, user))
    request.session[DEVICE] = device_in_words(request.META.get("HTTP_USER_AGENT", ""))
    request.session[RENEWED] = int(time.time())
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    forget_ended()


def keep_wrong_code(
    request: HttpRequest, user: User, reauthentication: bool, **kwargs: Any
) -> None:
    if not reauthentication:
        outcome = SignIn.Outcome.WRONG_CODE
        record(request, outcome=outcome, user=user, means=means_of(request, user))


def end_other_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password ends whatever was opened with the former one."""
    user.sessions.exclude(session_key=request.session.session_key).delete()


def forget_attempts(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever just chose a password does not wait for having forgotten the former one."""
    ratelimit.clear(request, action="sign_in_here", key=attempts_here(request, user.email))
