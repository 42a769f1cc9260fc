"""A person who has not accepted their invitation receives no e-mail but the invitation."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.core.cache import cache

from portal.accounts import invitations
from portal.accounts.enums import RoleKind
from portal.accounts.models import Role, User
from portal.notices.models import Notice
from relocations.editing import services
from relocations.editing.services import ChangeRequest
from relocations.models import Relocation
from relocations.reminders import notifications as reminder_notifications
from schema_actions.campaigns import notifications as campaign_notifications
from schema_actions.campaigns import services as campaign_services
from schema_actions.entries import services as entry_services
from teams.models import Agency, Membership
from tests.factories import agent, manager, pilot
from tests.schema_actions.campaigns import assign, get_entry, open_campaign, submit_entry

pytestmark = pytest.mark.django_db
ORLEANS, KEY = "ads-orleans-metropole", "1.1.1"
INVITED = "invitee@loiret.test"


@pytest.fixture(autouse=True)
def nobody_counted(loiret):
    cache.clear()


@pytest.fixture
def invited() -> User:
    """An agent, pilot and reviewer who has not accepted the invitation."""
    user = invitations.get_or_create_user(INVITED)
    Membership.objects.create(user=user, agency=Agency.objects.get(slug=ORLEANS))
    for kind in (RoleKind.PILOT, RoleKind.REVIEWER):
        Role.objects.create(user=user, department_id="45", kind=kind)
    return user


def by_password(user: User) -> None:
    assert invitations.accept(user=user, password="trois mots bien choisis", name="Venue")


def by_proconnect(user: User) -> None:
    User.objects.filter(pk=user.pk).update(last_login=datetime(2026, 3, 2, tzinfo=UTC))


def a_move_changes(user: User, today) -> None:
    today("2024-01-20")
    move = Relocation.objects.get(key="45-2023-fleuryssois")
    services.change(
        move=move,
        change_request=ChangeRequest(to="planned", version=move.version),
        by=agent(ORLEANS),
    )


def moves_wait(user: User, today) -> None:
    today("2026-03-02")
    reminder_notifications.queue_reminders(date(2026, 3, 2))


def a_campaign_opens(user: User, today) -> None:
    open_campaign(user, KEY)


def a_sheet_is_given(user: User, today) -> None:
    campaign = open_campaign(pilot(), "1.1.2")
    assign(campaign, user, KEY)


def sheets_are_late(user: User, today) -> None:
    campaign_notifications.remind_pilots(open_campaign(user, KEY), date(2027, 6, 16))


def sheets_wait_for_a_review(user: User, today) -> None:
    writer = pilot()
    campaign = open_campaign(writer, KEY)
    submit_entry(campaign, KEY, writer)
    campaign_notifications.remind_reviewers(campaign, date(2027, 5, 3))


def a_sheet_is_given_back(user: User, today) -> None:
    writer = pilot()
    campaign = open_campaign(writer, KEY)
    campaign_services.assign(campaign=campaign, user=user, entries=[get_entry(campaign, KEY).pk])
    entry = submit_entry(campaign, KEY, writer)
    entry_services.give_back(entry=entry, version=entry.version, reason="Complétez", by=manager())


KINDS = [
    a_move_changes,
    moves_wait,
    a_campaign_opens,
    a_sheet_is_given,
    sheets_are_late,
    sheets_wait_for_a_review,
    a_sheet_is_given_back,
]


@pytest.mark.parametrize("happens", KINDS)
class TestNotices:
    def test_none_before(self, invited, today, happens):
        happens(invited, today)
        assert not Notice.objects.filter(recipient=INVITED).exists()

    @pytest.mark.parametrize("accept", [by_password, by_proconnect])
    def test_all_after(self, invited, today, happens, accept):
        accept(invited)
        happens(User.objects.get(pk=invited.pk), today)
        assert Notice.objects.filter(recipient=INVITED).exists()


@pytest.mark.parametrize(("accept", "count"), [(None, 0), (by_password, 1), (by_proconnect, 1)])
def test_a_forgotten_password(client, invited, accept, count):
    if accept:
        accept(invited)
    answer = client.post("/mot-de-passe/oublie/", {"email": INVITED})
    assert answer.status_code == 302, "the same answer for all"
    assert len(mail.outbox) == count


def test_the_queryset_agrees_with_the_property(invited):
    accepted, closed = agent(ORLEANS), agent(ORLEANS, is_active=False)
    users = set(User.objects.accepted())
    assert accepted in users
    assert {invited, closed} & users == set()
    assert users == {user for user in User.objects.all() if user.has_accepted}
