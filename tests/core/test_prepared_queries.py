"""A queryset is composed once, then runs with the values of each call."""

from datetime import date

import pytest
from django.db.models import CharField, DateField

from accueil.models import SpecialHours
from portal.core.caching.prepared_queries import Parameter, PreparedQuery
from tests.factories import DepartmentFactory, SpecialHoursFactory

pytestmark = pytest.mark.django_db


def test_the_same_query_for_other_values(django_assert_num_queries):
    compositions = []

    def build():
        compositions.append(1)
        return SpecialHours.objects.filter(
            department=Parameter("department", CharField()),
            last_day__gte=Parameter("today", DateField()),
            effect="closed",
        ).values_list("pk")

    for code in ("96", "97"):
        DepartmentFactory(code=code)
    days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    first = SpecialHoursFactory(department_id="96", **days)
    second = SpecialHoursFactory(department_id="97", **days)
    query = PreparedQuery(build)
    with django_assert_num_queries(3):
        assert query.rows(department="96", today=date(2026, 11, 30)) == [(first.pk,)]
        assert query.rows(department="97", today=date(2026, 11, 1)) == [(second.pk,)]
        assert query.rows(department="97", today=date(2026, 12, 1)) == []
    assert compositions == [1]
