"""The last administrator cannot be revoked, even when two revoke each other concurrently."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from portal.accounts.models import User
from portal.accounts.services import LastAdministratorError, revoke_administrator
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.usefixtures("emptied_afterwards"),
    pytest.mark.django_db(transaction=True),
]


def test_two_administrators_who_revoke_each_other_leave_one():
    pair = [UserFactory(is_superuser=True) for _ in range(2)]
    together, refused = Barrier(2), []

    def dismiss(by: User, user: User) -> None:
        together.wait()
        try:
            revoke_administrator(by=by, user=user)
        except LastAdministratorError:
            refused.append(user)
        finally:
            connections.close_all()

    threads = [Thread(target=dismiss, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.administrators().count() == 1
    assert len(refused) == 1
