"""A row is leased to a single worker at a time, and is free again when that worker dies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.notices import services
from portal.notices.models import Notice
from tests.notices.conftest import notice_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> tuple[Notice, Notice]:
    """Return the same row twice, as two workers read it."""
    notice = services.queue(**notice_fields())
    return notice, Notice.objects.get(pk=notice.pk)


def expire_leases(age: timedelta = Notice.lease) -> None:
    Notice.objects.update(claimed_at=timezone.now() - age - timedelta(seconds=1))


def test_one_of_two_workers_claims_a_row(rows):
    first, second = rows
    assert Notice.objects.claim(first, attempts=1)
    assert not Notice.objects.claim(second, attempts=2)
    stored = Notice.objects.get()
    assert (stored.claimed_at, stored.attempts) == (first.claimed_at, first.attempts)
    assert (second.claimed_at, second.attempts) == (None, 0)


def test_a_row_out_of_the_queryset_is_not_claimed(rows):
    assert not Notice.objects.sent().claim(rows[0])


def test_a_released_row_is_claimable_with_what_was_written(rows):
    first, second = rows
    Notice.objects.claim(first)
    assert not Notice.objects.claimable(timezone.now()).exists()
    assert Notice.objects.release(first, last_error="busy")
    assert Notice.objects.claimable(timezone.now()).get().last_error == "busy"
    assert Notice.objects.claim(second)


@pytest.mark.parametrize("age", [Notice.lease, -2 * Notice.lease], ids=["old", "clock set back"])
def test_the_row_of_a_dead_worker_is_claimed_by_another(rows, age):
    first, second = rows
    Notice.objects.claim(first)
    assert not Notice.objects.lease_expired(timezone.now()).exists()
    expire_leases(age)
    assert Notice.objects.lease_expired(timezone.now()).get() == first
    assert Notice.objects.claim(second)


def test_a_worker_whose_lease_expired_writes_nothing(rows):
    first, second = rows
    Notice.objects.claim(first)
    expire_leases()
    Notice.objects.claim(second)
    assert not Notice.objects.release(first, last_error="late")
    assert Notice.objects.get().last_error == ""
    assert Notice.objects.release(second)


def test_each_costs_one_query(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        Notice.objects.claim(rows[0])
    with django_assert_num_queries(1):
        Notice.objects.release(rows[0])
