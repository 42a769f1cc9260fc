"""Signing in and out, passwords and codes (django-allauth's views), then one's account, sessions
and invitation.

As everywhere in the portal, a form with errors is answered with a 4xx.
"""

from typing import Any

from allauth.account import views as account_views
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from portal.accounts import invitations, proconnect
from portal.accounts.current_user import current_user
from portal.accounts.forms import InvitationForm
from portal.accounts.models import Session
from portal.accounts.provider import ProConnectOAuth2Adapter

RETRY_AFTER_SECONDS = 300  # how long django-allauth's own limits last: see ACCOUNT_RATE_LIMITS
RATE_LIMIT_CODES = {"too_many_login_attempts", "rate_limited"}
INVITATION_SESSION_KEY = "invitation"  # the token of an invitation link


class ErrorStatusMixin:
    """Answers a form with errors with a 400, one sent too often with a 429 and Retry-After."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 400
        if any(form.has_error(name, code) for name in form.errors for code in RATE_LIMIT_CODES):
            response.status_code = 429
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


class ReauthenticateMixin:
    """After a reauthentication, shows the posted form again instead of replaying it.

    django-allauth would replay it from the session, and so store the address and code there.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except ReauthenticationRequired:
            if request.method != "POST":
                raise
            return redirect(request.path)
        return response


class SignInView(ErrorStatusMixin, account_views.LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "has_proconnect": proconnect.is_configured()}


class SignOutView(account_views.LogoutView):
    """Signs out, and of ProConnect too after a sign-in by it.

    ProConnect is reached by a page that refreshes: the content security policy lets no form lead
    to another site.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        logout_url = proconnect.logout_url(self.request)
        response: HttpResponse = super().post(*args, **kwargs)
        if logout_url:
            context = {"logout_url": logout_url}
            response = render(self.request, "accounts/proconnect_logout.html", context)
            response["Refresh"] = f"0; url={logout_url}"
        return response


class ConfirmPasswordView(ErrorStatusMixin, account_views.ReauthenticateView):
    pass


class ForgottenPasswordView(ErrorStatusMixin, account_views.PasswordResetView):
    pass


class NewPasswordView(ErrorStatusMixin, account_views.PasswordResetFromKeyView):
    pass


class ChangePasswordView(ErrorStatusMixin, account_views.PasswordChangeView):
    pass


class EnterCodeView(ErrorStatusMixin, mfa_views.AuthenticateView):
    pass


class ConfirmCodeView(ErrorStatusMixin, mfa_views.ReauthenticateView):
    pass


class SetUpCodeView(ReauthenticateMixin, ErrorStatusMixin, totp_views.ActivateTOTPView):
    pass


class RemoveCodeView(ReauthenticateMixin, ErrorStatusMixin, totp_views.DeactivateTOTPView):
    pass


class NewRecoveryCodesView(
    ReauthenticateMixin, ErrorStatusMixin, recovery_views.GenerateRecoveryCodesView
):
    pass


@require_safe
@never_cache
def proconnect_login(request: HttpRequest) -> HttpResponse:
    """Redirect to ProConnect, from a link: the security policy lets no form lead there."""
    return _proconnect_response(request, OAuth2LoginView)


@require_safe
@never_cache
def proconnect_callback(request: HttpRequest) -> HttpResponse:
    """Sign in the person whom ProConnect sends back."""
    return _proconnect_response(request, OAuth2CallbackView)


def _proconnect_response(request: HttpRequest, view: Any) -> HttpResponse:
    if not proconnect.is_configured():
        raise Http404
    try:
        response: HttpResponse = view.adapter_view(ProConnectOAuth2Adapter(request))(request)
    except RequestException:
        return proconnect.failure_response(request, is_away=True)
    return response


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(
        request, "accounts/account.html", {"role_labels": current_user(request).role_labels}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the user's active sessions; a POST ends the one named `session`, or all the others."""
    current_key = request.session.session_key
    active = list(Session.objects.active().filter(user=current_user(request)))
    if request.method == "POST":
        name = request.POST.get("session")
        ended = [row for row in active if row.pk != current_key and name in (row.name, "others")]
        Session.objects.filter(pk__in=[row.pk for row in ended]).delete()
        messages.success(request, _closed_message(len(ended)))
        return redirect("sessions")
    return render(
        request, "accounts/sessions.html", {"sessions": active, "current_key": current_key}
    )


@require_safe
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Move the token of the link from the address to the session, and redirect to the form."""
    if invitations.invited_user(token) is None:
        return render(request, "accounts/invitation_over.html", status=410)
    request.session[INVITATION_SESSION_KEY] = token
    return redirect("invitation-accept")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Show the form where an invited person chooses a password; the link serves once."""
    user = invitations.invited_user(request.session.get(INVITATION_SESSION_KEY, ""))
    if user is None:
        return render(request, "accounts/invitation_over.html", status=410)
    form = InvitationForm(request.POST or None, user=user, initial={"name": user.name})
    if form.is_valid():
        data = form.cleaned_data
        if invitations.accept(user=user, password=data["password1"], name=data["name"]):
            logout(request)
            return redirect("invitation-accepted")
        return render(request, "accounts/invitation_over.html", status=410)
    status = 400 if form.is_bound else 200
    context = {"form": form, "invited": user}
    return render(request, "accounts/invitation.html", context, status=status)


@require_safe
def invitation_accepted(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_accepted.html")


def _closed_message(count: int) -> str:
    if count == 0:
        return _("Aucune session n'était à fermer.")
    return ngettext("%d session est fermée.", "%d sessions sont fermées.", count) % count
