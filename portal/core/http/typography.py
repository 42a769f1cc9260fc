"""French typography of every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.core.text.typography import typeset_html


def typography_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Typeset HTML responses.

    It stands inside what reads the final bytes: the response cache, which thus stores pages already
    typeset, compression and ETags.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _is_page(response):
            response.content = typeset_html(response.content.decode(response.charset))
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response

    return answer


def _is_page(response: HttpResponse) -> bool:
    return (
        response.headers.get("Content-Type", "").startswith("text/html")
        and not response.streaming
        and not response.has_header("Content-Encoding")
    )
