"""The language of every request: LANGUAGE_CODE."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def language_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Activate the language once per request.

    Otherwise Django looks up the thread's language, then the default, at each translated string:
    twice as slow.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        translation.activate(settings.LANGUAGE_CODE)
        return get_response(request)

    return answer
