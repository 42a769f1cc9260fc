"""Two concurrent invitations of one person: the link of the last e-mail works, whichever it is."""

import re
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from portal.accounts.models import User
from tests.factories import manager

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]
EMAIL = "nouvelle@loiret.test"


def test_both_links_work():
    browsers, together, statuses = [Client(), Client()], Barrier(2), []
    for browser in browsers:
        browser.force_login(manager())

    def invite(browser: Client) -> None:
        together.wait()
        try:
            sent = {"email": EMAIL, "rights": ["pilot:45"]}
            statuses.append(browser.post("/espace/personnes/", sent).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=invite, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert User.objects.filter(email=EMAIL).count() == 1
    links = [re.search(r"(/invitation/\S+)", message.body)[1] for message in mail.outbox]
    assert len(links) == 2
    for link in links:
        assert Client().get(link).status_code == 302
