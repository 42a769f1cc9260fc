"""Sign-in by ProConnect, where it is configured: only for accounts that were invited."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from requests import RequestException

from portal.accounts import sign_in_log
from portal.accounts.enums import SignInMethod, SignInOutcome
from portal.accounts.models import User
from portal.accounts.provider import LOGOUT_SESSION_KEY

ERROR_TEMPLATE = "accounts/proconnect_refused.html"


class ProConnectAdapter(DefaultSocialAccountAdapter):
    """Matches accounts by e-mail; creates none, and stores nothing of ProConnect."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account invited with the e-mail of the claims, or answer 403."""
        user = user_from_claims(sociallogin.claims)
        if user is None or sociallogin.state.get("process") != AuthProcess.LOGIN:
            method, outcome = SignInMethod.PROCONNECT, SignInOutcome.NOT_INVITED
            sign_in_log.record_sign_in(request, outcome=outcome, user=None, method=method)
            raise ImmediateHttpResponse(
                render(request, ERROR_TEMPLATE, {"reason": "unknown"}, status=403)
            )
        sociallogin.user = user
        request.session[LOGOUT_SESSION_KEY] = sociallogin.logout

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **kwargs: Any
    ) -> None:
        """Redirect to the sign-in page if the person cancelled, else explain what to do."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        is_away = isinstance(kwargs.get("exception"), RequestException)
        raise ImmediateHttpResponse(failure_response(request, is_away=is_away))

    def generate_state_param(self, state: dict[str, Any]) -> str:
        return get_random_string(43)


def is_configured() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


def user_from_claims(claims: dict[str, Any]) -> User | None:
    """Return the account with the e-mail of these claims, unless it is marked unverified."""
    email = claims.get("email")
    if not email or claims.get("email_verified") is False:
        return None
    return sign_in_log.user_with_email(str(email))


def failure_response(request: HttpRequest, *, is_away: bool) -> HttpResponse:
    reason, status = ("away", 503) if is_away else ("failed", 400)
    return render(request, ERROR_TEMPLATE, {"reason": reason}, status=status)


def logout_url(request: HttpRequest) -> str:
    """Return the address that ends the session at ProConnect, "" if none was opened there."""
    logout = request.session.get(LOGOUT_SESSION_KEY) or {}
    if not logout.get("at"):
        return ""
    parameters = {
        "id_token_hint": logout["id_token"],
        "state": get_random_string(43),
        "post_logout_redirect_uri": f"{settings.SITE_URL}/",
    }
    return f"{logout['at']}?{urlencode(parameters)}"
