"""Public holidays, time zones and appointments on pages, in the API, in calendars and in the administration."""

import html
import re
from datetime import date, datetime, time

import pytest

from accueil.contacts.labels import day_label
from accueil.models import SpecialHours, StopChange
from portal.core.opening_hours.calendars import PARIS
from tests.factories import (
    DepartmentFactory,
    PhoneLineFactory,
    ReceptionPointFactory,
    SpecialHoursFactory,
    StopFactory,
    administrator,
)

pytestmark = pytest.mark.django_db
CHRISTMAS = datetime(2026, 12, 25, 9, 0, tzinfo=PARIS)
OFFICE = "Mo-Fr 08:30-12:00,13:30-17:00"
LOIRET = "/api/v1/phone-lines/accueil-social-du-loiret/"


def form_faults(page):
    """Return the errors of the form of an administration page, for messages of tests."""
    return page.context and page.context["adminform"].form.errors


def text_of(page) -> str:
    """Return the words of a page, with ordinary spaces."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))
    return " ".join(text.split())


class TestAnotherDay:
    """The label of a point on Tuesday 1 December 2026, asked for before."""

    @pytest.mark.parametrize(
        ("fields", "label"),
        [
            ({"hours": "Mo-Fr 09:00-12:00"}, ("sure", "le {day} : de 9 h à 12 h")),
            ({"hours": "Mo 09:00-12:00"}, ("past", "le {day} : fermé")),
            (
                {"hours": "Mo 09:00-12:00", "appointment_hours": "Tu 14:00-16:00"},
                ("past", "le {day}, sur rendez-vous : de 14 h à 16 h"),
            ),
            (
                {"hours": "Mo-Fr 09:00-12:00", "appointment_hours": "Tu 14:00-16:00"},
                ("sure", "le {day} : de 9 h à 12 h ; sur rendez-vous : de 14 h à 16 h"),
            ),
            (
                {"hours": "Mo-Fr 09:00-12:00", "appointment_hours": "Mo 14:00-16:00"},
                ("sure", "le {day} : de 9 h à 12 h"),
            ),
            (
                {"hours": "Mo-Fr 09:00-12:00", "by_appointment": True},
                ("past", "le {day}, sur rendez-vous : de 9 h à 12 h"),
            ),
            ({}, ("past", "horaires à renseigner")),
        ],
    )
    def test_hours_without_and_with_appointment(self, fields, label):
        point = ReceptionPointFactory(**{"hours": "", **fields})
        tone, text = label
        day = date(2026, 12, 1)
        assert day_label(point, day) == (tone, text.format(day="mardi 1er décembre 2026"))


class TestChristmas:
    def test_the_line_of_loiret_in_the_api(self, client):
        line = client.get(LOIRET, {"at": "2026-12-25T09:00"}).json()
        assert (line["open_now"], line["state_note"]) == (False, "jour férié")
        assert line["next_change"] == "2026-12-28T08:30:00+01:00"

    def test_an_answer_and_its_page(self, client, clock_at):
        clock_at(CHRISTMAS)
        answer = client.get("/api/v1/lookup/", {"q": "Olivet", "at": "2026-12-25T09:00"}).json()
        line = answer["reception"]["phone_lines"][0]
        assert (line["open_now"], line["next_change"]) == (False, "2026-12-28T08:30:00+01:00")
        page = text_of(client.get("/trouver/?q=Olivet", follow=True))
        assert "fermé, jour férié, ouvre lundi 28 décembre à 8 h 30" in page

    def test_a_point_on_its_page_and_in_its_14_days(self, client, clock_at):
        point = ReceptionPointFactory(hours=OFFICE)
        clock_at(CHRISTMAS)
        page = text_of(client.get(point.get_absolute_url()))
        assert "fermé, jour férié, ouvre lundi 28 décembre à 8 h 30" in page
        assert "vendredi 25 décembre fermé, jour férié Noël" in page
        assert "vendredi 1er janvier fermé, jour férié" in page
        answer = client.get(f"/api/v1/reception-points/{point.slug}/").json()
        assert answer["hours"] == f"{OFFICE}; PH off"

    def test_the_list_of_open_points(self, client, clock_at):
        point = ReceptionPointFactory(
            name="Accueil de Noël", hours="Mo-Fr 08:00-12:00; PH 09:00-11:00"
        )
        closed = ReceptionPointFactory(name="Bureau", hours=OFFICE)
        clock_at(CHRISTMAS)
        assert point.open_now() is True
        assert closed.open_now() is False

    def test_a_bus_does_not_come_unless_somebody_says_so(self, client):
        stop = StopFactory(weekday=4, starts_at=time(9), ends_at=time(11))
        (passage,) = stop.passages(CHRISTMAS.date(), CHRISTMAS.date())
        assert (passage.is_cancelled, passage.message) == (True, "jour férié")
        calendar = client.get(f"/accueil/{stop.point.slug}/calendrier.ics")
        assert calendar.status_code == 200
        StopChange.objects.create(stop=stop, day=CHRISTMAS.date(), new_day=CHRISTMAS.date())
        stop = type(stop).objects.get(pk=stop.pk)
        (passage,) = stop.passages(CHRISTMAS.date(), CHRISTMAS.date())
        assert passage.is_cancelled is False


class TestElsewhere:
    def test_the_day_after_christmas_in_alsace(self, client):
        for code, is_open in (("67", False), ("45", True)):
            point = ReceptionPointFactory(
                department=DepartmentFactory(code=code), hours="Sa 09:00-12:00"
            )
            address = f"/api/v1/reception-points/{point.slug}/"
            answer = client.get(address, {"at": "2026-12-26T10:00"}).json()
            assert answer["open_now"] is is_open
            assert (answer["state_note"] == "jour férié") is not is_open

    def test_a_moment_without_offset_is_that_of_the_place(self, client):
        line = PhoneLineFactory(department=DepartmentFactory(code="974"), hours=OFFICE)
        address = f"/api/v1/phone-lines/{line.slug}/"
        for at in ("2026-12-01T08:30", "2026-12-01T05:30+01:00", "2026-12-01T04:30Z"):
            answer = client.get(address, {"at": at}).json()
            assert (answer["open_now"], answer["next_change"]) == (
                True,
                "2026-12-01T12:00:00+04:00",
            ), at
        # The end of slavery is commemorated there on 20 December, in Paris it is a Sunday as others.
        assert line.open_now(datetime(2027, 12, 20, 9)) is False


class TestAppointments:
    @pytest.mark.parametrize(
        ("values", "is_open", "note"),
        [
            ({"appointment_hours": "Tu 14:00-16:00"}, None, "rdv"),
            ({"hours": "Tu 09:00-12:00", "appointment_hours": "Tu 14:00-16:00"}, False, "rdv"),
            ({"hours": "Tu 14:00-16:00", "by_appointment": True}, None, "rdv"),
            ({"hours": "Tu 14:00-16:00", "by_appointment": False}, True, ""),
            ({"appointment_hours": "Tu 09:00-12:00"}, False, ""),
        ],
    )
    def test_by_appointment_is_not_open(self, values, is_open, note):
        point = ReceptionPointFactory(**values)
        found = point.opening_state(datetime(2026, 12, 1, 15))
        assert (found.is_open, found.note) == (is_open, note)

    def test_hours_of_a_place_always_by_appointment_are_moved(self):
        point = ReceptionPointFactory(by_appointment=True)
        point.hours = "Tu 9h-12h"
        point.full_clean()
        assert (point.hours, point.appointment_hours) == ("", "Tu 09:00-12:00")


class TestAdministration:
    def test_nobody_types_the_syntax(self, client):
        line = PhoneLineFactory(department=DepartmentFactory(code="45"), hours=OFFICE)
        client.force_login(administrator())
        address = f"/admin/accueil/phoneline/{line.pk}/change/"
        page = client.get(address).content.decode()
        assert 'name="hours"' not in page
        assert 'name="hours-Mo_1_from"' in page
        form = client.get(address).context["adminform"].form
        values = {name: form[name].value() or "" for name in form.fields if name != "hours"}
        typed = {"hours-stored": OFFICE, "hours-Sa_1_from": "09:00", "hours-Sa_1_to": "12:00"}
        assert client.post(address, {**values, **typed}).status_code == 302
        line.refresh_from_db()
        assert line.hours == "Sa 09:00-12:00"
        typed["hours-Sa_1_to"] = "08:00"
        assert client.post(address, {**values, **typed}).status_code in (400, 409)

    def test_special_hours_too(self, client):
        special = SpecialHoursFactory(
            department=DepartmentFactory(code="45"),
            first_day=date(2026, 12, 1),
            last_day=date(2026, 12, 4),
            effect="open_only",
            spans="09:00-12:00",
            weekdays="Mo-We",
        )
        client.force_login(administrator())
        address = f"/admin/accueil/specialhours/{special.pk}/change/"
        page = client.get(address)
        text = page.content.decode()
        assert 'name="spans"' not in text
        assert 'name="spans-span_1_from" value="09:00"' in text
        assert re.search(r'name="weekdays" value="Tu"[^>]*checked', text)
        form = page.context["adminform"].form
        values = {name: form[name].value() for name in form.fields if name != "spans"}
        values = {name: value for name, value in values.items() if value not in (None, "", False)}
        typed = {
            **{"spans-stored": "09:00-12:00", "spans-span_1_from": "10:00"},
            **{"spans-span_1_to": "11:00", "weekdays": ["Tu"]},
        }
        saved = client.post(address, {**values, **typed})
        assert saved.status_code == 302, form_faults(saved)
        special = SpecialHours.objects.get(pk=special.pk)
        assert (special.spans, special.weekdays) == ("10:00-11:00", "Tu")
