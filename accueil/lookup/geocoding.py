"""Where a typed address is, asked of a service that answers as the national one does (`/search`).

Off unless `GEOCODER_URL` is set. Nothing is sent but the address; a service that fails, or that
takes more than two seconds, is as if there were none, and is left alone for a minute.
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
BACKOFF = 60.0  # seconds without asking, after a failure
MIN_SCORE = 0.5  # of 1: an answer less likely is none

Point = tuple[float, float]  # latitude, longitude
_log = logging.getLogger("portal.geocoding")
_executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="geocoder")
_lock = Lock()
_rests_until = 0.0


def geocode(address: str, commune: str) -> Point | None:
    """The point of an address in the commune of that INSEE code; None where nobody can tell."""
    if not settings.GEOCODER_URL or _is_backing_off():
        return None
    try:
        # The library's own limit is between two bytes: this one is for the whole answer.
        content = _executor.submit(_request, settings.GEOCODER_URL, address).result(timeout=TIMEOUT)
        return _point(content, commune)
    except (requests.RequestException, TimeoutError, ValueError) as error:
        _log.warning("The geocoder did not answer: %s", type(error).__name__)
        _back_off()
        return None


def wake() -> None:
    """Forgets a failure: the service is asked again at once."""
    global _rests_until
    with _lock:
        _rests_until = 0.0


def _request(url: str, address: str) -> Any:
    parameters = {"q": address, "limit": "1"}
    response = requests.get(url, params=parameters, timeout=TIMEOUT, allow_redirects=False)
    response.raise_for_status()
    return response.json()


def _point(content: Any, commune: str) -> Point | None:
    """The first feature of a GeoJSON answer, where it is likely and in the commune.

    Raises ValueError for anything else than such an answer.
    """
    try:
        feature: Mapping[str, Any] | None = next(iter(content["features"]), None)
        if feature is None:
            return None
        properties, (longitude, latitude) = (
            feature["properties"],
            feature["geometry"]["coordinates"],
        )
        is_it = (
            properties.get("citycode") == commune and float(properties.get("score", 0)) >= MIN_SCORE
        )
        return (float(latitude), float(longitude)) if is_it else None
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError from error


def _is_backing_off() -> bool:
    return monotonic() < _rests_until


def _back_off() -> None:
    global _rests_until
    with _lock:
        _rests_until = monotonic() + BACKOFF
