"""Where a typed address is, when a geocoder is configured; its failures are never seen."""

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
    """A service that answers as it is told, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict] = []
        self.answers: Callable[[Handler], None] = lambda handler: handler.say({"features": []})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/search"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        self.server.answers(self)

    def say(self, content, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *args) -> None:
        """Nothing is printed."""


@pytest.fixture
def geocoder(settings) -> Iterator[Geocoder]:
    server = Geocoder()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.GEOCODER_URL = server.url
    geocoding.wake()
    yield server
    server.shutdown()
    server.server_close()
    geocoding.wake()


def feature(citycode: str = "45147", score: float = 0.9) -> dict:
    geometry = {"type": "Point", "coordinates": [1.9, 47.95]}
    return {
        "features": [{"geometry": geometry, "properties": {"citycode": citycode, "score": score}}]
    }


def distances(client, **requests) -> list[float]:
    answer = client.get("/api/v1/lookup/", {**ADDRESS, **requests})
    assert answer.status_code == 200
    return [item["distance_km"] for item in answer.json()["reception"]["points"]]


@pytest.fixture
def from_commune(client, loiret, settings) -> list[float]:
    settings.GEOCODER_URL = ""
    return distances(client, number="10")


def test_distances_are_from_the_address(client, loiret, from_commune, geocoder):
    geocoder.answers = lambda handler: handler.say(feature())
    assert distances(client) != from_commune
    (requests,) = geocoder.asked
    assert requests == {"q": ["12 rue Danton Fleury-les-Aubrais"], "limit": ["1"]}


def test_nothing_is_asked_without_a_street_or_without_a_geocoder(
    client, loiret, from_commune, geocoder, settings
):
    distances(client, street="", number="")
    settings.GEOCODER_URL = ""
    distances(client)
    assert geocoder.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(lambda handler: handler.say(feature(citycode="75056")), id="elsewhere"),
        pytest.param(lambda handler: handler.say(feature(score=0.2)), id="unlikely"),
        pytest.param(lambda handler: handler.say({"features": []}), id="nothing"),
        pytest.param(lambda handler: handler.say({"features": [{}]}), id="another shape"),
        pytest.param(lambda handler: handler.say("?"), id="no object"),
        pytest.param(lambda handler: handler.say({}, status=500), id="broken"),
        pytest.param(lambda handler: handler.wfile.write(b"not http"), id="not a server"),
    ],
)
def test_an_answer_that_does_not_help_is_not_seen(client, loiret, from_commune, geocoder, answers):
    geocoder.answers = answers
    assert distances(client) == from_commune


def test_one_that_hangs_costs_two_seconds_once(client, loiret, from_commune, geocoder, caplog):
    over = threading.Event()
    geocoder.answers = lambda handler: over.wait(30)
    started = monotonic()
    assert distances(client) == from_commune
    assert monotonic() - started < 4
    assert len(geocoder.asked) == 1
    assert distances(client, number="14") == from_commune
    assert len(geocoder.asked) == 1, "it is left alone for a minute"
    over.set()
    assert "Danton" not in caplog.text
