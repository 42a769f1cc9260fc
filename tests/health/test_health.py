"""The health endpoint: each check, and the overall status."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone

from portal.health import checks, metrics
from portal.health.checks import Check, Report, State
from portal.health.models import Heartbeat
from portal.health.tasks import heartbeat
from portal.notices import services as notices
from portal.notices.models import Notice
from tests.notices.conftest import notice_fields

TOKEN = "lisible-par-le-seul-prometheus"


@pytest.fixture(autouse=True)
def anew():
    """Clear the report, which is cached for some seconds."""
    checks.report.cache_clear()
    yield
    checks.report.cache_clear()


def read(client) -> dict:
    checks.report.cache_clear()
    answer = client.get("/sante/")
    assert "no-cache" in answer["Cache-Control"]
    return {**answer.json(), "code": answer.status_code}


def beaten(ago: timedelta = timedelta()) -> None:
    moment = timezone.now() - ago
    Heartbeat.objects.update_or_create(
        pk=1, defaults={"requested_at": moment, "completed_at": moment}
    )


def test_health_is_ok_after_a_heartbeat(client, db):
    beaten()
    report = read(client)
    assert report["code"] == 200
    assert report["status"] == "ok"
    assert {name: part["status"] for name, part in report["checks"].items()} == dict.fromkeys(
        ["database", "cache", "broker", "worker", "beat", "disk", "backlog"], "ok"
    )


def test_health_is_degraded_before_the_first_heartbeat(client, db):
    report = read(client)
    assert (report["code"], report["status"]) == (200, "degraded")
    assert report["checks"]["beat"] == {"status": "degraded"}


def test_the_task_records_when_it_was_sent_and_run(db):
    heartbeat.apply(headers={"asked_at": "2026-03-02T08:00:00+00:00"})
    row = Heartbeat.objects.get()
    assert row.requested_at.isoformat() == "2026-03-02T08:00:00+00:00"
    assert timezone.now() - row.completed_at < timedelta(minutes=1)
    heartbeat.apply()
    assert Heartbeat.objects.get().requested_at is None


@pytest.mark.parametrize("ago", [timedelta(minutes=4), -timedelta(hours=3)])
def test_an_old_or_future_heartbeat_is_degraded(client, db, ago):
    """A heartbeat in the future means that the clock was set back."""
    beaten(ago)
    report = read(client)
    assert report["checks"]["beat"]["status"] == "degraded"
    assert report["checks"]["beat"]["age_seconds"] == pytest.approx(ago.total_seconds(), abs=5)
    assert report["code"] == 200


def test_an_unreachable_database_is_a_503_without_details(client, db, monkeypatch):
    def away() -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed for user portal")

    monkeypatch.setattr(checks, "_ask_database", away)
    report = read(client)
    assert (report["code"], report["status"]) == (503, "down")
    assert report["checks"]["database"] == {"status": "down"}
    assert report["checks"]["backlog"] == {"status": "unknown"}
    assert "10.0.0.7" not in str(report)


def test_a_filling_disk_is_degraded(client, db, monkeypatch):
    usage = SimpleNamespace(total=100_000, used=97_000, free=3_000)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda path: usage)
    beaten()
    report = read(client)
    assert report["checks"]["disk"] == {
        "status": "degraded",
        "free_bytes": 3000,
        "free_share": 0.03,
    }
    assert report["status"] == "degraded"


def test_late_notices_are_degraded_but_not_those_on_hold(client, db, settings):
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    notices.queue(**notice_fields())
    beaten()
    assert read(client)["checks"]["backlog"]["status"] == "ok"
    Notice.objects.update(not_before=timezone.now() - timedelta(minutes=20))
    late = read(client)["checks"]["backlog"]
    assert late["status"] == "degraded"
    assert late["notices"] == 1
    assert late["notices_late_seconds"] == pytest.approx(1200, abs=5)
    settings.EMAIL_TRANSPORT = ""
    on_hold = read(client)["checks"]["backlog"]
    assert (on_hold["status"], on_hold["notices_held"]) == ("ok", True)


def test_it_costs_a_few_queries_and_serves_for_some_seconds(client, db, queries):
    beaten()
    with queries() as captured:
        client.get("/sante/")
    assert len(captured) <= 10
    with queries() as again:
        client.get("/sante/")
    assert len(again) == 0


def test_down_is_worse_than_unknown():
    def together(*states: State) -> State:
        report = {str(name): Check(state) for name, state in enumerate(states)}
        return Report(timezone.now(), report).state

    assert together(State.OK, State.OK) == State.OK
    assert together(State.OK, State.UNKNOWN) == State.DEGRADED
    assert together(State.DEGRADED, State.DOWN, State.UNKNOWN) == State.DOWN


class TestMetrics:
    def test_metrics_are_forbidden_without_a_token_in_the_settings(self, client, db, settings):
        settings.METRICS_TOKEN = ""
        for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer "}):
            assert client.get("/sante/metriques/", **headers).status_code == 403

    @pytest.mark.parametrize(
        "authorization", ["", "Bearer ", "Bearer faux", TOKEN, f"Basic {TOKEN}"]
    )
    def test_another_token_is_refused(self, client, db, settings, authorization):
        settings.METRICS_TOKEN = TOKEN
        answer = client.get("/sante/metriques/", HTTP_AUTHORIZATION=authorization)
        assert answer.status_code == 403

    def test_metrics_include_health_and_requests_by_route(self, client, db, settings):
        settings.METRICS_TOKEN = TOKEN
        beaten()
        client.get("/equipes/inconnue-de-tous/")
        answer = client.get("/sante/metriques/", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
        metrics_text = answer.content.decode()
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        assert 'portal_up{part="database"} 1.0' in metrics_text
        assert "portal_backlog_notices 0.0" in metrics_text
        route = 'method="GET",route="equipes/<slug:slug>/",status="404"'
        assert f"portal_requests_total{{{route}}}" in metrics_text
        assert "inconnue-de-tous" not in metrics_text


def test_a_request_that_cannot_be_counted_is_answered(client, db, monkeypatch):
    def no_room(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics.requests_total, "labels", no_room)
    assert client.get("/sante/").status_code == 200


def test_the_counts_of_all_the_processes_are_put_together():
    server = (Path(checks.__file__).parents[1] / "deploy" / "server.py").read_text()
    assert 'os.environ["PROMETHEUS_MULTIPROC_DIR"]' in server
