"""Opening state and next change at tricky moments, on the pages and in the API, in any time zone of
the server's process.
"""

import os
import time
from datetime import date, datetime
from datetime import time as hour

import pytest

from accueil.models import ReceptionPoint, SpecialHours, Stop, StopChange
from portal.core.opening_hours.calendars import PARIS
from tests.accueil.pages import page_text
from tests.factories import DepartmentFactory, ReceptionPointFactory, SiteFactory

pytestmark = pytest.mark.django_db

OFFICE = "Mo-Fr 08:30-12:00,13:30-17:00; PH off"
NIGHT = "Su 01:00-05:00"

# The moment, the point, whether it is open, the next change in the API and its text on the page.
MOMENTS = [
    *[
        ("2026-11-24T11:59", OFFICE, True, "2026-11-24T12:00:00+01:00", "ouvert, ferme à 12 h"),
        ("2026-11-24T12:00", OFFICE, False, "2026-11-24T13:30:00+01:00", "ouvre à 13 h 30"),
        ("2026-11-24T13:29", OFFICE, False, "2026-11-24T13:30:00+01:00", "ouvre à 13 h 30"),
        ("2026-11-24T13:30", OFFICE, True, "2026-11-24T17:00:00+01:00", "ouvert, ferme à 17 h"),
    ],
    # The eve of 11 November, a Wednesday.
    *[
        ("2026-11-10T16:59", OFFICE, True, "2026-11-10T17:00:00+01:00", "ouvert, ferme à 17 h"),
        ("2026-11-10T17:00", OFFICE, False, "2026-11-12T08:30:00+01:00", "jeudi 12 novembre"),
    ],
    # 1 May, a Friday.
    *[
        ("2026-04-30T17:30", OFFICE, False, "2026-05-04T08:30:00+02:00", "lundi 4 mai à 8 h 30"),
        ("2026-05-01T10:00", OFFICE, False, "2026-05-04T08:30:00+02:00", "lundi 4 mai à 8 h 30"),
    ],
    # The clocks go from 2 to 3 on 29 March, from 3 to 2 on 25 October.
    *[
        ("2026-03-28T12:00", OFFICE, False, "2026-03-30T08:30:00+02:00", "lundi 30 mars à 8 h 30"),
        ("2026-03-29T01:59", NIGHT, True, "2026-03-29T05:00:00+02:00", "ouvert, ferme à 5 h"),
        ("2026-03-29T03:00", NIGHT, True, "2026-03-29T05:00:00+02:00", "ouvert, ferme à 5 h"),
        ("2026-10-24T12:00", OFFICE, False, "2026-10-26T08:30:00+01:00", "lundi 26 octobre"),
        ("2026-10-25T00:59", NIGHT, False, "2026-10-25T01:00:00+02:00", "ouvre à 1 h"),
        ("2026-10-25T04:59", NIGHT, True, "2026-10-25T05:00:00+01:00", "ouvert, ferme à 5 h"),
    ],
    # Mornings closed from 7 to 11 December.
    *[
        ("2026-12-08T09:00", "mornings", False, "2026-12-08T13:30:00+01:00", "ouvre à 13 h 30"),
        ("2026-12-08T14:00", "mornings", True, "2026-12-08T17:00:00+01:00", "ferme à 17 h"),
        ("2026-12-11T11:59", "mornings", False, "2026-12-11T13:30:00+01:00", "ouvre à 13 h 30"),
        ("2026-12-11T17:00", "mornings", False, "2026-12-14T08:30:00+01:00", "lundi 14 décembre"),
        ("2026-12-14T08:30", "mornings", True, "2026-12-14T12:00:00+01:00", "ferme à 12 h"),
    ],
    # A bus each Tuesday, cancelled on 24 November.
    *[
        ("2026-11-17T10:00", "bus", True, "2026-11-17T12:00:00+01:00", "ouvert, ferme à 12 h"),
        ("2026-11-17T12:00", "bus", False, "2026-12-01T09:30:00+01:00", "mardi 1er décembre"),
        ("2026-11-24T10:00", "bus", False, "2026-12-01T09:30:00+01:00", "mardi 1er décembre"),
    ],
]


@pytest.fixture
def points() -> dict[str, ReceptionPoint]:
    department = DepartmentFactory()
    points = {
        name: ReceptionPointFactory(department=department, hours=expression)
        for name, expression in ((OFFICE, OFFICE), (NIGHT, NIGHT), ("mornings", OFFICE))
    }
    special = SpecialHours.objects.create(
        department=department,
        first_day=date(2026, 12, 7),
        last_day=date(2026, 12, 11),
        effect="closed_between",
        spans="00:00-13:00",
    )
    special.points.add(points["mornings"])
    points["bus"] = ReceptionPointFactory(department=department, kind="itinerant", site=None)
    stop = Stop.objects.create(
        point=points["bus"],
        site=SiteFactory(),
        weekday=1,
        starts_at=hour(9, 30),
        ends_at=hour(12),
    )
    StopChange.objects.create(stop=stop, day=date(2026, 11, 24), message="Panne")
    return points


@pytest.fixture(params=["Europe/Paris", "America/Cayenne", "Pacific/Auckland"])
def clock_zone(request, monkeypatch):
    """Set the time zone of the server's process."""
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    if before is None:
        monkeypatch.delenv("TZ")
    else:
        monkeypatch.setenv("TZ", before)
    time.tzset()


@pytest.mark.parametrize(("at", "name", "is_open", "change", "text"), MOMENTS)
def test_state_to_the_minute(client, clock_at, points, clock_zone, at, name, is_open, change, text):
    moment = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    clock_at(moment)
    slug = points[name].slug

    dated = client.get(f"/api/v1/reception-points/{slug}/", {"at": at}).json()
    assert (dated["open_now"], dated["next_change"]) == (is_open, change)
    now = client.get(f"/api/v1/reception-points/{slug}/").json()
    assert (now["open_now"], now["next_change"]) == (is_open, change)

    page = page_text(client.get(f"/accueil/{slug}/"))
    assert text in page
    assert page.count("ouvert, ferme") == is_open
    assert page.count(", ouvre ") == (not is_open)
