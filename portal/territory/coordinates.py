"""Validation of the coordinates typed for a place in a commune."""

from django.utils.translation import gettext as _

from portal.territory.geometry import distance_outside_km, great_circle_km
from portal.territory.models import Commune, CommuneContour, Department

MAX_DISTANCE_KM = 30.0  # from the point of the commune, where its contour is unknown
MARGIN_KM = 2.0  # outside the contour, which is simplified


def is_on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def point_error(
    latitude: float, longitude: float, *, commune: Commune | None, department: Department
) -> str:
    """Return what is wrong, in French, with a point typed for a place of that commune; "" if it is
    plausible.

    Where the commune is unknown, the point is compared with the département. One or two queries.
    """
    error = _contour_error(latitude, longitude, commune, department)
    if not error or not is_on_earth(longitude, latitude):
        return error
    if not _contour_error(longitude, latitude, commune, department):
        return _("Latitude et longitude semblent inversées : échangez-les.")
    return error


def _contour_error(
    latitude: float, longitude: float, commune: Commune | None, department: Department
) -> str:
    contour = CommuneContour.objects.filter(commune=commune).first() if commune else None
    if contour is None:
        return _distance_error(latitude, longitude, commune, department)
    outside = distance_outside_km(contour.geometry, latitude, longitude)
    if outside <= MARGIN_KM:
        return ""
    # In quotes, since "de" before the name would have to be "d'" or "du" for some.
    message = _(
        "Ce point n'est pas dans la commune « %(commune)s » : il en est à %(distance)d km."
        " Vérifiez les coordonnées."
    )
    return message % {"commune": commune, "distance": round(outside)}


def _distance_error(
    latitude: float, longitude: float, commune: Commune | None, department: Department
) -> str:
    """Compare with the point of the commune, else with the nearest of the département."""
    communes = Commune.objects.filter(department=department, latitude__isnull=False)
    if commune and commune.latitude is not None:
        communes = communes.filter(pk=commune.pk)
    distances = [
        great_circle_km(latitude, longitude, north, east)
        for north, east in communes.values_list("latitude", "longitude")
        if north is not None and east is not None
    ]
    distance = min(distances, default=0)
    if distance <= MAX_DISTANCE_KM:
        return ""
    message = _("Ce point est à %(distance)d km de %(place)s : vérifiez les coordonnées.")
    return message % {"distance": round(distance), "place": commune or department.name}
