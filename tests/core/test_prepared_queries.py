"""A queryset is composed once, then runs with the values of each call."""

from datetime import date

import pytest
from django.db.models import CharField, DateField

from accueil.models import SpecialHours
from portal.core.caching.prepared_queries import Parameter, PreparedQuery, named_sql
from portal.core.caching.raw_sql import fetch_rows
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


def test_the_sql_of_a_queryset_runs_inside_a_longer_query():
    department = DepartmentFactory(code="96")
    days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    special_hours = SpecialHoursFactory(department=department, **days)
    today = Parameter("today", DateField())
    sql = named_sql(SpecialHours.objects.filter(first_day__lte=today, last_day__gte=today))
    count = f"select count(*) from ({sql}) shown where id <> %(id)s"
    params = {"today": date(2026, 11, 30), "id": 0}
    assert fetch_rows(count, params) == [(1,)]
    assert fetch_rows(count, {**params, "id": special_hours.pk}) == [(0,)]
    assert fetch_rows(count, {**params, "today": date(2026, 12, 1)}) == [(0,)]
