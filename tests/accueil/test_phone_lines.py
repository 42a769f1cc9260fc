"""`/api/v1/phone-lines/`: phone lines, whether they are open and when that changes."""

from datetime import datetime

import pytest

from accueil.models import PhoneLine
from portal.core.opening_hours.calendars import PARIS
from tests.factories import DepartmentFactory, PhoneLineFactory

pytestmark = pytest.mark.django_db

LINES = "/api/v1/phone-lines/"
LOIRET = f"{LINES}accueil-social-du-loiret/"


PRINTED = {
    "kind": "printed",
    "printed": "ou au 02.38.25.45.45  du lundi au vendredi de 8h30 à 12h et de 13h30 à 17h",
    "on": "2023-11-24",
    "fields": {},
}


def test_the_line_of_loiret(client, loiret):
    answer = client.get(LOIRET, {"at": "2026-11-20T12:00"})
    assert answer.status_code == 200
    assert list(answer.json().items()) == [
        ("slug", "accueil-social-du-loiret"),
        ("number", "02 38 25 45 45"),
        ("name", "Accueil social du Loiret"),
        ("open_now", False),
        ("next_change", "2026-11-20T13:30:00+01:00"),
        ("hours", "du lundi au vendredi de 8h30 à 12h et de 13h30 à 17h"),
        (
            "purpose",
            "pour tous les usagers ayant une première demande sociale ; une réponse à tous les"
            " Loirétains et une première évaluation sociale téléphonique",
        ),
        ("territory", "tout le Loiret"),
        ("state_note", ""),
        ("special_hours", []),
        ("checked_on", None),
        ("department", "45"),
        ("source", "Communiqué « Les équipes sociales du Département déménagent ! »"),
        ("source_date", "2023-11-24"),
        ("provenance", PRINTED),
    ]


def test_a_list_has_the_same_fields_as_a_detail(client, loiret):
    at = {"at": "2026-11-20T12:00"}
    assert client.get(LINES, at).json()["results"] == [client.get(LOIRET, at).json()]


@pytest.mark.parametrize(
    ("at", "open_now", "next_change"),
    [
        ("2026-11-20T08:29", False, "2026-11-20T08:30:00+01:00"),
        ("2026-11-20T08:30", True, "2026-11-20T12:00:00+01:00"),
        ("2026-11-20T16:59", True, "2026-11-20T17:00:00+01:00"),
        ("2026-11-20T17:00", False, "2026-11-23T08:30:00+01:00"),
        ("2026-03-28T10:00", False, "2026-03-30T08:30:00+02:00"),
        # The printed hours do not exclude public holidays.
        ("2026-07-14T09:00", False, "2026-07-15T08:30:00+02:00"),
    ],
)
def test_open_or_not_at_a_moment(client, loiret, at, open_now, next_change):
    line = client.get(LOIRET, {"at": at}).json()
    assert (line["open_now"], line["next_change"]) == (open_now, next_change)


def test_now_without_a_moment(client, loiret, monkeypatch):
    now = datetime(2026, 11, 20, 9, 0, tzinfo=PARIS)
    monkeypatch.setattr("portal.core.clock.now", lambda: now)
    assert client.get(LOIRET).json()["open_now"] is True
    assert PhoneLine.objects.get().open_now() is True
    assert PhoneLine.objects.get().next_change() == datetime(2026, 11, 20, 12, 0, tzinfo=PARIS)


def test_unknown_hours_are_null(client, db):
    PhoneLineFactory(slug="sans-horaires")
    line = client.get(f"{LINES}sans-horaires/").json()
    assert (line["open_now"], line["next_change"], line["hours"]) == (None, None, "")


def test_hours_without_printed_text_are_described_in_french(client, db):
    PhoneLineFactory(slug="ligne", hours="Tu 09:00-12:00")
    assert client.get(f"{LINES}ligne/").json()["hours"] == "le mardi de 9 h à 12 h"


@pytest.mark.parametrize(
    "at",
    [
        *("2026-11-20", "2026-11-20T10", "2026-11-20T10:00:00", "2026-11-20 10:00"),
        *("2026-11-20T10:00+1", "2026-11-20T10:00+25:00", "20261120T1000", "2026-02-30T10:00"),
        *("2026-11-20T24:00", "0001-01-01T00:00", "9999-12-31T23:59", "hier", "", "\0"),
    ],
)
def test_a_malformed_moment_is_a_400_that_names_it(client, loiret, at):
    for address in (LINES, LOIRET):
        answer = client.get(address, {"at": at})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert list(answer.json()["errors"]) == ["at"]


@pytest.mark.parametrize("at", ["0002-01-01T10:00", "1850-01-01T10:00", "9998-12-31T23:59"])
def test_a_moment_of_another_century_is_a_400_that_names_it(client, loiret, at):
    answer = client.get(LOIRET, {"at": at})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["at"]


@pytest.mark.parametrize("at", ["2000-01-01T00:00", "2100-12-31T23:59"])
def test_the_first_and_the_last_minute_of_this_century_are_answered(client, loiret, at):
    assert client.get(LOIRET, {"at": at}).status_code == 200


def test_the_lines_of_a_department(client, loiret):
    def lines_of(department):
        return client.get(LINES, {"department": department}).json()["results"]

    assert [line["slug"] for line in lines_of("45")] == ["accueil-social-du-loiret"]
    assert client.get(LINES, {"department": "99"}).status_code == 400


def test_an_unknown_line_is_a_404(client, loiret):
    assert client.get(f"{LINES}inconnue/").status_code == 404


def test_a_list_takes_as_many_queries_whatever_its_size(client, loiret, queries):
    counts = []
    for size in (2, 40):
        for _ in range(size):
            PhoneLineFactory(department=DepartmentFactory(), hours="Mo-Fr 09:00-12:00")
        with queries() as captured:
            answer = client.get(LINES, {"page_size": "100"})
        counts.append((len(answer.json()["results"]), len(captured)))
    assert counts[1][1] <= counts[0][1] <= 8
    assert [size for size, _queries in counts] == [3, 43]
