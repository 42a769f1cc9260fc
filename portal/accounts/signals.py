"""Receivers of sign-ins and password changes."""

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.core import ratelimit
from allauth.mfa.signals import authentication_failed as code_failed
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.adapter import attempt_key, sign_in_method
from portal.accounts.devices import DEVICE_SESSION_KEY, describe_device
from portal.accounts.enums import SignInOutcome
from portal.accounts.middleware import RENEWED_SESSION_KEY
from portal.accounts.models import Session, User
from portal.accounts.sign_in_log import record_sign_in
from portal.core.caching.shared_cache import delete_expired


def connect() -> None:
    user_logged_in.connect(on_signed_in)
    code_failed.connect(record_wrong_code)
    password_changed.connect(end_other_sessions)
    password_reset.connect(end_other_sessions)
    password_reset.connect(clear_attempts)


def on_signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the sign-in, describe the browser in the session, delete expired sessions."""
    record_sign_in(
        request, outcome=SignInOutcome.OPENED, user=user, method=sign_in_method(request, user)
    )
    request.session[DEVICE_SESSION_KEY] = describe_device(request.META.get("HTTP_USER_AGENT", ""))
    request.session[RENEWED_SESSION_KEY] = int(time.time())
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    delete_expired()


def record_wrong_code(
    request: HttpRequest, user: User, reauthentication: bool, **kwargs: Any
) -> None:
    if not reauthentication:
        outcome = SignInOutcome.WRONG_CODE
        record_sign_in(request, outcome=outcome, user=user, method=sign_in_method(request, user))


def end_other_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """End the sessions opened with the former password."""
    user.sessions.exclude(session_key=request.session.session_key).delete()


def clear_attempts(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Reset the rate limit, so that a person who just chose a password can sign in."""
    ratelimit.clear(request, action="sign_in_here", key=attempt_key(request, user.email))
