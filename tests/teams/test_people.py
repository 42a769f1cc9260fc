"""People and their rights: invited, granted, revoked, with their author, within a département."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail

from portal.accounts.invitations import accept, get_or_create_user, link_for
from portal.accounts.models import RightChange, Role, User
from portal.accounts.services import LastAdministratorError, grant_role, revoke_administrator
from portal.territory.models import Department
from teams.models import Membership
from teams.people.grants import available_grants
from tests.factories import PASSWORD, UserFactory, administrator, agent, manager, pilot
from tests.keyboard import KeyboardClient

pytestmark = pytest.mark.django_db
PAGE = "/espace/personnes/"
EMAIL = "nouvelle@loiret.test"


def send(client, *rights, email=EMAIL, **more):
    return client.post(PAGE, {"email": email, "rights": rights, **more}, follow=True)


def rights_of(email=EMAIL) -> set[str]:
    user = User.objects.get(email=email)
    roles = {f"{role.kind}:{role.department_id}" for role in user.roles.all()}
    agencies = {f"agent:{member.agency.slug}" for member in user.memberships.all()}
    return roles | agencies | ({"administrator"} if user.is_superuser else set())


def link_on(answer) -> str:
    """The path of the invitation link on the page, without scheme and host."""
    people = re.search(r"http://127.0.0.1:8000(/invitation/[^<]+)", answer.content.decode())
    return people[1] if people else ""


def link_in(message) -> str:
    """The path of the invitation link in an e-mail, without scheme and host."""
    return re.search(r"http://127.0.0.1:8000(/invitation/\S+)", message.body)[1]


@pytest.fixture
def boss(client, loiret):
    user = manager(name="Le Gestionnaire")
    client.force_login(user)
    return user


class TestWhoComesIn:
    @pytest.mark.parametrize(
        "address",
        [PAGE, f"{PAGE}journal/", f"{PAGE}1/retirer/", f"{PAGE}1/lien/", f"{PAGE}1/code/"],
    )
    def test_nobody_is_led_to_the_sign_in(self, client, loiret, address):
        act = client.get if address in (PAGE, f"{PAGE}journal/") else client.post
        assert act(address)["Location"].startswith("/connexion/?next=")

    @pytest.mark.parametrize("make", [lambda: agent("ads-nord-loiret"), pilot, UserFactory])
    def test_agents_pilots_and_others_are_refused(self, client, loiret, make):
        client.force_login(make())
        assert client.get(PAGE).status_code == 403
        assert client.get(f"{PAGE}journal/").status_code == 403
        assert client.post(PAGE, {"email": EMAIL, "rights": ["manager:45"]}).status_code == 403
        assert not User.objects.filter(email=EMAIL).exists()


class TestInviting:
    def test_rights_are_given_and_the_link_sent_and_shown_once(self, client, boss):
        answer = send(client, "agent:ads-nord-loiret", "pilot:45", name="Nouvelle Venue")
        assert rights_of() == {"agent:ads-nord-loiret", "pilot:45"}
        [message] = mail.outbox
        assert message.to == [EMAIL]
        link = link_on(answer)
        assert link in message.body
        assert "Le Gestionnaire" in message.body
        assert link_on(client.get(PAGE)) == ""
        assert "invitation en attente" in client.get(PAGE).content.decode()

    def test_grants_are_logged_with_their_author(self, client, boss):
        send(client, "agent:ads-nord-loiret", "manager:45")
        stored = RightChange.objects.filter(user__email=EMAIL)
        assert {(change.right, change.granted, change.changed_by) for change in stored} == {
            ("agent, ADS Nord Loiret", True, boss),
            ("gestionnaire du Loiret", True, boss),
        }
        page = client.get(f"{PAGE}journal/").content.decode()
        assert "gestionnaire du Loiret" in page
        assert "Le Gestionnaire" in page

    def test_twice_changes_nothing_and_every_link_works(self, client, boss):
        first = link_on(send(client, "pilot:45"))
        second = link_on(send(client, "pilot:45", email=EMAIL.upper()))
        assert RightChange.objects.filter(user__email=EMAIL).count() == 1
        assert len(mail.outbox) == 2
        for link in (first, second, *map(link_in, mail.outbox)):
            assert KeyboardClient().get(link).status_code == 302

    def test_a_mailbox_receives_three_invitations_a_day(self, client, boss):
        addresses = ["a@loiret.test", "A@Loiret.test", "a+1@loiret.test", "a+2@loiret.test"]
        answers = [send(client, "pilot:45", email=address) for address in addresses]
        assert [message.to for message in mail.outbox] == [
            ["a@loiret.test"],
            ["a@loiret.test"],
            ["a+1@loiret.test"],
        ]
        assert "a déjà reçu trois invitations" in answers[-1].content.decode()
        assert "a déjà reçu trois invitations" not in answers[-2].content.decode()
        assert KeyboardClient().get(link_on(answers[-1])).status_code == 302, (
            "it may be handed over"
        )
        user = User.objects.get(email="a@loiret.test")
        again = client.post(f"{PAGE}{user.pk}/lien/", follow=True)
        assert "a déjà reçu trois invitations" in again.content.decode()
        client.force_login(administrator())
        send(client, "pilot:45", email="a+3@loiret.test")
        assert len(mail.outbox) == 3, "whoever invites"
        send(client, "pilot:45", email="b@loiret.test")
        assert len(mail.outbox) == 4

    def test_invitations_per_person_are_limited(self, client, boss, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invite": "2/1d/user"}
        for number in (1, 2):
            send(client, "pilot:45", email=f"venue{number}@loiret.test")
        answer = send(client, "pilot:45", email="venue3@loiret.test", name="Venue")
        assert (answer.status_code, answer["Retry-After"]) == (429, "86400")
        assert "continuez demain" in answer.content.decode()
        assert 'value="Venue"' in answer.content.decode()
        assert not User.objects.filter(email="venue3@loiret.test").exists()
        user = User.objects.get(email="venue1@loiret.test")
        again = client.post(f"{PAGE}{user.pk}/lien/", follow=True)
        assert "continuez demain" in again.content.decode()
        assert len(mail.outbox) == 2

    def test_somebody_who_has_an_account_receives_rights_alone(self, client, boss):
        existing = agent("ads-nord-loiret")
        answer = send(client, "reviewer:45", email=existing.email)
        assert rights_of(existing.email) == {"agent:ads-nord-loiret", "reviewer:45"}
        assert mail.outbox == []
        assert link_on(answer) == ""
        existing.refresh_from_db()
        assert existing.check_password(PASSWORD)

    def test_a_mail_server_that_fails_leaves_the_link(self, client, boss, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        answer = send(client, "pilot:45")
        assert "donnez ce lien vous-même" in answer.content.decode()
        assert link_on(answer)

    @pytest.mark.parametrize(
        ("email", "rights", "text"),
        [
            ("pas une adresse", ["pilot:45"], "adresse e-mail valide"),
            (EMAIL, [], "Cochez au moins un droit."),
            (EMAIL, ["manager:41"], "Vous ne pouvez pas donner ce droit."),
            (EMAIL, ["administrator"], "Vous ne pouvez pas donner ce droit."),
            (EMAIL, ["roi:45"], "Vous ne pouvez pas donner ce droit."),
        ],
    )
    def test_a_refused_form_keeps_what_was_typed(self, client, boss, email, rights, text):
        form = {"email": email, "rights": ["agent:ads-nord-loiret", *rights], "name": "Venue"}
        if not rights:
            form["rights"] = []
        answer = client.post(PAGE, form)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert text in page
        assert 'value="Venue"' in page
        if rights:
            assert 'value="agent:ads-nord-loiret" checked' in page
        assert not User.objects.filter(email=EMAIL).exists()


class TestTheLink:
    form = {"password1": "trois mots bien choisis", "password2": "trois mots bien choisis"}

    @pytest.fixture
    def link(self, client, boss) -> str:
        return link_on(send(client, "agent:ads-nord-loiret"))

    def test_it_opens_the_account_once(self, link):
        guest = KeyboardClient()
        answer = guest.get(link)
        assert answer["Location"] == "/invitation/"
        page = guest.get("/invitation/").content.decode()
        assert EMAIL in page
        answer = guest.post("/invitation/", {**self.form, "name": "Venue"})
        assert answer["Location"] == "/invitation/acceptee/"
        assert guest.get("/invitation/acceptee/").status_code == 200
        assert guest.post("/invitation/", self.form).status_code == 410
        assert KeyboardClient().get(link).status_code == 410
        signed_in = guest.post(
            "/connexion/", {"login": EMAIL, "password": self.form["password1"]}, follow=True
        )
        assert "Bonjour, Venue" in signed_in.content.decode()

    def test_of_two_concurrent_answers_the_first_wins(self, link):
        first, second = KeyboardClient(), KeyboardClient()
        for guest in (first, second):
            guest.get(link)
        assert first.post("/invitation/", {**self.form, "name": "A"}).status_code == 302
        assert second.post("/invitation/", {**self.form, "name": "B"}).status_code == 410
        assert User.objects.get(email=EMAIL).name == "A"

    def test_even_at_the_very_same_moment(self, link):
        first, second = (User.objects.get(email=EMAIL) for _ in range(2))
        assert accept(user=first, password="l'un des deux mots", name="A")
        assert not accept(user=second, password="l'autre des deux", name="B")
        assert User.objects.get(email=EMAIL).check_password("l'un des deux mots")

    def test_it_opens_nothing_once_the_account_is_closed(self, link):
        User.objects.filter(email=EMAIL).update(is_active=False)
        assert KeyboardClient().get(link).status_code == 410

    def test_it_ends_after_a_week(self, link, monkeypatch):
        import time

        now = time.time
        monkeypatch.setattr("time.time", lambda: now() + 7 * 24 * 3600 - 60)
        assert KeyboardClient().get(link).status_code == 302
        monkeypatch.setattr("time.time", lambda: now() + 7 * 24 * 3600 + 60)
        assert KeyboardClient().get(link).status_code == 410

    def test_a_bad_password_says_why(self, link):
        guest = KeyboardClient()
        guest.get(link)
        answer = guest.post("/invitation/", {"password1": "court", "password2": "court"})
        assert answer.status_code == 400
        assert "12 caractères" in answer.content.decode()

    @pytest.mark.parametrize("token", ["x", "WzEsICJ4Il0:1abc:def", "é" * 20])
    def test_a_forged_link_opens_nothing(self, client, db, token):
        assert client.get(f"/invitation/{token}/").status_code == 410
        assert client.get("/invitation/").status_code == 410

    def test_another_is_sent_on_demand_and_both_end_with_the_first_answer(self, client, boss, link):
        user = User.objects.get(email=EMAIL)
        other_user = link_on(client.post(f"{PAGE}{user.pk}/lien/", follow=True))
        guest = KeyboardClient()
        guest.get(link)
        assert KeyboardClient().get(other_user).status_code == 302
        assert guest.post("/invitation/", self.form).status_code == 302
        assert (
            KeyboardClient().get(link).status_code
            == KeyboardClient().get(other_user).status_code
            == 410
        )

    def test_it_ends_once_they_came_in_by_proconnect(self, client, boss, link):
        User.objects.filter(email=EMAIL).update(last_login=datetime(2026, 3, 2, tzinfo=UTC))
        assert KeyboardClient().get(link).status_code == 410
        assert "invitation en attente" not in client.get(PAGE).content.decode()

    def test_a_manager_does_not_open_an_account_that_may_do_more_than_they_may(self, client, boss):
        user = get_or_create_user(EMAIL)
        department = Department.objects.get(code="41")
        grant_role(by=None, user=user, department=department, kind="manager")
        link = link_for(user)
        answer = send(client, "pilot:45")
        assert link_on(answer) == ""
        assert client.post(f"{PAGE}{user.pk}/lien/").status_code == 403
        assert KeyboardClient().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 302


class TestTaking:
    def take(self, client, user, right):
        return client.post(f"{PAGE}{user.pk}/retirer/", {"right": right}, follow=True)

    def test_a_right_goes_the_account_stays(self, client, boss):
        user = agent("ads-nord-loiret", "ads-orleans-metropole")
        self.take(client, user, "agent:ads-nord-loiret")
        assert rights_of(user.email) == {"agent:ads-orleans-metropole"}
        change = RightChange.objects.get(user=user)
        assert (change.granted, change.right, change.changed_by) == (
            False,
            "agent, ADS Nord Loiret",
            boss,
        )
        self.take(client, user, "agent:ads-nord-loiret")
        assert RightChange.objects.filter(user=user).count() == 1

    def test_it_is_asked_first_who_loses_what_and_since_when(self, boss):
        browser = KeyboardClient(enforce_csrf_checks=True)
        browser.force_login(boss)
        user = UserFactory(name="Camille Petit")
        grant_role(by=boss, user=user, department=Department.objects.get(code="45"), kind="pilot")
        RightChange.objects.update(changed_at=datetime(2026, 3, 2, 12, tzinfo=UTC))
        address = f"{PAGE}{user.pk}/retirer/"
        query = browser.get(address, {"right": "pilot:45"})
        page = query.content.decode()
        assert "Camille Petit ne sera plus : <strong>pilote du Loiret</strong>" in page
        assert "donné le 2 mars 2026" in page
        assert rights_of(user.email) == {"pilot:45"}, "nothing is done yet"
        sent = {"right": "pilot:45"}
        assert browser.post(address, sent).status_code == 403, "a page of elsewhere cannot send it"
        assert rights_of(user.email) == {"pilot:45"}
        sent["csrfmiddlewaretoken"] = str(query.context["csrf_token"])
        assert browser.post(address, sent).status_code == 302
        assert rights_of(user.email) == set()

    def test_a_right_that_was_given_before_the_journal_is_asked_too(self, client, boss):
        page = client.get(f"{PAGE}{boss.pk}/retirer/", {"right": "manager:45"}).content.decode()
        assert "Le journal ne dit pas depuis quand." in page
        assert "votre propre droit" in page

    def test_what_somebody_has_not_is_not_asked_about(self, client, boss):
        user = agent("ads-nord-loiret")
        query = client.get(f"{PAGE}{user.pk}/retirer/", {"right": "pilot:45"}, follow=True)
        assert query.redirect_chain == [(PAGE, 302)]
        assert "pas ou plus ce droit" in query.content.decode()
        assert client.get(f"{PAGE}{user.pk}/retirer/").status_code == 403

    def test_it_takes_effect_at_the_next_page(self, client, boss):
        other_user, browser = manager(), KeyboardClient()
        browser.force_login(other_user)
        assert browser.get(PAGE).status_code == 200
        self.take(client, other_user, "manager:45")
        assert browser.get(PAGE).status_code == 403

    def test_a_manager_may_revoke_their_own_right(self, client, boss):
        answer = self.take(client, boss, "manager:45")
        assert answer.redirect_chain == [("/espace/", 302)]
        assert rights_of(boss.email) == set()

    def test_nobody_takes_away_the_last_administrator(self, client, loiret):
        first, second = administrator(), administrator()
        client.force_login(first)
        self.take(client, second, "administrator")
        assert not User.objects.get(pk=second.pk).is_superuser
        answer = self.take(client, first, "administrator")
        assert "Il faut au moins un administrateur" in answer.content.decode()
        assert User.objects.get(pk=first.pk).is_superuser

    def test_a_closed_administrator_does_not_count(self, loiret):
        last = administrator()
        administrator(is_active=False)
        with pytest.raises(LastAdministratorError):
            revoke_administrator(by=last, user=last)


class TestAnotherDepartement:
    """A manager of 41 can change nothing in 45."""

    @pytest.fixture
    def neighbour(self, client, loiret):
        user = manager("41")
        client.force_login(user)
        return user

    def test_they_see_nobody_of_it(self, client, neighbour):
        agent("ads-nord-loiret", name="Agente du Loiret")
        page = client.get(PAGE)
        assert [row["user"] for row in page.context["rows"]] == [neighbour]
        assert "Agente du Loiret" not in page.content.decode()
        assert "Loiret (45)" not in page.content.decode()

    def test_they_give_nothing_in_it(self, client, neighbour):
        for right in ("agent:ads-nord-loiret", "manager:45", "pilot:45", "administrator"):
            assert client.post(PAGE, {"email": EMAIL, "rights": [right]}).status_code == 400
        assert not User.objects.filter(email=EMAIL).exists()

    def test_they_take_nothing_in_it(self, client, neighbour):
        theirs, shared = agent("ads-nord-loiret"), agent("ads-nord-loiret")
        Role.objects.create(user=shared, department_id="41", kind="pilot")
        for user, status in ((theirs, 404), (shared, 403)):
            for act in (client.get, client.post):
                answer = act(f"{PAGE}{user.pk}/retirer/", {"right": "agent:ads-nord-loiret"})
                assert answer.status_code == status
        assert Membership.objects.count() == 2

    def test_their_log_does_not_show_it(self, client, neighbour):
        grant_role(
            by=None,
            user=UserFactory(),
            department=Department.objects.get(code="45"),
            kind="pilot",
        )
        assert "pilote du Loiret" not in client.get(f"{PAGE}journal/").content.decode()


def test_an_administrator_gives_everything(client, loiret):
    client.force_login(administrator())
    manager("41")
    send(client, "manager:45", "manager:41", "administrator", "agent:ads-nord-loiret")
    assert rights_of() == {"manager:45", "manager:41", "administrator", "agent:ads-nord-loiret"}


def test_people_are_found(client, boss):
    agent("ads-nord-loiret", name="Camille Durand", email="camille@loiret.test")
    for query, people in (("durand", 1), ("CAMILLE@", 1), ("zzz", 0)):
        assert len(client.get(PAGE, {"q": query}).context["rows"]) == people
    assert "Personne ne correspond" in client.get(PAGE, {"q": "zzz"}).content.decode()
    assert client.get(PAGE, {"page": "x"}).status_code == 400


def test_lists_take_as_many_queries_whatever_their_size(client, boss, queries):
    counts = []
    for size in (3, 30):
        while User.objects.count() < size:
            user = agent("ads-nord-loiret", "ads-orleans-metropole")
            Role.objects.create(user=user, department_id="45", kind="pilot")
            RightChange.objects.create(
                user=user, changed_by=boss, granted=True, right="x", department_id="45"
            )
        for address in (PAGE, f"{PAGE}journal/"):
            with queries() as captured:
                client.get(address)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16


def test_available_grants_take_few_queries(loiret, queries):
    boss = manager()
    with queries() as captured:
        grants = available_grants(boss)
    assert len(captured) <= 4
    assert "agent:ads-nord-loiret" in grants.by_code
