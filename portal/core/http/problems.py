"""Error responses: problem+json (RFC 9457) in the API, French pages elsewhere."""

import sys
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"
RETRY_SOON_SECONDS = 10  # the database may be back
RETRY_LATER_SECONDS = 600  # read-only mode may be over
DATABASE_UNAVAILABLE = (OperationalError, InterfaceError)  # lost, refused, full, locked

SECRET_FIELD_NAMES = (
    "password",
    "code",
    "token",
    "login",
)  # in the name of a field: not shown again


class ReadOnlyError(Exception):
    """A write was attempted in read-only mode."""


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """Return a problem's body; `errors` maps each invalid parameter or field to its messages."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler; returns None for an unknown error, which becomes a
    500.
    """
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = problem(response.status_code, *_describe(error))
    response.content_type = CONTENT_TYPE
    return response


def _describe(error: Exception) -> tuple[str, dict[str, list[str]] | None]:
    if isinstance(error, ValidationError):
        errors = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        named = {
            name: [str(message) for message in _flatten(value)] for name, value in errors.items()
        }
        return " ".join(f"{name} : {' '.join(messages)}" for name, messages in named.items()), named
    if isinstance(error, Http404):
        return _("Cette adresse ne correspond à rien de connu."), None
    if isinstance(error, APIException):
        return str(error.detail), None
    return str(error), None


def _flatten(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [message for inner in value.values() for message in _flatten(inner)]
    if isinstance(value, list):
        return [message for inner in value for message in _flatten(inner)]
    return [value]


def _error_response(request: HttpRequest, status: int, detail: str, **more: Any) -> HttpResponse:
    """Return JSON to the API and to pages that save themselves, a French page to people."""
    if request.path.startswith("/api/") or request.headers.get("Accept") == "application/json":
        return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)
    return render(request, f"{status}.html", {"detail": detail, **more}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle 400. Only our own BadRequest is quoted: Django's messages are for developers."""
    message = str(exception) if type(exception) is BadRequest else ""
    if isinstance(exception, TooManyFieldsSent | RequestDataTooBig):
        message = _(
            "Ce formulaire est trop long : rien n'en a été lu ni enregistré. Revenez en arrière :"
            " ce que vous avez écrit y est encore. Envoyez-le en plusieurs fois."
        )
    return _error_response(request, 400, message or _("L'adresse demandée contient une erreur."))


def permission_denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return _error_response(request, 403, _("Vous n'avez pas accès à cette page."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error_response(
        request, 403, _("Ce formulaire a expiré : revenez en arrière, puis réessayez.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error_response(request, 404, _("Cette page n'existe pas ou n'existe plus."))


def not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """Return a 405 with the allowed methods."""
    response = _error_response(request, 405, _("Cette adresse ne se demande pas de cette façon."))
    response["Allow"] = ", ".join(allowed)
    return response


def too_many_requests(request: HttpRequest, wait: int = 300) -> HttpResponse:
    """Return a 429 that says to come back in `wait` seconds, and at what time that is."""
    again = timezone.now() + timedelta(seconds=wait)
    response = _error_response(request, 429, _("Trop d'essais en peu de temps."), again=again)
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle 500; 503 where the cause is read-only mode or the database."""
    error = sys.exc_info()[1]
    if isinstance(error, ReadOnlyError):
        return read_only(request)
    if isinstance(error, DATABASE_UNAVAILABLE):
        return unavailable(request)
    detail = _("Le portail a rencontré une erreur. Réessayez dans un instant.")
    return _standalone_response(request, 500, detail)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return a 503: the database is away or its disk full, and nothing was written.

    Submitted fields are shown again, to be sent again.
    """
    typed = _submitted_fields(request)
    detail = _("Le portail ne peut pas répondre pour le moment. Réessayez dans quelques minutes.")
    if typed:
        detail = _("Rien n'a été enregistré : le portail ne peut rien écrire pour le moment.")
    return _standalone_response(request, 503, detail, again=RETRY_SOON_SECONDS, typed=typed)


def _submitted_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of the submitted form; none without a form, or where one is a secret."""
    if request.method != "POST" or request.path.startswith("/api/"):
        return []
    try:
        fields = [(name, text) for name, texts in request.POST.lists() for text in texts]
    except Exception:  # reading the form may be what failed
        return []
    names = [name for name, _text in fields if name != "csrfmiddlewaretoken"]
    return [] if any(secret in name for secret in SECRET_FIELD_NAMES for name in names) else fields


def read_only(request: HttpRequest) -> HttpResponse:
    """Return a 503 for a write in read-only mode."""
    detail = _(
        "Le portail est en maintenance : il se lit, mais rien ne peut y être écrit. "
        "Rien n'a été enregistré. Revenez en arrière et réessayez plus tard."
    )
    return _standalone_response(
        request, 503, detail, again=RETRY_LATER_SECONDS, typed=_submitted_fields(request)
    )


def _standalone_response(
    request: HttpRequest, status: int, detail: str, again: int = 0, **more: Any
) -> HttpResponse:
    """Return an error rendered without database or context processors, which may be what failed.

    `again` is in how many seconds to retry, 0 if unknown.
    """
    if request.path.startswith(("/api/", "/sante/")):
        body = problem(status, detail)
        response: HttpResponse = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    else:
        context = {"detail": detail, "request_id": getattr(request, "id", ""), **more}
        response = render(None, f"{status}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    if again:
        response["Retry-After"] = str(again)
    return response
