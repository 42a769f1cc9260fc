"""« Me prévenir »: requested, confirmed by its owner, notified of each change, stopped, deleted."""

from datetime import date, timedelta

import pytest
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.celery import app
from portal.core.caching import data_versions
from portal.core.periods.period import Period
from portal.core.workflow import Refused
from portal.notices.delivery import build_message
from portal.notices.models import Notice
from relocations import tasks
from relocations.editing.services import ChangeRequest, announce, change
from relocations.models import Relocation, Subscription
from relocations.subscriptions import services
from relocations.subscriptions.services import is_expired
from teams.models import Team
from tests.factories import RelocationFactory, TeamFactory, UserFactory
from tests.keyboard import KeyboardClient

pytestmark = pytest.mark.django_db
FORM = "/equipes/olivetaine/me-prevenir/"
SENT = "/equipes/olivetaine/me-prevenir/envoye/"
EMAIL = "habitante@example.org"


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


def ask(client, email=EMAIL, slug="olivetaine", **more):
    return client.post(f"/equipes/{slug}/me-prevenir/", {"email": email, **more})


def notices():
    return Notice.objects.filter(key__startswith="subscription-").order_by("pk")


def subscribed(team, email=EMAIL, **fields):
    return Subscription.objects.create(
        team=team, email=email, **{"confirmed_at": timezone.now(), **fields}
    )


class TestToAsk:
    def test_the_team_s_page_leads_to_it_and_sets_no_cookie(self, client, loiret):
        page = client.get("/equipes/olivetaine/")
        assert f'href="{FORM}"' in page.content.decode()
        assert not page.cookies

    def test_the_form_links_to_the_privacy_page(self, client, loiret):
        assert "/donnees-personnelles/#prevenir" in client.get(FORM).content.decode()
        text = client.get("/donnees-personnelles/").content.decode()
        assert 'id="prevenir"' in text
        for content in ("sept jours", "30 jours", "18 mois", "désabonnement"):
            assert content in text

    def test_one_e_mail_asks_to_confirm(self, client, loiret):
        assert ask(client)["Location"] == SENT
        notice, row = notices().get(), Subscription.objects.get()
        assert notice.recipient == EMAIL
        assert f"/me-prevenir/confirmer/{row.token}/" in notice.body
        assert f"/me-prevenir/arreter/{row.token}/" in notice.body
        assert "Équipe Olivétaine" in notice.body
        assert notice.is_secret
        assert row.confirmed_at is None

    def test_a_known_address_gets_the_same_answer(self, client, loiret):
        answers = [ask(client)]
        Subscription.objects.update(confirmed_at=timezone.now())
        answers.append(ask(client, email=EMAIL.upper()))
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, SENT)}
        assert Subscription.objects.count() == notices().count() == 1

    def test_one_e_mail_an_hour_for_a_team(self, client, loiret):
        for _time in range(3):
            ask(client)
        assert notices().count() == 1
        Subscription.objects.update(created_at=timezone.now() - timedelta(minutes=61))
        ask(client)
        ask(client)
        assert notices().count() == 2

    def test_a_mailbox_is_not_filled_through_many_teams(self, client, loiret):
        slugs = list(Team.objects.values_list("slug", flat=True)[:7])
        assert {ask(client, slug=slug).status_code for slug in slugs} == {302}
        assert notices().count() == 5

    def test_it_is_limited(self, client, loiret):
        answers = [ask(client, f"personne{number}@example.org") for number in range(11)]
        assert [answer.status_code for answer in answers] == [302] * 10 + [429]
        assert answers[-1]["Retry-After"] == "3600"
        assert "réessayez dans une heure" in answers[-1].content.decode()
        assert "personne10@example.org" in answers[-1].content.decode()
        assert Subscription.objects.count() == 10

    @pytest.mark.parametrize("email", ["", "personne", "a@b", "a" * 250 + "@example.org"])
    def test_an_invalid_address_is_refused_beside_its_field(self, client, loiret, email):
        answer = ask(client, email)
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()
        assert not Subscription.objects.exists()

    def test_a_program_that_fills_everything_writes_nothing(self, client, loiret):
        assert ask(client, website="http://spam.example")["Location"] == SENT
        assert not Subscription.objects.exists()

    def test_an_unknown_team(self, client, loiret):
        assert ask(client, slug="inconnue").status_code == 404
        assert client.get("/equipes/inconnue/me-prevenir/envoye/").status_code == 404

    def test_an_address_is_once_for_a_team_whatever_its_letters(self):
        team = TeamFactory()
        subscribed(team, "Une.Personne@example.org")
        with pytest.raises(IntegrityError), transaction.atomic():
            subscribed(team, "une.personne@EXAMPLE.org")
        assert subscribed(TeamFactory(), "une.personne@example.org").pk

    def test_nothing_else_is_stored(self):
        stored = {field.name for field in Subscription._meta.get_fields()}
        assert stored == {"id", "team", "email", "token", "created_at", "confirmed_at"}

    def test_public_pages_are_not_written_again_for_it(self, client, loiret):
        before = data_versions.current_versions()
        ask(client)
        assert Subscription.objects.exists()
        assert data_versions.current_versions() == before

    def test_where_nothing_leaves_it_says_so(self, client, loiret, settings):
        assert "n'envoie aucun courriel" in client.get(SENT).content.decode()
        settings.EMAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        assert "n'envoie aucun courriel" not in client.get(SENT).content.decode()


