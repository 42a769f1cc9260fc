"""A mock ProConnect provider, whose claims are signed as ProConnect signs them."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import flask
import jwt
import requests
from werkzeug.serving import make_server

with warnings.catch_warnings():  # its libraries are deprecated there
    warnings.simplefilter("ignore")
    from oidc_provider_mock import app as provider

CLIENT = "portail"
USERINFO = "oidc-provider-mock.userinfo"
Change = Callable[[dict[str, Any]], dict[str, Any]]


class ProConnect:
    """A running provider. `change` alters the claims before they are signed, `key` replaces the
    provider's own key, `signed` is whether they are signed.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.reset()

    def reset(self) -> None:
        self.change: Change = lambda claims: claims
        self.key: Any = None
        self.signed = True

    def knows(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.address}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def accept(self, authorization_url: str, sub: str) -> str:
        """Accept at the authorization address; return the address of the redirect."""
        answer = requests.post(
            authorization_url, data={"sub": sub}, allow_redirects=False, timeout=5
        )
        return answer.headers["Location"]

    def refuse(self, authorization_url: str) -> str:
        answer = requests.post(
            authorization_url, data={"action": "deny"}, allow_redirects=False, timeout=5
        )
        return answer.headers["Location"]

    @property
    def settings(self) -> dict[str, Any]:
        app = {"provider_id": "proconnect", "name": "ProConnect", "client_id": CLIENT}
        app |= {"secret": "secret", "settings": {"server_url": self.address}}
        return {"proconnect": {"APPS": [app]}}

    def sign(self, claims: dict[str, Any]) -> flask.Response:
        provider_key = flask.g.oidc_provider_mock_storage.jwk
        all_claims = {"iss": flask.request.host_url.rstrip("/"), "aud": CLIENT, **claims}
        key = self.key or provider_key.get_private_key()
        kid = provider_key.as_dict()["kid"]
        text = jwt.encode(self.change(all_claims), key, algorithm="RS256", headers={"kid": kid})
        return flask.Response(text, content_type="application/jwt")


@contextmanager
def running() -> Iterator[ProConnect]:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    app = provider()
    plain = app.view_functions[USERINFO]

    def signed() -> flask.Response:
        answer = plain()
        return proconnect.sign(answer.get_json()) if proconnect.signed else answer

    app.view_functions[USERINFO] = signed

    def quietly(environ: Any, start_response: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(app(environ, start_response))

    server = make_server("127.0.0.1", 0, quietly)
    proconnect = ProConnect(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proconnect
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
        del os.environ["AUTHLIB_INSECURE_TRANSPORT"]
