"""Error reports to Sentry, if SENTRY_DSN is set: types and places, no personal data."""

from typing import Any

from django.conf import settings
from structlog.contextvars import get_contextvars

from portal.core.logs import error_kind

Event = dict[str, Any]
EVENT_KEYS = ("event_id", "timestamp", "platform", "level", "logger", "exception", "release", "sdk")
FRAME_KEYS = ("filename", "function", "lineno", "module", "in_app")


def init_sentry() -> None:
    if not settings.SENTRY_DSN:
        return
    # Imported here, so that processes without Sentry do not load it.
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="portal",
        before_send=anonymise_event,  # type: ignore[arg-type]
        integrations=[DjangoIntegration(transaction_style="function_name")],
    )


def anonymise_event(event: Event, hint: dict[str, Any]) -> Event:
    """Return the types of the errors, where they happened, the route and the request id.

    Drops the URL, the user and the messages of errors.
    """
    anonymous: Event = {key: event[key] for key in EVENT_KEYS if key in event}
    anonymous["environment"] = event.get("environment")
    anonymous["transaction"] = event.get("transaction")
    anonymous["tags"] = {"request_id": get_contextvars().get("request_id", "")}
    error = (hint.get("exc_info") or (None, None, None))[1]
    values = (event.get("exception") or {}).get("values") or []
    anonymous["exception"] = {"values": [_anonymise_exception(value) for value in values]}
    if values and isinstance(error, BaseException):
        anonymous["exception"]["values"][-1]["value"] = error_kind(error)
    if not values:
        anonymous["message"] = "a failure without an error"
    return anonymous


def _anonymise_exception(value: Event) -> Event:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    frames_kept = [{key: frame.get(key) for key in FRAME_KEYS} for frame in frames]
    return {"type": value.get("type"), "value": "", "stacktrace": {"frames": frames_kept}}
