"""Bases of the API's views: a parameter that an address does not know is refused by name."""

from collections.abc import Collection
from typing import Any

from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.routers import APIRootView
from rest_framework.views import APIView

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
    """A list and its details, strict about their parameters."""


class RootView(StrictParametersMixin, APIRootView):
    """The addresses of the API."""


class SchemaView(StrictParametersMixin, SpectacularJSONAPIView):
    """The OpenAPI description."""

    other_parameters = ("lang",)
