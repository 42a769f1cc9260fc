"""Concurrent sectors of one commune for several teams: one is saved, the others get an error."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from teams.models import Sector
from tests.factories import CommuneFactory, TeamFactory, administrator

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]
AGENTS = 6


@pytest.fixture
def teams():
    return TeamFactory.create_batch(AGENTS, agency__department__code="98")


def statuses(sent) -> Counter:
    """Send these forms (address, fields) concurrently; return the responses."""
    first = Client()
    first.force_login(administrator())
    together, statuses = Barrier(len(sent)), []

    def send(address, fields) -> None:
        client = Client()
        client.cookies = first.cookies
        together.wait()
        try:
            statuses.append(client.post(address, fields).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=sector) for sector in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def test_new_sectors(teams):
    commune = CommuneFactory(department_id="98")
    whole = {"commune": commune.pk, "kind": "commune", "basis": "published", "parity": "all"}
    where = reverse("admin:teams_sector_add")
    sent = [
        (where, {**whole, "team": sector.pk, "name": f"Secteur {sector.pk}"}) for sector in teams
    ]
    assert statuses(sent) == {302: 1, 400: AGENTS - 1}
    assert Sector.objects.filter(commune=commune).count() == 1


def test_sectors_that_change(teams):
    """Each has a commune of its own; all are given the same one."""
    commune = CommuneFactory(department_id="98")
    whole = {"kind": "commune", "basis": "published"}
    rows = [
        Sector.objects.create(
            team=team,
            commune=CommuneFactory(department_id="98"),
            slug=f"s-{team.pk}",
            name="S",
            **whole,
        )
        for team in teams
    ]
    sent = [
        (
            reverse("admin:teams_sector_change", args=[row.pk]),
            {**whole, "commune": commune.pk, "team": row.team_id, "name": "S", "parity": "all"},
        )
        for row in rows
    ]
    assert statuses(sent) == {302: 1, 400: AGENTS - 1}
    assert Sector.objects.filter(commune=commune).count() == 1
