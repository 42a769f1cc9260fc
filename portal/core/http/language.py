"""The language of every request, and the grammar of the language that the code is written in."""

from collections.abc import Callable
from gettext import NullTranslations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import trans_real

SOURCE_LANGUAGE = "fr"  # the messages of the code are French: they need no catalogue
CHOSEN_BY = ("Accept-Language", "Cookie")  # what a request's language depends on


def language_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Activate the language of each request: the only one of LANGUAGES, or the one asked for.

    With several languages, that is Django's choice: the language cookie, then `Accept-Language`,
    then LANGUAGE_CODE. The response then names its language and what it depends on.

    It is activated even where there is one: otherwise Django looks up the thread's language, then
    the default, at each translated string, which is twice as slow.
    """

    def answer_in_only_language(request: HttpRequest) -> HttpResponse:
        translation.activate(settings.LANGUAGE_CODE)
        return get_response(request)

    def answer_in_chosen_language(request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, CHOSEN_BY)
        return response

    return answer_in_chosen_language if len(settings.LANGUAGES) > 1 else answer_in_only_language


class SourceMessages(NullTranslations):
    """Messages as written in the code, with the plural of French: 0 and 1 are singular.

    Without it, Django shows a message that no catalogue has with the plural of English.
    """

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


class Translation(trans_real.DjangoTranslation):
    """Django's messages of a language; those of French end with the messages of the code."""

    def _add_fallback(self, localedirs: list[str] | None = None) -> None:
        if self.language() == SOURCE_LANGUAGE and self.domain == "django":
            self.add_fallback(SourceMessages())
        else:
            super()._add_fallback(localedirs)  # type: ignore[misc]  # unknown to the stubs


def install_source_messages() -> None:
    """Make the messages of the code the last resort of French, hence of every other language.

    It is a matter of the class: Django drops its translations and makes them again when a
    catalogue changes under `runserver`, or when apps or languages change in a test.
    """
    vars(trans_real).update(
        DjangoTranslation=Translation,
        _translations={},  # those made by an app that was ready before
        _default=None,
    )
