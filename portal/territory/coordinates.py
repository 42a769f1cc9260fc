"""Whether a point typed for a place can be in its commune."""

from django.utils.translation import gettext as _

from portal.territory.geometry import distance_outside_km, great_circle_km
from portal.territory.models import Commune, CommuneContour, Department

MAX_DISTANCE_KM = (
    30.0  # that a place may be from the point of its commune, where no contour is known
)
MARGIN_KM = 2.0  # that it may be out of the contour, which is simplified


def is_on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def point_error(
    latitude: float, longitude: float, *, commune: Commune | None, department: Department
) -> str:
    """What is wrong, in French, with a point of the Earth typed for a place of that commune, or
    of that département where the commune is not known; "" where it can be right.
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
    # The name stands alone: "de" would have to become "d'" or "du" before some.
    message = _(
        "Ce point n'est pas dans la commune « %(commune)s » : il en est à %(distance)d km."
        " Vérifiez les coordonnées."
    )
    return message % {"commune": commune, "distance": round(outside)}


def _distance_error(
    latitude: float, longitude: float, commune: Commune | None, department: Department
) -> str:
    """Measured from the point of the commune, else from the nearest of the département."""
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
