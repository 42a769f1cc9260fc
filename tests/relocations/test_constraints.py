"""Database constraints of a move."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.core.periods.period import Period
from relocations.models import Relocation
from tests.factories import RelocationFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


def period(text):
    return {"period": Period.parse(text)}


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"status": "planned", **period("à terme")}, "relocations_planned_has_period"),
        ({"status": "in_progress", **period("")}, "relocations_planned_has_period"),
        (
            {"status": "confirmed", **period("mars 2024")},
            "relocations_confirmed_has_place_and_days",
        ),
        (
            {"status": "confirmed", **period("3 mars 2024"), "destination": None},
            "relocations_confirmed_has_place_and_days",
        ),
        ({"status": "done", **period("")}, "relocations_done_has_place_and_date"),
        (
            {"status": "done", **period("à partir de mars 2024")},
            "relocations_done_has_place_and_date",
        ),
        (
            {"status": "done", "actual_date": "2024-03-03", "destination": None},
            "relocations_done_has_place_and_date",
        ),
        ({"status": "planned", "actual_date": "2024-03-03"}, "relocations_done_has_place_and_date"),
        ({"status": "someday"}, "relocations_status_known"),
        ({"kind": "flight"}, "relocations_kind_known"),
        ({"kind": "opening"}, "relocations_opening_closing_one_site"),
        ({"kind": "closing"}, "relocations_opening_closing_one_site"),
        ({"version": 0}, "relocations_version_positive"),
        ({"period_precision": "minute"}, "relocations_relocation_period_precision_known"),
        ({"period_earliest": "2025-01-01"}, "relocations_relocation_period_ordered"),
    ],
)
def test_it_is_refused(wrong, constraint):
    relocation = RelocationFactory()
    for name, value in wrong.items():
        setattr(relocation, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        relocation.save()


def test_it_goes_somewhere_else():
    site = SiteFactory()
    with pytest.raises(IntegrityError, match="relocations_goes_somewhere_else"):
        RelocationFactory(origin=site, destination=site)


@pytest.mark.parametrize(
    "right",
    [
        {"status": "under_study", **period("à terme"), "destination": None},
        {"status": "planned", **period("au plus tard début 2026")},
        {"status": "confirmed", **period("3 et 4 mars 2024")},
        {"status": "done", "actual_date": "2024-03-03"},
        {"status": "done", **period("au plus tard le 21 mai 2025")},
        {"kind": "opening", "origin": None},
        {"kind": "closing", "status": "done", "actual_date": "2024-03-03", "destination": None},
    ],
)
def test_it_is_accepted(right):
    RelocationFactory(**right).full_clean()


def test_the_refusal_is_in_french():
    relocation = Relocation(team=TeamFactory(), kind="move", status="planned")
    with pytest.raises(ValidationError, match="a besoin d'une période"):
        relocation.full_clean()


def test_a_period_is_stored_as_one_value():
    written = Period.parse("mi-janvier 2024")
    relocation = RelocationFactory(period=written)
    assert Relocation.objects.get(pk=relocation.pk).period == written
