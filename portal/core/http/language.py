"""The language of the portal: one, said once for each request rather than sought for each word."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def language_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Without it, Django looks for the language of the thread, then for the default, at each word
    that a page translates: twice as long.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        translation.activate(settings.LANGUAGE_CODE)
        return get_response(request)

    return answer
