"""Ten people enter the same month at the same moment: no number is undone in silence."""

from collections import Counter
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from accueil.models import Activity
from tests.factories import ReceptionPointFactory, administrator

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]
PEOPLE = 10


@pytest.fixture
def points(today):
    today("2026-04-15")
    return ReceptionPointFactory.create_batch(PEOPLE)


def statuses(sent) -> Counter:
    """The answers to these forms, all sent by one person's windows at once."""
    first = Client()
    first.force_login(administrator())
    together, found = Barrier(len(sent)), []

    def send(given) -> None:
        client = Client()
        client.cookies = first.cookies
        together.wait()
        try:
            answer = client.post("/espace/activite/", {"mois": "2026-03", **given})
            found.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(given,)) for given in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(found)


def test_on_one_line_one_is_kept_and_the_others_are_told(points):
    name = f"point-{points[0].pk}-door-requests"
    assert statuses([{name: str(number + 1)} for number in range(PEOPLE)]) == {
        302: 1,
        409: PEOPLE - 1,
    }
    assert Activity.objects.get().month == date(2026, 3, 1)


def test_each_on_a_line_of_their_own_all_are_kept(points):
    sent = [{f"point-{point.pk}-door-requests": str(point.pk)} for point in points]
    assert statuses(sent) == {302: PEOPLE}
    assert {row.point_id: row.requests for row in Activity.objects.all()} == {
        point.pk: point.pk for point in points
    }
