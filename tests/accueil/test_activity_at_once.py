"""Ten agents save the same month concurrently: no count is overwritten silently."""

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
    """Return the status codes of these forms, posted concurrently by one user."""
    first = Client()
    first.force_login(administrator())
    together, statuses = Barrier(len(sent)), []

    def send(data) -> None:
        client = Client()
        client.cookies = first.cookies
        together.wait()
        try:
            answer = client.post("/espace/activite/", {"mois": "2026-03", **data})
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(data,)) for data in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def test_concurrent_edits_of_one_row_save_one_and_refuse_the_others(points):
    name = f"point-{points[0].pk}-door-requests"
    assert statuses([{name: str(number + 1)} for number in range(PEOPLE)]) == {
        302: 1,
        409: PEOPLE - 1,
    }
    assert Activity.objects.get().month == date(2026, 3, 1)


def test_concurrent_edits_of_different_rows_are_all_saved(points):
    sent = [{f"point-{point.pk}-door-requests": str(point.pk)} for point in points]
    assert statuses(sent) == {302: PEOPLE}
    assert {row.point_id: row.requests for row in Activity.objects.all()} == {
        point.pk: point.pk for point in points
    }
