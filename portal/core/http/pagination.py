from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


def _is_positive_integer(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) >= 1


class StandardPagination(PageNumberPagination):
    """`page` and `page_size` (1 to 100); an invalid one is a 400 that names it."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not _is_positive_integer(text) or int(text) > self.max_page_size:
            raise ValidationError({"page_size": [_("Un nombre de 1 à 100 est attendu.")]})
        return int(text)

    def get_page_number(self, request: Request, paginator: Paginator) -> int:
        text = request.query_params.get("page", "1")
        if not _is_positive_integer(text):
            raise ValidationError({"page": [_("Un numéro de page est attendu.")]})
        return int(text)