class TestToConfirm:
    @pytest.fixture
    def row(self, client, loiret):
        ask(client)
        return Subscription.objects.get()

    @pytest.fixture
    def address(self, row):
        return f"/me-prevenir/confirmer/{row.token}/"

    def test_a_scanner_that_opens_the_link_confirms_nothing(self, client, row, address):
        assert client.head(address).status_code == client.get(address).status_code == 200
        row.refresh_from_db()
        assert row.confirmed_at is None

    def test_the_button_does_without_cookie_and_twice(self, row, address):
        strict = KeyboardClient(enforce_csrf_checks=True)
        assert not strict.get(address).cookies
        assert strict.post(address).status_code == 200
        row.refresh_from_db()
        first = row.confirmed_at
        assert first
        assert strict.post(address).status_code == 200
        row.refresh_from_db()
        assert row.confirmed_at == first

    def test_after_seven_days_the_link_is_over(self, client, row, address):
        Subscription.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))
        assert client.get(address).status_code == client.post(address).status_code == 404
        row.refresh_from_db()
        assert row.confirmed_at is None

    def test_it_holds_until_then(self, client, address):
        Subscription.objects.update(created_at=timezone.now() - timedelta(days=6, hours=23))
        assert client.post(address).status_code == 200

    def test_an_unknown_token_has_a_way_out(self, client, loiret):
        answer = client.get("/me-prevenir/confirmer/x/")
        assert answer.status_code == 404
        assert "Ce lien ne sert plus" in answer.content.decode()


