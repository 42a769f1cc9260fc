"""Closures and other special hours: their targets, when they are announced, when they end."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from accueil.models import ReceptionPoint, SpecialHours
from portal.core.opening_hours.calendars import PARIS
from tests.factories import (
    AgencyFactory,
    DepartmentFactory,
    PhoneLineFactory,
    ReceptionPointFactory,
    SpecialHoursFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db
HOURS = "Mo-Fr 09:00-12:00,14:00-17:00"
SUMMER = {"first_day": date(2026, 8, 3), "last_day": date(2026, 8, 14)}
DURING = datetime(2026, 8, 5, 10, tzinfo=PARIS)


def open_during(contact) -> bool | None:
    return type(contact).objects.get(pk=contact.pk).open_now(DURING)


def test_several_points_and_lines_at_once_and_no_other():
    first, second, third = (ReceptionPointFactory(hours=HOURS) for _ in range(3))
    line, another_line = (PhoneLineFactory(hours=HOURS) for _ in range(2))
    SpecialHoursFactory(**SUMMER, points=[first, second], phone_lines=[line])
    assert [open_during(contact) for contact in (first, second, line)] == [False] * 3
    assert [open_during(contact) for contact in (third, another_line)] == [True] * 2


def test_a_whole_agency_is_its_points_and_those_of_its_teams():
    agency = AgencyFactory()
    hosted = ReceptionPointFactory(hours=HOURS, site=None, team=TeamFactory(agency=agency))
    own = ReceptionPointFactory(hours=HOURS, agency=agency)
    elsewhere = ReceptionPointFactory(hours=HOURS, site=None, team=TeamFactory())
    SpecialHoursFactory(**SUMMER, agencies=[agency])
    assert [open_during(contact) for contact in (hosted, own, elsewhere)] == [False, False, True]


def test_a_whole_departement_is_its_own_points_not_those_of_partners():
    here = DepartmentFactory()
    own = ReceptionPointFactory(department=here, hours=HOURS, kind="department")
    town_hall = ReceptionPointFactory(department=here, hours=HOURS, kind="town_hall")
    neighbour = ReceptionPointFactory(
        department=DepartmentFactory(code="97"), hours=HOURS, kind="department"
    )
    SpecialHoursFactory(**SUMMER, department=here, whole_department=True)
    assert [open_during(contact) for contact in (own, town_hall, neighbour)] == [False, True, True]


@pytest.mark.parametrize(
    ("today", "is_shown"),
    [
        *[(date(2026, 7, 18), False), (date(2026, 7, 19), True), (date(2026, 8, 3), True)],
        *[(date(2026, 8, 14), True), (date(2026, 8, 15), False)],
    ],
)
def test_announced_fifteen_days_ahead_then_gone(today, is_shown):
    special = SpecialHoursFactory(**SUMMER)
    assert special.is_visible(today) is is_shown
    assert SpecialHours.objects.visible(today).exists() is is_shown


@pytest.mark.parametrize(
    ("effect", "spans", "french"),
    [
        ("closed", "", "fermé"),
        ("closed_between", "00:00-13:00", "fermé jusqu'à 13 h"),
        ("closed_between", "16:00-24:00", "fermé à partir de 16 h"),
        ("closed_between", "10:00-11:00", "fermé de 10 h à 11 h"),
        (
            "open_only",
            "09:00-11:30,14:00-15:00",
            "ouvert seulement de 9 h à 11 h 30 et de 14 h à 15 h",
        ),
    ],
)
def test_description_in_french(effect, spans, french):
    special = SpecialHoursFactory(**SUMMER, effect=effect, spans=spans)
    assert special.in_words == f"du 3 août 2026 au 14 août 2026 : {french}"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": None}, "last_day"),
        ({"last_day": date(2026, 8, 1)}, "__all__"),
        ({"last_day": date(2028, 8, 1)}, "last_day"),
        ({"effect": "open_only"}, "__all__"),
        ({"effect": "open_only", "spans": "9h-12h"}, "spans"),
        ({"effect": "open_only", "spans": "12:00-09:00"}, "spans"),
        ({"effect": "open_only", "spans": "09:00-12:00,11:00-13:00"}, "spans"),
        ({"effect": "perhaps"}, "effect"),
    ],
)
def test_what_cannot_be_is_refused(wrong, field):
    special = SpecialHours(
        **{"department": DepartmentFactory(), "effect": "closed", **SUMMER, **wrong}
    )
    with pytest.raises(ValidationError) as refused:
        special.full_clean()
    assert field in refused.value.message_dict


def test_the_api_has_them_and_answers_at_any_time(client, loiret):
    point = ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")
    SpecialHoursFactory(**SUMMER, department_id="45", points=[point], message="Travaux")
    address = f"/api/v1/reception-points/{point.slug}/"
    answer = client.get(address, {"at": "2026-08-05T10:00"}).json()
    assert (answer["open_now"], answer["next_change"]) == (False, "2026-08-17T08:30:00+02:00")
    assert client.get(address, {"at": "2026-08-17T08:30"}).json()["open_now"] is True


def test_a_closure_is_in_the_next_answer_whatever_is_cached(client, loiret, settings):
    settings.PORTAL_TODAY = date(2026, 8, 5)

    def points() -> list:
        answer = client.get("/api/v1/lookup/", {"q": "Orléans", "at": "2026-08-05T10:00"}).json()
        return [
            (first["open_now"], len(first["special_hours"]))
            for first in answer["reception"]["points"]
        ]

    assert points()[0] == (True, 0)
    point = ReceptionPoint.objects.get(slug="permanence-daccueil-inconditionnel-orleanais")
    special = SpecialHoursFactory(**SUMMER, department_id="45", points=[point])
    assert points()[0] == (False, 1)
    special.delete()
    assert points()[0] == (True, 0)
