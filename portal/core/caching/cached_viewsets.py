"""Read-only API views whose whole answers are cached."""

from collections.abc import Collection
from contextlib import suppress
from functools import update_wrapper
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from rest_framework import viewsets
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from portal.core.caching.data_versions import Versions
from portal.core.caching.response_cache import cached_response
from portal.core.http.parameters import reject_unknown_parameters
from portal.core.http.viewsets import ReadOnlyViewSet


class CachedViewSet(viewsets.ViewSet):
    """Public viewset of one GET, whose answer `respond` builds from the query string.

    A successful GET does not go through REST framework's negotiation and rendering: 21 % of the
    processor time of `suggest/`, 5 % of that of `lookup/`. REST framework handles all the rest:
    errors, other methods, the OpenAPI description.
    """

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []  # another method is a 405, for everybody
    parameters: Collection[str] = ()

    def respond_strictly(self, parameters: QueryDict, versions: Versions) -> HttpResponse:
        """Return the answer; raises ValidationError for a parameter that is not in `parameters`."""
        reject_unknown_parameters(parameters, self.parameters)
        return self.respond(parameters, versions)

    def respond(self, parameters: QueryDict, versions: Versions) -> HttpResponse:
        """Return the answer; raises APIException or Http404 for a refused question."""
        raise NotImplementedError

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        view = super().as_view(actions, **options)

        @cached_response
        def cached_view(request: HttpRequest, versions: Versions, **kwargs: Any) -> HttpResponse:
            if request.method == "GET":
                with suppress(APIException, Http404):
                    return cls().respond_strictly(request.GET, versions)
            return view(request, versions=versions, **kwargs)

        return update_wrapper(cached_view, view)

    def list(self, request: Request, versions: Versions) -> HttpResponse:
        return self.respond_strictly(request.query_params, versions)


class CachedReadOnlyViewSet(ReadOnlyViewSet):
    """A list and its details that say nothing of the hour: their answers are cached for the day."""

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        view = super().as_view(actions, **options)

        @cached_response
        def cached_view(request: HttpRequest, versions: Versions, **kwargs: Any) -> HttpResponse:
            return view(request, **kwargs)

        return update_wrapper(cached_view, view)


def json_response(content: Any) -> JsonResponse:
    """Return the JSON that REST framework's renderer would write: UTF-8, no spaces."""
    return JsonResponse(
        content, safe=False, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")}
    )