class TestToStop:
    @pytest.fixture
    def row(self, client, loiret):
        ask(client)
        Subscription.objects.update(confirmed_at=timezone.now())
        return Subscription.objects.get()

    @pytest.fixture
    def address(self, row):
        return f"/me-prevenir/arreter/{row.token}/"

    def test_every_e_mail_has_its_button(self, row):
        headers = build_message(notices().get()).message()
        link = f"{portal_settings.SITE_URL}/me-prevenir/arreter/{row.token}/"
        assert headers["List-Unsubscribe"] == f"<{link}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_a_mail_program_unsubscribes_in_one_request(self, address):
        strict = KeyboardClient(enforce_csrf_checks=True)
        for _time in range(2):
            answer = strict.post(address, {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            assert not answer.cookies
        assert not Subscription.objects.exists()

    def test_nothing_waits_and_nothing_remains(self, client, row, address):
        sent = notices().get()
        Notice.objects.update(sent_at=timezone.now())
        services.notify_subscribers(before=None, after=row.team.relocations.first())
        assert notices().waiting().count() == 1
        client.post(address)
        assert not notices().waiting().exists()
        sent.refresh_from_db()
        assert (sent.recipient, sent.body, sent.headers) == ("", "", {})
        assert not any(EMAIL in notice.key for notice in notices())

    def test_opening_the_page_stops_nothing(self, client, address):
        page = client.get(address)
        assert page.status_code == 200
        assert "Équipe Olivétaine" in page.content.decode()
        assert not page.cookies
        assert Subscription.objects.exists()

    def test_the_page_of_what_is_gone(self, client, address):
        client.post(address)
        assert client.get(address).status_code == 404

    def test_other_people_stay(self, client, row, address):
        other_team = subscribed(row.team, "autre@example.org")
        client.post(address)
        assert Subscription.objects.get() == other_team


class TestWhatTheyAreTold:
    @pytest.fixture(autouse=True)
    def day(self, today):
        today("2024-01-20")

    @pytest.fixture
    def team(self):
        return TeamFactory(phone="02 38 11 22 33", site__address="1 rue Ancienne")

    @pytest.fixture
    def move(self, team):
        return RelocationFactory(
            team=team,
            status="under_study",
            period=Period.unknown(),
            destination__address="8 rue Neuve",
        )

    @pytest.fixture
    def row(self, team):
        return subscribed(team)

    def do(self, move, to, **fields):
        if isinstance(fields.get("period"), str):
            fields["period"] = Period.parse(fields["period"])
        move.refresh_from_db()
        change_request = ChangeRequest(to, move.version, **fields)
        changed = change(
            move=move, change_request=change_request, by=UserFactory(name="Mme Agente")
        )
        return changed, notices().last()

    def test_a_move_announced(self, team, row):
        move = Relocation(team=team, status="planned", origin=team.site)
        move.period = Period.parse("mi-mars 2024")
        announce(move=move, by=UserFactory())
        notice = notices().get()
        assert notice.recipient == EMAIL
        assert "Le déménagement est prévu." in notice.body
        assert "mi-mars 2024" in notice.body

    def test_each_step_of_its_life(self, move, row):
        _move, notice = self.do(move, "planned", period="mars 2024")
        assert "Le déménagement est prévu." in notice.body
        _move, notice = self.do(move, "planned", period="avril 2024", reason="travaux")
        assert "Nouvelle date : avril 2024 (avant : mars 2024)." in notice.body
        _move, notice = self.do(move, "confirmed", period="16 et 17 avril 2024", reason="bail")
        assert "Le déménagement est confirmé." in notice.body
        _move, notice = self.do(move, "done", actual_date=date(2024, 1, 19))
        assert "Le déménagement est fait, le 19 janvier 2024." in notice.body
        assert "L'équipe est ici : 8 rue Neuve." in notice.body
        _move, notice = self.do(move, "planned", period="mai 2024", reason="erreur")
        assert "Le déménagement est rouvert" in notice.body
        _move, notice = self.do(move, "cancelled", reason="abandonné")
        assert "Le déménagement est annulé." in notice.body
        assert notices().count() == 6

    def test_whom_to_call_what_to_check_and_where(self, move, row):
        _move, notice = self.do(move, "planned", period="mi-mars 2024")
        assert "02 38 11 22 33" in notice.body
        assert "mi-mars 2024) ? Choisissez le jour" in notice.body
        assert f"{portal_settings.SITE_URL}{move.get_absolute_url()}" in notice.body
        assert f"{portal_settings.SITE_URL}{move.team.get_absolute_url()}" in notice.body
        assert f"/me-prevenir/arreter/{row.token}/" in notice.body
        assert row.token in notice.headers["List-Unsubscribe"]

    def test_never_the_reason_the_evidence_nor_the_author(self, move, row):
        fields = {"reason": "le bailleur X refuse", "evidence": "appel de Mme Y"}
        _move, notice = self.do(move, "planned", period="mars 2024", **fields)
        for secret in ("bailleur", "Mme Y", "Mme Agente", "@loiret.test"):
            assert secret not in notice.body + notice.subject

    def test_nothing_when_nothing_changed_for_the_public(self, move, row):
        self.do(move, "planned", period="mars 2024")
        self.do(move, "planned", evidence="rappelé ce matin")
        assert notices().count() == 1

    def test_one_e_mail_for_a_change_however_often_it_is_notified(self, move, row):
        changed, notice = self.do(move, "planned", period="mars 2024")
        before = Relocation(team=move.team, status="under_study")
        services.notify_subscribers(before=before, after=changed)
        assert notices().get() == notice

    def test_neither_other_teams_nor_who_did_not_confirm(self, move):
        subscribed(TeamFactory())
        subscribed(move.team, "attend@example.org", confirmed_at=None)
        self.do(move, "planned", period="mars 2024")
        assert not notices().exists()

    def test_a_refused_change_notifies_nobody(self, move, row):
        with pytest.raises(Refused):
            self.do(move, "planned")
        assert not notices().exists()

    def test_queries_do_not_grow_with_the_number_of_people(self, move, queries):
        counts = []
        for size in (2, 60):
            for number in range(size):
                subscribed(move.team, f"personne{size}-{number}@example.org")
            move.version += 1
            with queries() as captured:
                services.notify_subscribers(before=None, after=move)
            counts.append(len(captured))
        assert notices().count() == 2 + 62
        assert counts[1] <= counts[0] + 1  # SQLite accepts fewer rows in a query.


TODAY = date(2026, 6, 1)


def at(day: date):
    return timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))


