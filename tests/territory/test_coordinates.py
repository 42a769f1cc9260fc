"""Whether coordinates typed for a site are plausible: in the contour of its commune, or near it."""

import pytest

from portal.territory.coordinates import point_error
from portal.territory.geometry import distance_outside_km, great_circle_km
from portal.territory.models import Commune, CommuneContour
from tests.factories import CommuneFactory

DEGREE = 111.195  # Kilometres per degree of latitude.
SQUARE = [
    [1.9, 47.9],
    [2.1, 47.9],
    [2.1, 48.1],
    [1.9, 48.1],
    [1.9, 47.9],
]  # 22 km high, 15 km wide.
HOLE = [[1.95, 47.95], [1.95, 48.05], [2.05, 48.05], [2.05, 47.95], [1.95, 47.95]]
ISLAND = [[1.99, 47.99], [2.01, 47.99], [2.01, 48.01], [1.99, 48.01], [1.99, 47.99]]
PLAIN = {"type": "Polygon", "coordinates": [SQUARE]}
PIERCED = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
WITH_AN_ISLAND = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [ISLAND]]}


class TestGeometry:
    @pytest.mark.parametrize(
        ("geometry", "point", "km"),
        [
            (PLAIN, (48.0, 2.0), 0),
            (PLAIN, (48.1 + 5 / DEGREE, 2.0), 5),
            (PLAIN, (47.9 - 1 / DEGREE, 1.9), 1),
            (PIERCED, (47.92, 1.92), 0),
            (PIERCED, (48.0, 1.96), great_circle_km(48.0, 1.96, 48.0, 1.95)),
            (WITH_AN_ISLAND, (48.0, 2.0), 0),
            (WITH_AN_ISLAND, (48.02, 2.0), 0.01 * DEGREE),
        ],
    )
    def test_how_far_a_point_is_out_of_a_contour(self, geometry, point, km):
        assert distance_outside_km(geometry, *point) == pytest.approx(km, rel=0.01)

    def test_the_nearest_of_a_corner_is_the_corner(self):
        north_east = (48.1 + 3 / DEGREE, 2.16)
        assert distance_outside_km(PLAIN, *north_east) == pytest.approx(
            great_circle_km(*north_east, 48.1, 2.1), rel=0.01
        )

    def test_a_corner_at_the_height_of_the_point_is_crossed_once(self):
        lozenge = [[2.0, 47.9], [2.1, 48.0], [2.0, 48.1], [1.9, 48.0], [2.0, 47.9]]
        geometry = {"type": "Polygon", "coordinates": [lozenge]}
        assert distance_outside_km(geometry, 48.0, 2.0) == 0
        assert distance_outside_km(geometry, 48.0, 1.8) > 7


@pytest.mark.django_db
class TestPlacing:
    def fault(self, commune: Commune, latitude: float, longitude: float) -> str:
        return point_error(latitude, longitude, commune=commune, department=commune.department)

    @pytest.fixture
    def drawn(self) -> Commune:
        commune = CommuneFactory(name="Orléans", latitude=48.0, longitude=2.0)
        CommuneContour.objects.create(commune=commune, geometry=PIERCED)
        return commune

    @pytest.mark.parametrize(
        "point",
        [
            (47.92, 1.92),
            (48.1 + 1.8 / DEGREE, 2.0),
            (47.95 + 1.8 / DEGREE, 2.0),
        ],
        ids=["in it", "just out of it", "just in its hole"],
    )
    def test_a_point_in_the_commune_or_close_to_it_is_taken(self, drawn, point):
        assert self.fault(drawn, *point) == ""

    @pytest.mark.parametrize(
        ("point", "km"),
        [((48.1 + 5 / DEGREE, 2.0), 5), ((48.0, 2.0), 4)],
        ids=["out of it", "in its hole"],
    )
    def test_a_point_outside_the_commune_is_refused_with_its_distance(self, drawn, point, km):
        assert self.fault(drawn, *point) == (
            f"Ce point n'est pas dans la commune « Orléans » : il en est à {km} km."
            " Vérifiez les coordonnées."
        )

    def test_swapped_coordinates_are_detected(self, drawn):
        message = "Latitude et longitude semblent inversées : échangez-les."
        assert self.fault(drawn, 1.92, 47.92) == message
        assert "n'est pas dans la commune" in self.fault(drawn, 2.0, 48.0), "wrong both ways"

    def test_without_a_contour_thirty_kilometres_are_allowed(self):
        commune = CommuneFactory(name="Orléans", latitude=48.0, longitude=2.0)
        assert self.fault(commune, 48.0 + 29 / DEGREE, 2.0) == ""
        message = "Ce point est à 40 km de Orléans : vérifiez les coordonnées."
        assert self.fault(commune, 48.0 + 40 / DEGREE, 2.0) == message
        assert "inversées" in self.fault(commune, 2.0, 48.0)

    def test_where_no_commune_is_known_the_nearest_of_the_departement_counts(self, loiret):
        here = Commune.objects.get(code="45234").department
        assert point_error(47.9, 1.9, commune=None, department=here) == ""
        far = point_error(46.5, -5.0, commune=None, department=here)
        assert "km de Loiret" in far

    def test_a_departement_without_any_point_refuses_none(self):
        commune = CommuneFactory(latitude=None, longitude=None)
        assert self.fault(commune, 0.0, 0.0) == ""
