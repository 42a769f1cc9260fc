"""ProConnect, the sign-in of public servants: OpenID Connect with signed claims.

django-allauth finds `provider_classes` by the name of this module.
"""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

PROVIDER_ID = "proconnect"
NONCE_SESSION_KEY = "proconnect_nonce"  # nonce that the ID token must repeat
LOGOUT_SESSION_KEY = "proconnect_leaving"  # how to end the session at ProConnect
ALGORITHMS = ["RS256", "ES256"]


class ProConnectOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Checks the ID token and the claims of ProConnect."""

    def __init__(self, request: HttpRequest, provider_id: str = PROVIDER_ID) -> None:
        super().__init__(request, provider_id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return the callback at SITE_URL, as declared to ProConnect."""
        return settings.SITE_URL + reverse("proconnect_callback")

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who signed in.

        Raises OAuth2Error if the nonce or the subject is not that of this request.
        """
        encoded = kwargs["response"].get("id_token")
        if not encoded:
            raise OAuth2Error("No id_token")
        id_token = self._decode_id_token(app, encoded)
        nonce = request.session.pop(NONCE_SESSION_KEY, "")
        if not nonce or not secrets.compare_digest(str(id_token.get("nonce", "")), nonce):
            raise OAuth2Error("Another nonce")
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != id_token["sub"]:
            raise OAuth2Error("Another subject")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, userinfo)
        login.claims = userinfo
        login.logout = {"id_token": encoded, "at": self.openid_config.get("end_session_endpoint")}
        return login

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """Return the claims about the person, whose signature, issuer and audience are checked.

        Raises OAuth2Error if they are not signed, or badly.
        """
        headers = {"Authorization": f"Bearer {access_token}"}
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers=headers)
            response.raise_for_status()
        if response.headers.get("Content-Type", "").partition(";")[0] != "application/jwt":
            raise OAuth2Error("The claims are not signed")
        try:
            _alg, key = jwtkit.fetch_key(
                response.text, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk
            )
            claims: dict[str, Any] = jwt.decode(
                response.text,
                key=key,
                algorithms=ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
                options={"require": ["iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise OAuth2Error("The claims are badly signed") from error
        return claims


class ProConnect(OpenIDConnectProvider):
    id = PROVIDER_ID
    name = "ProConnect"
    oauth2_adapter_class = ProConnectOAuth2Adapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        """Ask for the subject and the e-mail only."""
        return ["openid", "email"]

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_default_scope()

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """Ignore the query string; send our nonce and the lowest level of ProConnect."""
        nonce = secrets.token_urlsafe(32)
        request.session[NONCE_SESSION_KEY] = nonce
        return {"nonce": nonce, "acr_values": "eidas1"}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return nothing: the claims of ProConnect are not stored."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


provider_classes = [ProConnect]
