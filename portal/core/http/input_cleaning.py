"""Cleaning of every submitted and saved text.

The middleware cleans the query and form data of pages, the admin and sign-in. The API's bodies are
cleaned by `portal.core.http.parsers`, files by `portal.core.tables`, and every row by `clean_row`
before it is saved.
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
    """Clean `request.GET` and `request.POST`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.GET = _clean_query(request.GET)  # type: ignore[assignment]
        # The API rejects forms itself: it only accepts JSON.
        if request.content_type in FORM_CONTENT_TYPES and not request.path.startswith("/api/"):
            request.POST = _clean_form(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _clean_query(query: QueryDict) -> QueryDict:
    """Clean each parameter but one that would become blank.

    The view has to reject that one, which would otherwise look absent.
    """

    def clean(_name: str, text: str) -> str:
        cleaned = clean_text(text)
        return cleaned if cleaned.strip() else text

    return _clean_each(query, clean)


def _clean_form(form: QueryDict) -> QueryDict:
    """Clean each field but passwords, which stay as typed, to the byte."""
    return _clean_each(form, lambda name, text: text if _is_password(name) else clean_text(text))


def _clean_each(query: QueryDict, clean: Callable[[str, str], str]) -> QueryDict:
    """Return the same parameters, each value replaced by `clean(name, value)`."""
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
    """Clean the texts of a row before it is saved: a pre_save receiver.

    CharFields become one line; TextFields and JSON values keep their lines. Raises ValidationError
    for a character that cannot be stored. Rows of a restored backup (`raw`) stay unchanged.
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
    """Return the text fields of a model, each with its cleaning function."""
    text_fields: list[tuple[str, Callable[[Any], Any]]] = []
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField):
            text_fields.append((field.attname, _clean_if_text))
        elif isinstance(field, models.TextField | models.JSONField):
            text_fields.append((field.attname, clean_values))
    return text_fields


def _clean_if_text(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value
