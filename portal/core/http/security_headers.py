"""The Content-Security-Policy of the settings, built once."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_PER_RESPONSE_POLICY = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


@cache
def _default_policy() -> str:
    return build_policy()


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware with a prebuilt header for pages without a nonce or a policy of their
    own.

    Building the header costs as much as finding a suggestion of the search field.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_of_its_own = any(name in vars(response) for name in _PER_RESPONSE_POLICY)
        if settings.DEBUG or hasattr(request, "_csp_nonce") or is_of_its_own:
            return super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = _default_policy()
        return response