def ago(**delta):
    return TODAY - timedelta(**delta)


class TestWhatIsOver:
    """On unsaved rows, without a database."""

    def over(self, *moves, since):
        row = Subscription(email=EMAIL, confirmed_at=at(since), created_at=at(since))
        return is_expired(row, moves, TODAY)

    def move(self, status="planned", period="", last_reported=None, done=None):
        move = Relocation(
            status=status, actual_date=done, last_reported_at=last_reported and at(last_reported)
        )
        move.period = Period.parse(period)
        return move

    @pytest.mark.parametrize(("days", "expected"), [(30, False), (31, True)])
    def test_thirty_days_after_the_move_is_done(self, days, expected):
        done = self.move("done", "2026", last_reported=ago(days=days), done=ago(days=days))
        assert self.over(done, since=ago(days=200)) is expected

    def test_the_last_of_several(self):
        first = self.move("done", last_reported=ago(days=90), done=ago(days=90))
        last = self.move("done", last_reported=ago(days=10), done=ago(days=10))
        assert not self.over(first, last, since=ago(days=200))

    def test_a_move_done_long_before_it_was_reported(self):
        done = self.move("done", last_reported=ago(days=5), done=ago(days=100))
        assert not self.over(done, since=ago(days=200))

    @pytest.mark.parametrize("period", ["août 2026", "2026", "à partir du 4 juillet 2026"])
    def test_not_while_another_is_ahead(self, period):
        done = self.move("done", last_reported=ago(days=90), done=ago(days=90))
        assert not self.over(done, self.move(period=period), since=ago(days=900))

    @pytest.mark.parametrize("status", ["cancelled", "under_study"])
    def test_a_cancelled_or_undated_move_is_not_upcoming(self, status):
        done = self.move("done", last_reported=ago(days=90), done=ago(days=90))
        period = "août 2026" if status == "cancelled" else ""
        assert self.over(done, self.move(status, period), since=ago(days=200))

    def test_a_move_done_before_they_asked_does_not_end_it(self):
        done = self.move("done", done=ago(days=90))
        assert not self.over(done, since=ago(days=60))

    @pytest.mark.parametrize(("days", "expected"), [(546, False), (547, True)])
    def test_eighteen_months_without_any(self, days, expected):
        assert self.over(since=ago(days=days)) is expected

    def test_a_report_restarts_the_retention(self):
        cancelled = self.move("cancelled", "2025", last_reported=ago(days=300))
        assert not self.over(cancelled, since=ago(days=700))


class TestErased:
    def test_what_nobody_confirmed_in_seven_days(self):
        team = TeamFactory()
        expired = subscribed(team, confirmed_at=None, created_at=at(ago(days=8)))
        young = subscribed(team, "b@example.org", confirmed_at=None, created_at=at(ago(days=7)))
        stored = subscribed(
            team, "c@example.org", confirmed_at=at(TODAY), created_at=at(ago(days=8))
        )
        assert services.erase_old(TODAY) == 1
        assert set(Subscription.objects.all()) == {young, stored}
        assert expired not in Subscription.objects.all()

    def test_what_is_over_with_what_was_written(self):
        done = RelocationFactory(
            status="done", actual_date=ago(days=40), period=Period.parse("2026")
        )
        row = subscribed(done.team, confirmed_at=at(ago(days=100)))
        services.notify_subscribers(before=None, after=done)
        assert notices().waiting().count() == 1
        assert services.erase_old(TODAY) == 1
        assert not Subscription.objects.filter(pk=row.pk).exists()
        assert not notices().exists()

    def test_the_real_day_counts_in_a_replay(self, today):
        today("2024-01-20")
        subscribed(TeamFactory(), confirmed_at=timezone.now() - timedelta(days=600))
        tasks.erase()
        assert not Subscription.objects.exists()

    def test_every_night(self):
        names = {entry["task"] for entry in portal_settings.CELERY_BEAT_SCHEDULE.values()}
        assert {"relocations.erase", "relocations.remind"} <= names
        app.loader.import_default_modules()
        assert {"relocations.erase", "relocations.remind"} <= set(app.tasks)

    def test_queries_do_not_grow_with_those_that_stay(self, queries):
        counts = []
        for size in (2, 20):
            for number in range(size):
                subscribed(TeamFactory(), f"{size}-{number}@example.org", confirmed_at=at(TODAY))
            with queries() as captured:
                assert services.erase_old(TODAY) == 0
            counts.append(len(captured))
        assert counts[0] == counts[1] == 4
