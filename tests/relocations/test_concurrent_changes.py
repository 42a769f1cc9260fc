"""Fifty concurrent changes of the same move: one is saved, the others are stale."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from relocations.models import Relocation
from tests.factories import RelocationFactory, administrator

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]
PEOPLE = 50


def test_one_change_wins_and_the_others_are_stale():
    move = RelocationFactory()
    first = Client()
    first.force_login(administrator())
    together, statuses = Barrier(PEOPLE), []

    def change(number: int) -> None:
        client = Client()
        client.cookies = first.cookies
        change_request = {
            **{"to": "planned", "version": 1, "reason": f"essai {number}"},
            "period": f"{number % 28 + 1} mars 2027",
        }
        address = f"/api/v1/relocations/{move.pk}/transition/"
        together.wait()
        try:
            answer = client.post(address, change_request, content_type="application/json")
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=change, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {200: 1, 409: PEOPLE - 1}
    move = Relocation.objects.get(pk=move.pk)
    assert (move.version, move.history.count()) == (2, 2)
