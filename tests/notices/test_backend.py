"""E-mails sent with Django's functions are queued, one notice per recipient."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.urls import reverse

from portal.notices import delivery
from portal.notices.models import Notice
from portal.notices.services import NoticeRefused
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def usual_backend(settings) -> None:
    """Use the portal's e-mail backend in place of the one of the tests."""
    settings.EMAIL_BACKEND = "portal.notices.email_backend.OutboxBackend"


def test_a_mail_becomes_a_row_for_each_person_and_names_no_other(can_send):
    people = ["Ada <ada@example.org>", "bob@example.org"]
    assert send_mail("Invitation", "Bienvenue", None, people) == 1
    assert delivery.deliver(delivery.due_ids()) == 2
    seen = [(taken.recipient, taken.message["To"]) for taken in can_send.taken]
    assert seen == [("ada@example.org",) * 2, ("bob@example.org",) * 2]
    assert len({taken.id for taken in can_send.taken}) == 2


def test_its_content_is_secret_and_erased_once_sent(can_send):
    send_mail("Mot de passe", "https://portail.example/reset/abc", None, ["ada@example.org"])
    assert Notice.objects.get().is_secret
    delivery.deliver(delivery.due_ids())
    assert Notice.objects.get().body == ""


def test_a_forgotten_password_goes_through_it(client, can_send):
    user = UserFactory()
    assert client.post(reverse("account_reset_password"), {"email": user.email}).status_code == 302
    delivery.deliver(delivery.due_ids())
    assert can_send.recipients == [user.email]
    assert "http" in can_send.taken[0].message.get_body(("plain",)).get_content()
    assert Notice.objects.get().body == ""


def test_html_comes_with_its_plain_text():
    send_mail("Bonjour", "en clair", None, ["a@example.org"], html_message="<p>mis en forme</p>")
    notice = Notice.objects.get()
    assert (notice.body, notice.html) == ("en clair", "<p>mis en forme</p>")


def test_html_alone_gets_a_plain_text():
    mail = EmailMessage("Bonjour", "<p>mis en forme</p>", to=["a@example.org"])
    mail.content_subtype = "html"
    mail.send()
    notice = Notice.objects.get()
    assert (notice.body, notice.html) == ("mis en forme", "<p>mis en forme</p>")


def test_sender_answers_and_headers_go_through(settings, can_send):
    EmailMessage(
        "Bonjour",
        "texte",
        "loiret@example.org",
        ["a@example.org"],
        reply_to=["agence@example.org"],
        headers={"List-Id": "portail.example"},
    ).send()
    delivery.deliver(delivery.due_ids())
    message = can_send.taken[0].message
    assert message["From"] == "loiret@example.org"
    assert message["Reply-To"] == "agence@example.org"
    assert message["List-Id"] == "portail.example"


def test_copies_are_people_too():
    EmailMessage("Bonjour", "texte", to=["a@example.org"], bcc=["b@example.org"]).send()
    assert set(Notice.objects.values_list("recipient", flat=True)) == {
        "a@example.org",
        "b@example.org",
    }


def test_a_forged_header_is_refused_and_nobody_is_written_to():
    with pytest.raises(NoticeRefused, match="une seule ligne"):
        send_mail("Bonjour", "texte", "b@example.org\nBcc: all@example.org", ["a@example.org"])
    silent = {"fail_silently": True}
    assert send_mail("Bonjour", "texte", "b@example.org\nc", ["a@example.org"], **silent) == 0
    assert not Notice.objects.exists()


def test_an_attachment_is_refused_rather_than_lost():
    mail = EmailMultiAlternatives("Bonjour", "texte", to=["a@example.org"])
    mail.attach("plan.txt", "rue Danton", "text/plain")
    with pytest.raises(NoticeRefused, match="pièce jointe"):
        mail.send()
    assert not Notice.objects.exists()
