"""Request ids, logs and Sentry events: enough to find an error, no personal data."""

import gzip
import json
import logging
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread

import brotli
import pytest
from celery.app.trace import LOG_RECEIVED, info
from django.core.mail import send_mail
from django.db import IntegrityError, OperationalError
from structlog.contextvars import bind_contextvars, clear_contextvars

from portal.celery import app
from portal.core import logs
from portal.health.tasks import heartbeat
from tests.notices.conftest import ROOT

SECRET = "jeanne.martin@example.org"


@pytest.fixture
def written():
    """Return a function that returns the JSON log entries written by the portal so far."""
    configuration = logs.logging_config(form="json", level="INFO")
    formatter = dict(configuration["formatters"]["structured"])
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter.pop("()") and _formatter(formatter))
    loggers = [logging.getLogger(name) for name in logs.APP_LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def _formatter(options: dict) -> logging.Formatter:
    from structlog.stdlib import ProcessorFormatter

    return ProcessorFormatter(**options)


class TestARequest:
    def test_has_an_id_in_its_response_and_in_its_log_entry(self, client, db, written):
        number = client.get("/equipes/inconnue/")["X-Request-ID"]
        assert len(number) == 32
        request_lines = [line for line in written() if line["logger"] == "portal.requests"]
        assert [(line["request_id"], line["route"], line["status"]) for line in request_lines] == [
            (number, "equipes/<slug:slug>/", 404)
        ]

    def test_reuses_the_id_of_the_proxy(self, client, db):
        assert client.get("/sante/", HTTP_X_REQUEST_ID="proxy-00000042")["X-Request-ID"] == (
            "proxy-00000042"
        )

    @pytest.mark.parametrize("request_id", ["court", "a" * 65, "x y z x y z", "a\nb: c-0000000"])
    def test_ignores_a_malformed_id(self, client, db, request_id):
        assert client.get("/sante/", HTTP_X_REQUEST_ID=request_id)["X-Request-ID"] != request_id

    def test_logs_neither_addresses_nor_typed_text(self, client, db, written):
        client.get("/me-prevenir/arreter/un-jeton-secret/", REMOTE_ADDR="198.51.100.7")
        client.get(f"/trouver/?q={SECRET}", REMOTE_ADDR="198.51.100.7")
        client.post("/connexion/", {"login": SECRET, "password": "rien"})
        client.get("/nulle-part/jeanne/")
        logged = json.dumps(written())
        for private in ("jeton", "jeanne", "198.51", "rien"):
            assert private not in logged

    def test_an_error_is_logged_by_type_and_location_only(self, client, db, written, monkeypatch):
        def fails(*args, **kwargs):
            raise ValueError(f"invalid value: {SECRET}") from IntegrityError(SECRET)

        monkeypatch.setattr("portal.health.views.report", fails)
        client.raise_request_exception = False
        answer = client.get("/sante/")
        assert answer.status_code == 500
        [line] = [line for line in written() if "error" in line]
        assert line["error"] == "IntegrityError > ValueError"
        assert any(place.startswith("portal/health/views.py:") for place in line["at"])
        assert SECRET not in json.dumps(written())


class TestATask:
    def test_has_the_id_of_the_request_that_sent_it(self, db, written):
        bind_contextvars(request_id="demande-0001")
        with app.connection_for_write() as broker:
            queue = broker.SimpleQueue("celery")
            queue.clear()
            app.send_task("health.pulse", connection=broker)
            message = queue.get_nowait()
            queue.close()
        clear_contextvars()
        assert message.headers["request_id"] == "demande-0001"
        assert message.headers["asked_at"]
        heartbeat.apply(headers={"request_id": "demande-0001"})
        [line] = [line for line in written() if line["logger"] == "portal.tasks"]
        assert (line["request_id"], line["task"], line["state"]) == (
            "demande-0001",
            "health.pulse",
            "SUCCESS",
        )

    def test_a_successful_task_is_not_logged_as_failed(self, db, written):
        """Celery logs the arrival and the success."""
        body = {"id": "1", "name": "health.pulse", "args": "()", "kwargs": "{}"}
        info(LOG_RECEIVED, {**body, "eta": None})
        heartbeat.apply()
        events = [line["event"] for line in written() if line["logger"] == "celery.app.trace"]
        assert events == ["task received", "task succeeded"]

    def test_a_failed_task_logs_neither_arguments_nor_message(self, db, written):
        @app.task(name="tests.fails")
        def fails(address: str) -> None:
            raise RuntimeError(f"no mailbox {address}")

        try:
            fails.apply(args=[SECRET])
        finally:
            app.tasks.pop("tests.fails")
        [line] = [line for line in written() if "error" in line]
        assert (line["task"], line["error"]) == ("tests.fails", "RuntimeError")
        assert line["event"] == "task raised unexpected"
        assert SECRET not in json.dumps(written())


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (f"to {SECRET}, twice", "to …, twice"),
        ("from 192.168.4.12", "from …"),
        ("from 2001:db8::8a2e:370:7334", "from …"),
        ("bound to 127.0.0.1:8000", "bound to 127.0.0.1:8000"),
        ("GET /trouver/?q=Olivet&le=hier now", "GET /trouver/?… now"),
        ("at 10:42:07 on 2026-03-02", "at 10:42:07 on 2026-03-02"),
    ],
)
def test_addresses_are_taken_out_of_any_text(text, scrubbed):
    assert logs.scrub(text) == scrubbed


def test_errors_of_the_system_or_database_include_their_code():
    assert logs.error_kind(OSError(28, "No space left", "/srv/secret")) == "OSError ENOSPC"
    assert logs.error_kind(OperationalError("at 10.0.0.7")) == "OperationalError"


class TestSentry:
    @pytest.fixture
    def sentry(self):
        """A local Sentry server: its DSN, and the list of bodies that it receives."""
        taken: list[str] = []

        class Sentry(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
                coding = self.headers.get("Content-Encoding", "")
                taken.append(unpack.get(coding, bytes)(body).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args) -> None:
                """Log no request."""

        server = HTTPServer(("127.0.0.1", 0), Sentry)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", taken
        server.shutdown()
        server.server_close()

    def test_gets_the_error_without_personal_data(self, sentry, tmp_path):
        dsn, taken = sentry
        code = f"""
import os, django
django.setup()
from django.test import Client
import portal.health.views as views
def fails():
    typed = "{SECRET}"
    raise ValueError("bad " + typed)
views.report = fails
client = Client(raise_request_exception=False, REMOTE_ADDR="198.51.100.7")
client.cookies["sessionid"] = "biscuit"
answer = client.get("/sante/?q={SECRET}", HTTP_HOST="127.0.0.1")
assert answer.status_code == 500, answer.status_code
import sentry_sdk
sentry_sdk.flush(5)
"""
        env = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SENTRY_DSN": dsn,
            "VAR_DIR": str(tmp_path),
        }
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        [event] = [body for body in taken if "ValueError" in body]
        assert "portal/health/views.py" in event or "portal.health.views" in event
        for private in (SECRET, "198.51", "biscuit", "bad ", "QUERY_STRING"):
            assert private not in event

    def test_gets_nothing_without_a_dsn(self, settings):
        assert settings.SENTRY_DSN == ""


def test_sending_an_e_mail_writes_no_address(db, written):
    send_mail("Sujet", "Texte", None, [SECRET])
    assert SECRET not in json.dumps(written())
