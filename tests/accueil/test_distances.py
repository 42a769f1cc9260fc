"""Distance labels, no more precise than the position of the point."""

import pytest

from accueil.contacts.labels import distance_label
from accueil.models import ReceptionPoint
from teams.models import Site

DEGREE = 111.195  # kilometres, of latitude


def point_at(*, km: float | None, is_measured: bool) -> ReceptionPoint:
    """Return a point `km` from its origin; unless measured, its position is that of its commune."""
    own = {"latitude": 47.9, "longitude": 1.9} if is_measured else {}
    point = ReceptionPoint(site=Site(**own), latitude=47.9, longitude=1.9)
    if km is not None:
        point.from_latitude, point.from_longitude = 47.9 + km / DEGREE, 1.9
    return point


@pytest.mark.parametrize(
    ("km", "is_measured", "label"),
    [
        (1.24, True, "à 1,2 km"),
        (0.3, True, "à 0,3 km"),
        (12, True, "à 12 km"),
        (12.3, True, "à 12,3 km"),
        (0.4, False, "à environ 1 km"),
        (0, False, "dans la commune"),
        (7.4, False, "à environ 7 km"),
        (None, True, ""),
        (None, False, ""),
    ],
)
def test_distance_label(km, is_measured, label):
    assert distance_label(point_at(km=km, is_measured=is_measured)) == label
