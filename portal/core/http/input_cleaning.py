"""Every text that enters by a page or is saved in a row, cleaned in one place.

Pages, the administration and sign-in pages read what `cleaned` leaves; the API reads its bodies
with `portal.core.http.parsers`, files are read by `portal.core.tables`. `clean_row` cleans each row
before it is saved, wherever its text comes from.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict

from portal.core.text.cleaning import clean_line, clean_text, clean_values, refusal

FORM_CONTENT_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def input_cleaning_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """The middleware: `request.GET` and `request.POST` hold clean texts."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.GET = _clean_query(request.GET)  # type: ignore[assignment]
        # The API takes JSON alone, and says so of a form by itself.
        if request.content_type in FORM_CONTENT_TYPES and not request.path.startswith("/api/"):
            request.POST = _clean_form(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _clean_query(query: QueryDict) -> QueryDict:
    """A parameter of which nothing would stay is left as it is, for its reader to refuse: it would
    else pass for one that was not given.
    """

    def clean(_name: str, text: str) -> str:
        cleaned = clean_text(text)
        return cleaned if cleaned.strip() else text

    return _clean_each(query, clean)


def _clean_form(form: QueryDict) -> QueryDict:
    """A password is a secret, not a text: it stays as it was typed, to the byte."""
    return _clean_each(form, lambda name, text: text if _is_password(name) else clean_text(text))


def _clean_each(query: QueryDict, clean: Callable[[str, str], str]) -> QueryDict:
    """The same parameters, each text as `clean` gives it of its name and itself."""
    texts = {name: [clean(name, value) for value in values] for name, values in query.lists()}
    if texts == dict(query.lists()):
        return query
    cleaned = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in texts.items():
        cleaned.setlist(name, values)
    cleaned._mutable = False
    return cleaned


def _is_password(name: str) -> bool:
    return "password" in name.lower()


def clean_row(instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    """Before a row is saved: its short texts on one line, its long ones and JSON values clean.

    Raises ValidationError for a character that can be kept nowhere. What a backup puts back (`raw`)
    stays as it was.
    """
    if raw:
        return
    attributes = instance.__dict__
    for name, clean in _text_fields(type(instance)):
        value = attributes.get(name)
        if not value:
            continue
        if message := refusal(value):
            raise ValidationError({name: message})
        if (cleaned := clean(value)) != value:
            setattr(instance, name, cleaned)


@cache
def _text_fields(model: type[models.Model]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The fields of a model that hold texts, and how each is cleaned."""
    text_fields: list[tuple[str, Callable[[Any], Any]]] = []
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField):
            text_fields.append((field.attname, _clean_if_text))
        elif isinstance(field, models.TextField | models.JSONField):
            text_fields.append((field.attname, clean_values))
    return text_fields


def _clean_if_text(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value
