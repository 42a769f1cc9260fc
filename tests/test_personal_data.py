"""Personal data: all of it is in the register, expires as documented, and can be erased."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accueil.models import Report
from accueil.models import reports as report_models
from accueil.tasks import erase_old_reports as erase_reports
from portal.accounts import services, sign_in_log
from portal.accounts.enums import RoleKind, SignInMethod, SignInOutcome
from portal.accounts.models import RightChange, Session, SignIn, User
from portal.accounts.tasks import erase as erase_sign_ins
from portal.celery import app
from portal.notices import models as notice_models
from relocations import models as move_models
from tests.factories import PASSWORD, DepartmentFactory, UserFactory

ROOT = Path(__file__).resolve().parent.parent
REGISTER = (ROOT / "docs" / "personal-data.md").read_text()


def test_every_table_is_in_the_register():
    registered = set(re.findall(r"`(\w+\.\w+)`", REGISTER))
    tables = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    missing = sorted(tables - registered)
    assert not missing, f"Say in docs/personal-data.md what {missing} keep, of whom, until when"


def test_every_erasing_task_is_registered_and_runs_daily():
    named = set(re.findall(r"`(\w+\.erase)`", REGISTER))
    scheduled = {entry["task"]: entry for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {task for task in scheduled if task.endswith(".erase")} == named
    app.loader.import_default_modules()
    assert named <= set(app.tasks)


@pytest.mark.parametrize(
    ("retention", "days", "register", "page"),
    [
        (report_models.RETENTION, 365, "1 year after it is dealt with", "jusqu'à un an après"),
        (sign_in_log.RETENTION, 365, "| 1 year |", "pendant un an"),
        (notice_models.RETENTION, 30, "30 days after the end", "30 jours après au plus tard"),
        (move_models.CONFIRMATION_DELAY, 7, "7 days unconfirmed", "sept jours"),
        (
            move_models.RETENTION_AFTER_DONE,
            30,
            "30 days after the last move",
            "jusqu'à 30 jours après",
        ),
        (timedelta(seconds=settings.SESSION_COOKIE_AGE), 0.5, "12 hours", "douze heures"),
    ],
)
def test_retention_is_equal_in_code_register_and_page(client, db, retention, days, register, page):
    assert retention == timedelta(days=days)
    assert register in REGISTER
    html = client.get("/donnees-personnelles/").content.decode()
    assert page in html


def test_browsers_store_only_the_drafts_that_are_documented(client, db):
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    scripts = (ROOT / "static" / "js").rglob("*.js")
    assert {script.name for script in scripts if stores.search(script.read_text())} == {"draft.js"}
    assert "`localStorage`, by `static/js/draft.js`" in REGISTER
    html = client.get("/donnees-personnelles/").content.decode()
    assert "le texte que le portail n'a pas encore reçu est gardé dans son navigateur" in html


def test_reports_end_a_year_after_they_are_dealt_with(db):
    now = timezone.now()
    ages = [None, now - timedelta(days=364), now - timedelta(days=366)]
    for handled in ages:
        Report.objects.create(page="/equipes/", message="Le numéro est faux", handled_at=handled)
    erase_reports()
    assert set(Report.objects.values_list("handled_at", flat=True)) == set(ages[:2])


def test_sessions_end_and_their_rows_with_them(db, client):
    client.force_login(UserFactory())
    erase_sign_ins()
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    erase_sign_ins()
    assert Session.objects.count() == 0


class TestAPersonWhoAsks:
    @pytest.fixture
    def manager(self, db) -> User:
        UserFactory(is_superuser=True)
        user = UserFactory(email="zoe@loiret.test", name="Zoé Martin", code=True)
        services.grant_role(
            by=None, user=user, department=DepartmentFactory(), kind=RoleKind.MANAGER
        )
        return user

    def test_an_erased_person_is_a_number_and_their_actions_stay(self, manager, client):
        client.force_login(manager)
        SignIn.objects.create(
            user=manager, outcome=SignInOutcome.OPENED, method=SignInMethod.PASSWORD
        )
        call_command("erase_person", " Zoe@loiret.test ", stdout=StringIO())
        manager = User.objects.get(pk=manager.pk)
        assert str(manager) == f"efface-{manager.pk}@invalid.invalid"
        assert not manager.is_active
        assert not manager.check_password(PASSWORD)
        for left in (manager.roles, manager.sessions, manager.authenticator_set):
            assert not left.exists()
        assert not SignIn.objects.filter(user=manager).exists()
        assert RightChange.objects.filter(user=manager).exists()
        assert client.get("/espace/").status_code == 302

    def test_an_unknown_account_is_reported(self, db):
        with pytest.raises(CommandError, match="Personne"):
            call_command("erase_person", "inconnu@example.org")

    def test_the_last_administrator_cannot_be_erased(self, db):
        last = UserFactory(is_superuser=True)
        with pytest.raises(CommandError, match="dernier administrateur"):
            call_command("erase_person", last.email)
        assert User.objects.get(pk=last.pk).email == last.email
