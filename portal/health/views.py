"""Health for monitoring, and Prometheus metrics."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health import metrics
from portal.health.checks import State, report


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Return 200 while pages work, even with a degraded component; 503 otherwise."""
    current = report()
    return JsonResponse(current.as_json(), status=503 if current.state == State.DOWN else 200)


@never_cache
@require_safe
def prometheus_metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to `Authorization: Bearer METRICS_TOKEN`; 403 without that setting."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    authorization = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(authorization, expected):
        raise PermissionDenied
    return HttpResponse(metrics.render_metrics(), content_type=metrics.CONTENT_TYPE)
