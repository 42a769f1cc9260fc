"""The administration lists notices without their secrets, and sends failed ones again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.notices import services
from portal.notices.models import Notice
from tests import factories
from tests.notices.conftest import notice_fields, queue_many

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notices_notice_changelist")


def page_of(client, notice: Notice) -> str:
    address = reverse("admin:notices_notice_change", args=[notice.pk])
    return client.get(address).content.decode()


def send_again(client, *notices: Notice):
    chosen = [notice.pk for notice in notices]
    return client.post(LIST, {"action": "send_again", "_selected_action": chosen}, follow=True)


def failed(number: int) -> Notice:
    notice = services.queue(**notice_fields(number))
    Notice.objects.filter(pk=notice.pk).update(failed_at=timezone.now(), last_error="550")
    return notice


@pytest.fixture
def signed_in(client):
    client.force_login(factories.administrator())


@pytest.mark.usefixtures("signed_in")
class TestTheAdministrator:
    def test_sees_how_many_wait_and_why(self, client):
        queue_many(2)
        page = client.get(LIST).content.decode()
        assert "En attente : 2." in page
        assert "EMAIL_URL" in page

    def test_the_list_shows_no_whole_address_and_no_content(self, client):
        services.queue(**notice_fields(7))
        page = client.get(LIST).content.decode()
        assert "so…@example.org" in page
        assert "someone-7" not in page
        assert "rue Danton" not in page

    def test_a_notice_shows_its_content_unless_secret(self, client):
        plain = services.queue(**notice_fields(1))
        secret = services.queue(**notice_fields(2, is_secret=True, html="<p>rue Danton</p>"))
        assert "rue Danton" in page_of(client, plain)
        page = page_of(client, secret)
        assert "rue Danton" not in page
        assert "someone-2@example.org" in page

    def test_filters_by_state(self, client):
        waiting, sent, lost = (
            services.queue(**notice_fields(1)),
            services.queue(**notice_fields(2)),
            failed(3),
        )
        sent.mark_sent()
        for state, expected in (("waiting", waiting), ("sent", sent), ("failed", lost)):
            matches = client.get(LIST, {"state": state}).context["cl"].result_list
            assert list(matches) == [expected]

    def test_sends_failures_again_and_nothing_else(self, client):
        lost, sent = failed(1), services.queue(**notice_fields(2))
        sent.mark_sent()
        assert "1 courriel repart." in send_again(client, lost, sent).content.decode()
        lost.refresh_from_db()
        assert lost.failed_at is None
        assert Notice.objects.sent().get() == sent

    def test_changes_nothing_else(self, client):
        notice = services.queue(**notice_fields())
        address = reverse("admin:notices_notice_change", args=[notice.pk])
        assert client.post(address, {"recipient": "x@example.org"}).status_code == 403
        assert client.get(reverse("admin:notices_notice_add")).status_code == 403
        delete = reverse("admin:notices_notice_delete", args=[notice.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403

    def test_a_list_takes_as_many_queries_whatever_its_size(self, client, queries):
        counts = []
        for size in (3, 60):
            queue_many(size)
            with queries() as captured:
                page = client.get(LIST)
            counts.append((len(page.context["cl"].result_list), len(captured)))
        assert counts == [(3, counts[0][1]), (60, counts[0][1])]


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: None, 302),
        (factories.UserFactory, 302),
        (lambda: factories.agent("ads-nord-loiret"), 403),
        (factories.manager, 403),
    ],
)
def test_others_see_nothing_and_send_nothing_again(client, loiret, make, status):
    if user := make():
        client.force_login(user)
    lost = failed(1)
    assert client.get(LIST).status_code == status
    send_again(client, lost)
    lost.refresh_from_db()
    assert lost.failed_at
