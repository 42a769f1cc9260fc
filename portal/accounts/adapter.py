"""Adapters of django-allauth: sign-in limits, links in e-mails, one-time codes."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import SignInMethod, SignInOutcome
from portal.accounts.models import DEMO_PASSWORD, User
from portal.accounts.sign_in_log import record_sign_in, user_with_email
from portal.core.http.local_urls import known_page
from portal.core.http.problems import too_many_requests

RECENT_SECONDS = 300  # how long a password or a code just typed is not asked again


class PasswordBackend(AuthenticationBackend):
    """Signs in by e-mail and password; grants no permission, which is the job of the rules."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Refuse the public password of demonstrations outside PORTAL_DEMO."""
        user: User | None = super().authenticate(request, **credentials)
        is_demo_password = credentials.get("password") == DEMO_PASSWORD
        return None if is_demo_password and not settings.PORTAL_DEMO else user

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; limits that do not lock a whole office out; links at SITE_URL."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("L'adresse électronique ou le mot de passe est faux."),
        "incorrect_password": _("Ce mot de passe est faux."),
        "enter_current_password": _("Ce n'est pas votre mot de passe actuel."),
        "too_many_login_attempts": _("Trop d'essais : attendez cinq minutes."),
        "rate_limited": _("Trop d'essais : attendez cinq minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, which a success gives back; answer 429 past a limit.

        The limits of `ACCOUNT_RATE_LIMITS` are for an account from one IP address, for an account
        from any address, and for an address whatever the account.
        """
        login = str(credentials.get("email", "")).lower()
        usage = ratelimit.RateLimitUsage(usage=[])
        keys = {
            "sign_in_here": attempt_key(request, login),
            "sign_in": login,
            "sign_in_address": "",
        }
        for action, key in keys.items():
            consumed = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if consumed is None:
                self._record_refusal(request, login, SignInOutcome.TOO_MANY)
                [rate] = ratelimit.get_rates(app="allauth.account", action=action)
                raise ImmediateHttpResponse(too_many_requests(request, int(rate.duration)))
            usage.usage += consumed.usage
        self._login_failed_rl_usage = usage

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._record_refusal(request, str(credentials.get("email", "")), SignInOutcome.WRONG)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        record_sign_in(
            request, outcome=SignInOutcome.CLOSED, user=user, method=sign_in_method(request, user)
        )
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def _record_refusal(self, request: HttpRequest, login: str, outcome: SignInOutcome) -> None:
        record_sign_in(request, outcome=outcome, user=user_with_email(login))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False within RECENT_SECONDS of a sign-in or of a confirmation."""
        records = get_authentication_records(self.request, self.request.user)
        recent = bool(records) and time.time() - records[-1]["at"] < RECENT_SECONDS
        return not recent and bool(super().is_reauthentication_required(app=app, **kwargs))

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether a sign-in may redirect there: only to pages of the portal."""
        return bool(known_page(url or ""))

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")


def sign_in_method(request: HttpRequest, user: User) -> SignInMethod:
    """Return how `user`, who signs in with this request, was authenticated."""
    methods = {record["method"] for record in get_authentication_records(request, user)}
    return SignInMethod.PROCONNECT if "socialaccount" in methods else SignInMethod.PASSWORD


def attempt_key(request: HttpRequest, login: str) -> str:
    """Return the rate-limit key of an account from one IP address."""
    return f"{login} {ratelimit.get_ip(request)}"


class MFAAdapter(DefaultMFAAdapter):
    """One-time codes, which users who need one cannot remove."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "Ce code est faux, ou trop vieux : tapez celui que l'application montre maintenant."
        ),
        "cannot_delete_authenticator": _("Votre rôle demande un code : il ne se retire pas."),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.PORTAL_NAME)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not authenticator.user.needs_code
