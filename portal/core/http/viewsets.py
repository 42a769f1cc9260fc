"""Bases of the API's views: a parameter that an address does not know is refused by name."""

from collections.abc import Collection
from typing import Any

from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.views import APIView

from portal.core.http.compiled_serializers import CompiledSerializer
from portal.core.http.parameters import reject_unknown_parameters

LIST_PARAMETERS = ("page", "page_size")


class StrictParametersMixin(APIView):
    """Refuse query parameters that the address does not know: a misspelt one would change nothing
    in silence.

    `other_parameters` are those of every action, beside the filters and pages of lists;
    `detail_parameters` those of the others.
    """

    other_parameters: Collection[str] = ()
    detail_parameters: Collection[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        reject_unknown_parameters(request.query_params, self.known_parameters())

    def known_parameters(self) -> Collection[str]:
        if getattr(self, "action", None) != "list":
            return {*self.other_parameters, *self.detail_parameters}
        filterset = getattr(self, "filterset_class", None)
        filters = filterset.base_filters if filterset else ()
        return {*LIST_PARAMETERS, *self.other_parameters, *filters}


class ReadOnlyViewSet(StrictParametersMixin, viewsets.ReadOnlyModelViewSet):
    """A list and its details, strict about their parameters. Its serializer is compiled."""

    _represent: CompiledSerializer

    @classmethod
    def as_view(cls, actions: Any = None, **options: Any) -> Any:
        assert cls.serializer_class
        cls._represent = CompiledSerializer(cls.serializer_class)
        return super().as_view(actions, **options)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        context = self.get_serializer_context()
        return self.get_paginated_response([self._represent(row, **context) for row in page or []])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        return Response(self._represent(row, **self.get_serializer_context()))


class RootView(StrictParametersMixin, APIRootView):
    """The addresses of the API."""


class SchemaView(StrictParametersMixin, SpectacularJSONAPIView):
    """The OpenAPI description."""

    other_parameters = ("lang",)
