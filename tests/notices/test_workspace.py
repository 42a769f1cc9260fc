"""The panel of e-mails in the workspace: for administrators, when a delivery fails."""

import pytest
from django.utils import timezone

from portal.notices import services
from portal.notices.models import Notice
from tests.factories import administrator, manager
from tests.notices.conftest import notice_fields, queue_many

pytestmark = pytest.mark.django_db


def panel(client) -> str:
    page = client.get("/espace/").content.decode()
    return page.partition(">Courriels</h2>")[2].partition("</section>")[0]


def test_what_waits_without_a_server_and_why(client, loiret):
    queue_many(2)
    client.force_login(administrator())
    assert "2 courriels attendent." in panel(client)
    assert "EMAIL_URL" in panel(client)


def test_what_failed_leads_to_the_list(client, loiret, can_send):
    services.queue(**notice_fields())
    Notice.objects.update(failed_at=timezone.now())
    client.force_login(administrator())
    assert "1 courriel n'a pas pu partir." in " ".join(panel(client).split())
    assert "/admin/notices/notice/" in panel(client)


def test_nothing_when_all_goes_well(client, loiret, can_send):
    queue_many(2)
    client.force_login(administrator())
    assert panel(client) == ""


def test_nothing_to_others(client, loiret):
    queue_many(2)
    client.force_login(manager())
    assert panel(client) == ""
