"""Errors said clearly: problem+json (RFC 9457) in the API, a French page elsewhere."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The body of a problem; `errors` maps each faulty parameter or field to its messages."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body


def api_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler; None lets an unknown error become a 500."""
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = problem(response.status_code, *_said(error))
    response.content_type = CONTENT_TYPE
    return response


def _said(error: Exception) -> tuple[str, dict[str, list[str]] | None]:
    if isinstance(error, ValidationError):
        errors = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        named = {name: [str(message) for message in _flat(value)] for name, value in errors.items()}
        return " ".join(f"{name} : {' '.join(said)}" for name, said in named.items()), named
    if isinstance(error, Http404):
        return _("Cette adresse ne correspond à rien de connu."), None
    if isinstance(error, APIException):
        return str(error.detail), None
    return str(error), None


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [message for inner in value.values() for message in _flat(inner)]
    if isinstance(value, list):
        return [message for inner in value for message in _flat(inner)]
    return [value]


def _answer(request: HttpRequest, status: int, detail: str, **more: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)
    return render(request, f"{status}.html", {"detail": detail, **more}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Only a BadRequest of ours is quoted: Django's own messages are for developers."""
    said = str(exception) if type(exception) is BadRequest else ""
    return _answer(request, 400, said or _("L'adresse demandée contient une erreur."))


def permission_denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return _answer(request, 403, _("Vous n'avez pas accès à cette page."))


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, _("Ce formulaire a expiré : revenez en arrière, puis réessayez."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, _("Cette page n'existe pas ou n'existe plus."))


def too_many(request: HttpRequest, wait: int = 300) -> HttpResponse:
    """Tells whoever tried too often to come back in `wait` seconds, and at what time that is."""
    again = timezone.now() + timedelta(seconds=wait)
    response = _answer(request, 429, _("Trop d'essais en peu de temps."), again=again)
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Says it without the database or the context processors, which may be what broke."""
    detail = _("Le portail a rencontré une erreur. Réessayez dans un instant.")
    if request.path.startswith("/api/"):
        return JsonResponse(problem(500, detail), status=500, content_type=CONTENT_TYPE)
    return render(None, "500.html", {"detail": detail}, status=500)
