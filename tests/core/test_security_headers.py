"""Content security policy: the same strict policy on every page, with a nonce where requested."""

import pytest
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse

from portal.core.http.security_headers import ContentSecurityPolicyMiddleware

HEADER = "Content-Security-Policy"


def answered(view) -> HttpResponse:
    return ContentSecurityPolicyMiddleware(view)(HttpRequest())


def test_a_page_takes_the_policy_of_the_settings():
    policy = answered(lambda request: HttpResponse())[HEADER]
    assert policy == build_policy()
    assert "default-src 'none'" in policy
    assert "nonce-" not in policy


def test_a_page_that_asks_for_a_nonce_has_its_own():
    def view(request):
        return HttpResponse(str(request.csp_nonce))

    first, second = answered(view), answered(view)
    for page in (first, second):
        assert f"'nonce-{page.content.decode()}'" in page[HEADER]
    assert first.content != second.content


def test_a_page_may_have_a_policy_of_its_own():
    def view(request):
        response = HttpResponse()
        response._csp_update = {"img-src": "https://carte.example"}
        return response

    assert "https://carte.example" in answered(view)[HEADER]
    assert "https://carte.example" not in answered(lambda request: HttpResponse())[HEADER]


@pytest.mark.parametrize("own", ["default-src 'self'"])
def test_a_header_set_before_stays(own):
    assert answered(lambda request: HttpResponse(headers={HEADER: own}))[HEADER] == own
