"""What a browser may load: the policy of the settings, composed once for all the pages alike."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_OF_ITS_OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


@cache
def _of_all() -> str:
    return build_policy()


class PolicyMiddleware(CSPMiddleware):
    """The library's own, whose header costs as much to compose as a completion to find: a page
    without a nonce and without a policy of its own takes the one composed before.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_of_its_own = any(name in vars(response) for name in _OF_ITS_OWN)
        if settings.DEBUG or hasattr(request, "_csp_nonce") or is_of_its_own:
            return super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = _of_all()
        return response
