"""The coordinates of an address, from a service with the API of the national geocoder (`/search`).

Disabled unless `GEOCODER_URL` is set. Only the address is sent. After a failure or two seconds
without an answer, the service is not called for a minute.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import Any

import requests
from django.conf import settings

TIMEOUT = 2.0
BACKOFF = 60.0  # seconds without a call after a failure
MIN_SCORE = 0.5  # out of 1; a result below it is ignored

Point = tuple[float, float]  # latitude, longitude
_log = logging.getLogger("portal.geocoding")
_executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="geocoder")
_lock = Lock()
_backs_off_until = 0.0


def geocode(address: str, commune: str) -> Point | None:
    """Return the point of an address in the commune of that INSEE code, None when unknown."""
    if not settings.GEOCODER_URL or _is_backing_off():
        return None
    try:
        # The timeout of `requests` is between two bytes: this one is for the whole answer.
        content = _executor.submit(_request, settings.GEOCODER_URL, address).result(timeout=TIMEOUT)
        return _point(content, commune)
    except (requests.RequestException, TimeoutError, ValueError) as error:
        _log.warning("The geocoder did not answer: %s", type(error).__name__)
        _back_off()
        return None


def _request(url: str, address: str) -> Any:
    parameters = {"q": address, "limit": "1"}
    response = requests.get(url, params=parameters, timeout=TIMEOUT, allow_redirects=False)
    response.raise_for_status()
    return response.json()


def _point(content: Any, commune: str) -> Point | None:
    """Return the point of the first GeoJSON feature, None if its score or its commune differs.

    Raises ValueError for any other content.
    """
    try:
        feature: Mapping[str, Any] | None = next(iter(content["features"]), None)
        if feature is None:
            return None
        properties, (longitude, latitude) = (
            feature["properties"],
            feature["geometry"]["coordinates"],
        )
        is_match = (
            properties.get("citycode") == commune and float(properties.get("score", 0)) >= MIN_SCORE
        )
        return (float(latitude), float(longitude)) if is_match else None
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError from error


def _is_backing_off() -> bool:
    return monotonic() < _backs_off_until


def _back_off() -> None:
    global _backs_off_until
    with _lock:
        _backs_off_until = monotonic() + BACKOFF
