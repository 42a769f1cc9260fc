"""Read-only mode: during a backup, a move to another server, a long upgrade."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse

from portal.core.http.problems import ReadOnlyError, read_only

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
READING_SQL = re.compile(
    r"\s*(select|with|explain|show|set|pragma|savepoint|release|rollback)\b", re.I
)


def read_only_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Return a 503 with Retry-After to every write, and refuse SQL writes by other requests.

    Commands still write: `migrate`, `backup` and `restore` run meanwhile.
    """
    if not settings.PORTAL_READ_ONLY:
        raise MiddlewareNotUsed

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return read_only(request)
        with connection.execute_wrapper(_refuse_writing):
            return get_response(request)

    return answer


def _refuse_writing(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not READING_SQL.match(sql):
        raise ReadOnlyError
    return execute(sql, params, many, context)
