"""Concurrent changes of one sheet: one is written, the others are refused."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from schema_actions.campaigns import services
from schema_actions.models import Campaign, Entry, Plan
from tests.factories import administrator
from tests.schema_actions.campaigns import PERIOD, get_entry, post_data
from tests.schema_actions.factories import CampaignFactory, SheetFactory

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]
PEOPLE = 20


def test_one_of_concurrent_drafts_wins():
    sheet = SheetFactory()
    plan = Plan.objects.get(pk=sheet.plan_id)
    period = CampaignFactory.build(plan=plan).period
    campaign = services.prepare(
        plan=plan, slug="2027", title=PERIOD, period=period, due_on="2027-06-30"
    )
    Campaign.objects.filter(pk=campaign.pk).update(status="open")
    entry = get_entry(campaign, "1.1.1")
    first = Client()
    first.force_login(administrator())
    together, statuses = Barrier(PEOPLE), []

    def write(number: int) -> None:
        client = Client()
        client.cookies = first.cookies
        address = f"/espace/schemas/{plan.slug}/campagnes/2027/fiches/1.1.1/"
        together.wait()
        try:
            answer = client.post(
                address,
                post_data(entry, done=f"Texte {number}"),
                headers={"Accept": "application/json"},
            )
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=write, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {200: 1, 409: PEOPLE - 1}
    assert Entry.objects.get(pk=entry.pk).version == 2
