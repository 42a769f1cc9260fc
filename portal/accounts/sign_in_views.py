"""Signing in and out, one's password and one's codes: django-allauth's views, answering a refused
form with a 4xx as the portal does everywhere.
"""

from typing import Any

from allauth.account import views as account
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.accounts import proconnect

RETRY_AFTER_SECONDS = (
    300  # seconds that django-allauth's own limits last here: see ACCOUNT_RATE_LIMITS
)
RATE_LIMIT_CODES = {"too_many_login_attempts", "rate_limited"}


class ErrorStatusMixin:
    """A refused form is a 400, one sent too often a 429 that says when to come back."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 400
        if any(form.has_error(name, code) for name in form.errors for code in RATE_LIMIT_CODES):
            response.status_code = 429
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


class ReauthenticateMixin:
    """Where who one is must be confirmed first, a form that was sent is asked for again: kept until
    then, as django-allauth would, it would put the reader's address and code in the session.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except ReauthenticationRequired:
            if request.method != "POST":
                raise
            return redirect(request.path)
        return response


class SignInView(ErrorStatusMixin, account.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "has_proconnect": proconnect.is_configured()}


class SignOutView(account.LogoutView):
    """Whoever came in by ProConnect is led to leave it too, from a page: our policy lets no form
    lead to another site.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        leaving = proconnect.logout_url(self.request)
        response: HttpResponse = super().post(*args, **kwargs)
        if leaving:
            response = render(self.request, "accounts/proconnect_leaving.html", {"at": leaving})
            response["Refresh"] = f"0; url={leaving}"
        return response


class ConfirmPasswordView(ErrorStatusMixin, account.ReauthenticateView):
    pass


class ForgottenPasswordView(ErrorStatusMixin, account.PasswordResetView):
    pass


class NewPasswordView(ErrorStatusMixin, account.PasswordResetFromKeyView):
    pass


class ChangePasswordView(ErrorStatusMixin, account.PasswordChangeView):
    pass


class GiveCodeView(ErrorStatusMixin, codes.AuthenticateView):
    pass


class ConfirmCodeView(ErrorStatusMixin, codes.ReauthenticateView):
    pass


class SetUpCodeView(ReauthenticateMixin, ErrorStatusMixin, totp.ActivateTOTPView):
    pass


class RemoveCodeView(ReauthenticateMixin, ErrorStatusMixin, totp.DeactivateTOTPView):
    pass


class NewRecoveryCodesView(
    ReauthenticateMixin, ErrorStatusMixin, recovery.GenerateRecoveryCodesView
):
    pass
