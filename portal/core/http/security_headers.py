"""What a browser may load: the policy of the settings, composed once for all the pages alike."""

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
    """The library's own, whose header costs as much to compose as a completion to find: a page
    without a nonce and without a policy of its own takes the one composed before.
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
