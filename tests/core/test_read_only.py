"""Read-only mode: every page shows a notice, nothing is written, signed-in people can still read."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction

from accueil.models import Report
from portal.accounts.models import Session
from portal.core.http.problems import ReadOnlyError
from portal.core.http.read_only import _refuse_writing
from portal.health.models import Heartbeat
from portal.health.tasks import heartbeat
from portal.notices import services as notices
from portal.notices.tasks import erase
from tests.factories import PASSWORD, UserFactory

READ_ONLY_NOTICE = "le portail se lit, mais rien ne peut y être écrit"


@pytest.fixture
def read_only(settings) -> None:
    settings.PORTAL_READ_ONLY = True


def test_every_page_shows_the_notice_in_read_only_mode_only(client, db, settings):
    assert READ_ONLY_NOTICE not in client.get("/equipes/").content.decode()
    settings.PORTAL_READ_ONLY = True
    restarted = type(client)()
    assert READ_ONLY_NOTICE in restarted.get("/equipes/").content.decode()


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("/connexion/", {"login": "a@example.org", "password": "trois mots"}),
        ("/signaler/", {"page": "/equipes/", "message": "Le numéro est faux"}),
        ("/nulle-part/", {}),
    ],
)
def test_a_form_is_answered_calmly_and_writes_nothing(
    client, db, read_only, address, content, queries
):
    with queries() as captured:
        answer = client.post(address, content)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "rien n'a été enregistré" in page.lower()
    assert "Content-Security-Policy" in answer
    assert len(captured) == 0
    assert not Report.objects.exists()


def test_the_api_answers_with_a_503_problem(client, db, read_only):
    answer = client.post("/api/v1/relocations/1/transition/", {}, "application/json")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "600"
    assert client.get("/api/v1/teams/").status_code == 200


def test_a_signed_in_user_can_read(client, db, settings):
    client.force_login(UserFactory(password=PASSWORD))
    before = Session.objects.get()
    session = client.session
    session["renewed"] = 0  # old enough for a page to renew it
    session.save()
    settings.PORTAL_READ_ONLY = True
    page = client.get("/espace/")
    assert page.status_code == 200
    assert READ_ONLY_NOTICE in page.content.decode()
    assert Session.objects.get().session_key == before.session_key


def test_a_page_that_would_write_is_refused_before_it_does(client, db, read_only, monkeypatch):
    def writes() -> None:
        with transaction.atomic():
            Heartbeat.objects.create(completed_at="2026-01-01T00:00:00Z")

    monkeypatch.setattr("portal.health.views.report", writes)
    client.raise_request_exception = False
    assert client.get("/sante/").status_code == 503
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize("sql", ["insert into t", "  UPDATE t", "delete from t", "truncate t"])
def test_writing_statements_are_refused_by_their_keyword(sql):
    with pytest.raises(ReadOnlyError):
        _refuse_writing(lambda *args: None, sql, None, False, {})


@pytest.mark.parametrize("sql", ["SELECT 1", " with a as (select 1) select", "SAVEPOINT s1"])
def test_reading_statements_are_allowed(sql):
    assert _refuse_writing(lambda sql, *args: sql, sql, None, False, {}) == sql


def test_tasks_wait_but_the_heartbeat_goes_on(db, settings, monkeypatch):
    done = []
    monkeypatch.setattr(notices, "erase_old", lambda: done.append("erased"))
    settings.PORTAL_READ_ONLY = True
    erase()
    heartbeat.apply()
    assert done == []
    assert Heartbeat.objects.exists()
    settings.PORTAL_READ_ONLY = False
    erase()
    assert done == ["erased"]


class TestWhileTheDatabaseIsAway:
    @pytest.fixture(autouse=True)
    def away(self, client, db) -> Iterator[None]:
        client.raise_request_exception = False

        def fail(*args):
            raise OperationalError("could not connect to 10.0.0.7")

        with connection.execute_wrapper(fail):
            yield

    def test_a_page_is_a_calm_503(self, client, db):
        answer = client.get("/equipes/")
        page = answer.content.decode()
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert answer["Cache-Control"] == "no-store"
        assert "Content-Security-Policy" in answer
        assert "Le portail fait une pause" in page
        assert "appelez votre équipe" in page
        assert 'href="tel:115"' in page
        assert "10.0.0.7" not in page

    def test_the_api_is_a_problem(self, client, db):
        answer = client.get("/api/v1/teams/")
        assert answer.status_code == 503
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Retry-After"] == "10"
        assert answer.json()["status"] == 503
