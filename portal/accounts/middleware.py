"""Middleware of signed-in requests; a request without a session cookie costs nothing."""

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from portal.accounts.current_user import current_user
from portal.core.http.problems import CONTENT_TYPE, problem
from portal.core.http.read_only import SAFE_METHODS

RENEWED_SESSION_KEY = "renewed"  # time of the last renewal of a session
RENEWAL_SECONDS = 600  # a session is renewed at most this often
ALLOWED_WITHOUT_CODE = {
    "mfa_activate_totp",
    "account_reauthenticate",
    "account_logout",
}


def signed_in_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Renew the session, forbid caching, and require a one-time code of those who need one.

    Managers and administrators without a code can only set it up.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.user.is_anonymous:
            return get_response(request)
        request.session.is_reading = request.method in SAFE_METHODS  # type: ignore[attr-defined]
        _renew_session(request)
        response = _require_code(request) or get_response(request)
        add_never_cache_headers(response)
        return response

    return middleware


def _renew_session(request: HttpRequest) -> None:
    """Postpone the end of the session, SESSION_COOKIE_AGE after its last use."""
    now = int(time.time())
    if now - request.session.get(RENEWED_SESSION_KEY, 0) > RENEWAL_SECONDS:
        request.session[RENEWED_SESSION_KEY] = now


def _require_code(request: HttpRequest) -> HttpResponse | None:
    """Return a 403 or a redirect to the setting up of a code; None if the request may proceed."""
    user = current_user(request)
    if not user.needs_code or is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return None
    try:
        if resolve(request.path_info).url_name in ALLOWED_WITHOUT_CODE:
            return None
    except Resolver404:
        pass
    if request.path.startswith("/api/"):
        body = problem(403, _("Votre rôle demande un code : installez-le d'abord."))
        return JsonResponse(body, status=403, content_type=CONTENT_TYPE)
    return redirect("mfa_activate_totp")
