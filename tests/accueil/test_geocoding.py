"""Addresses located by the configured geocoder, whose failures never show in the answer."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest

from accueil.lookup import geocoding

pytestmark = pytest.mark.django_db
ADDRESS = {"commune": "45147", "street": "rue Danton", "number": "12", "followed": "no"}


class Geocoder(ThreadingHTTPServer):
    """A geocoder that runs `respond` at each request and records the parameters it received."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict] = []
        self.respond: Callable[[Handler], None] = lambda handler: handler.send_json(
            {"features": []}
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/search"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.requests.append(parse_qs(urlsplit(self.path).query))
        self.server.respond(self)

    def send_json(self, content, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *args) -> None:
        """Nothing is printed."""


@pytest.fixture
def geocoder(settings, monkeypatch) -> Iterator[Geocoder]:
    server = Geocoder()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.GEOCODER_URL = server.url
    # Restored afterwards: a failure in one test does not disable the geocoder in the next.
    monkeypatch.setattr(geocoding, "_backs_off_until", 0.0)
    yield server
    server.shutdown()
    server.server_close()


def feature(citycode: str = "45147", score: float = 0.9) -> dict:
    geometry = {"type": "Point", "coordinates": [1.9, 47.95]}
    return {
        "features": [{"geometry": geometry, "properties": {"citycode": citycode, "score": score}}]
    }


def distances(client, **parameters) -> list[float]:
    answer = client.get("/api/v1/lookup/", {**ADDRESS, **parameters})
    assert answer.status_code == 200
    return [item["distance_km"] for item in answer.json()["reception"]["points"]]


@pytest.fixture
def from_commune(client, loiret, settings) -> list[float]:
    settings.GEOCODER_URL = ""
    return distances(client, number="10")


def test_distances_are_from_the_address(client, loiret, from_commune, geocoder):
    geocoder.respond = lambda handler: handler.send_json(feature())
    assert distances(client) != from_commune
    (parameters,) = geocoder.requests
    assert parameters == {"q": ["12 rue Danton Fleury-les-Aubrais"], "limit": ["1"]}


def test_no_request_without_a_street_or_without_a_geocoder(
    client, loiret, from_commune, geocoder, settings
):
    distances(client, street="", number="")
    settings.GEOCODER_URL = ""
    distances(client)
    assert geocoder.requests == []


@pytest.mark.parametrize(
    "respond",
    [
        pytest.param(lambda handler: handler.send_json(feature(citycode="75056")), id="elsewhere"),
        pytest.param(lambda handler: handler.send_json(feature(score=0.2)), id="unlikely"),
        pytest.param(lambda handler: handler.send_json({"features": []}), id="nothing"),
        pytest.param(lambda handler: handler.send_json({"features": [{}]}), id="another shape"),
        pytest.param(lambda handler: handler.send_json("?"), id="no object"),
        pytest.param(lambda handler: handler.send_json({}, status=500), id="broken"),
        pytest.param(lambda handler: handler.wfile.write(b"not http"), id="not a server"),
    ],
)
def test_an_unusable_response_changes_nothing(client, loiret, from_commune, geocoder, respond):
    geocoder.respond = respond
    assert distances(client) == from_commune


def test_a_hanging_geocoder_costs_two_seconds_once(client, loiret, from_commune, geocoder, caplog):
    released = threading.Event()
    geocoder.respond = lambda handler: released.wait(30)
    started = monotonic()
    assert distances(client) == from_commune
    assert monotonic() - started < 4
    assert len(geocoder.requests) == 1
    assert distances(client, number="14") == from_commune
    assert len(geocoder.requests) == 1, "no other request for a minute"
    released.set()
    assert "Danton" not in caplog.text


def test_what_somebody_in_danger_typed_is_not_sent(client, loiret, geocoder):
    texts = [
        "3 rue Danton mon mari me frappe Fleury-les-Aubrais",
        "violences, 3 rue Danton, Olivet",
    ]
    for text in texts:
        assert client.get("/trouver/", {"q": text}).status_code == 200
    assert geocoder.requests == []
