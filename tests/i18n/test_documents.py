"""E-mails, printed documents and errors of the API: each text is a message or data."""

import re
from urllib.parse import unquote_plus

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts import invitations
from portal.core import clock
from portal.notices.models import Notice
from relocations.editing import services as move_services
from relocations.models import Relocation, Subscription
from relocations.reminders.notifications import queue_reminders
from relocations.subscriptions import services as subscription_services
from schema_actions.campaigns import notifications as campaign_notifications
from schema_actions.documents import report_html
from schema_actions.entries import services as entry_services
from schema_actions.exports.content import report_content
from schema_actions.models import Campaign
from tests.factories import administrator, agent, pilot
from tests.i18n.data import normalise
from tests.i18n.test_pages import data, pseudo_language, untranslated  # noqa: F401, fixtures
from tests.i18n.visible_text import outside_brackets, untranslated_html
from tests.rights.test_table import sessions  # noqa: F401, a fixture
from tests.schema_actions import campaigns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loiret", "pseudo_language")]


@pytest.fixture
def escaped(data):  # noqa: F811
    """Return a function that lists the parts of texts that are neither messages nor data."""
    return lambda texts: [part for text in texts for part in data.left_out_of(text)]


def email_texts() -> list[str]:
    """Return the subject and the text of each e-mail queued or sent, outside the brackets."""
    emails = [*Notice.objects.all(), *mail.outbox]
    texts = [text for email in emails for text in (email.subject, email.body)]
    return [outside_brackets(text) for text in texts]


def test_emails_of_accounts(client, escaped):
    user = agent("ads-orleans-metropole")
    invited = invitations.get_or_create_user("invitee@loiret.test")
    invitations.send(user=invited, link=invitations.link_for(invited), by=user)
    client.post("/mot-de-passe/oublie/", {"email": user.email})
    assert len(mail.outbox) == 2
    assert set(escaped(email_texts())) <= {normalise(user.name)}


def test_emails_of_moves(escaped):
    move = Relocation.objects.filter(team__slug="olivetaine").first()
    agent(move.team.agency.slug)
    subscription_services.request_subscription(team=move.team, email="a@loiret.test")
    Subscription.objects.create(
        team=move.team, email="lectrice@loiret.test", confirmed_at=timezone.now()
    )
    queue_reminders(clock.today())
    change = move_services.ChangeRequest(to="cancelled", version=move.version, reason="Bail refusé")
    move_services.change(move=move, change_request=change, by=administrator())
    kinds = {notice.key.partition("-")[0] for notice in Notice.objects.all()}
    assert kinds == {"relocation", "reminder", "subscription"}
    assert set(escaped(email_texts())) <= {"bail refusé"}


def test_emails_of_campaigns(escaped):
    user, reviewer = pilot(), pilot(kind="reviewer")
    campaign = campaigns.open_campaign(user, "1.1.1", "1.1.2", due_on=clock.today())
    entry = campaigns.submit_entry(campaign, "1.1.1", user)
    campaign_notifications.remind_pilots(campaign, clock.today())
    campaign_notifications.remind_reviewers(campaign, clock.today())
    entry_services.give_back(entry=entry, version=entry.version, reason="Bail refusé", by=reviewer)
    kinds = {notice.key.split("-")[2] for notice in Notice.objects.all()}
    assert kinds == {"opened", "remind", "review", "back"}
    assert set(escaped(email_texts())) <= {"bail refusé", normalise(campaign.title)}


def test_printed_documents(escaped):
    campaign = Campaign.objects.public().first()
    report = report_html(report_content(f"{campaign.plan.slug}/{campaign.slug}"))
    assert not escaped(untranslated_html(report))


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/teams/?inconnu=1",
        "/api/v1/teams/nulle-part/",
        "/api/v1/teams/?page=1000",
        "/api/v1/teams/?department=100",
        "/api/v1/teams/?on=hier",
        "/api/v1/lookup/?on=hier",
        "/api/v1/lookup/?q=Olivet&on=2023-11-24",
        "/api/v1/lookup/?q=Atlantide",
        "/api/v1/lookup/?q=45100",
        "/api/v1/lookup/?q=j'ai faim",
        "/trouver/?q=Atlantide",
        "/trouver/?q=45100",
        "/trouver/?q=Paris",
        "/communes/45232/?le=hier",
        "/communes/45234/",
        "/communes/45234/?rue=rue+de+Bourgogne&numero=12&suivi=oui",
        "/communes/45232/?le=2023-11-24",
        "/demenagements/?statut=inconnu",
        "/nulle-part/",
    ],
)
def test_answers_to_questions_and_faulty_ones(address, escaped):
    asked = normalise(unquote_plus(address))
    typed = {*re.split(r"[&?/]", asked), *re.split(r"[=&?/]", asked)}
    assert set(escaped(untranslated(Client().get(address)))) <= typed
